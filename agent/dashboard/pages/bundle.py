"""求助檔: every line of it is shown, and just that is saved on a click; nothing is sent anywhere."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.desk import Desk
from agent.dashboard.papers import open_folder
from agent.dashboard.sending import download
from agent.upkeep.bundle import bundle, known_secrets, new_path, save
from agent.upkeep.diagnosing import diagnose
from rules.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

    from agent.upkeep.bundle_parts import BundleFile

HERE = "/bundle"


@dataclass(frozen=True, slots=True)
class Shown:
    """The texts as they were shown, and where they were saved (None: not yet)."""

    files: tuple[BundleFile, ...]
    path: Path | None = None

    @property
    def key(self) -> str:
        """What tells these texts from any others."""
        found = hashlib.sha256()
        for each in self.files:
            found.update(f"{each.name}\0{each.text}\0".encode())
        return found.hexdigest()


def show(desk: Desk, request: Request) -> Response:
    """Every line of a support file made now; or, once it is saved, where it is."""
    if request.query_params.get("saved") == "1" and desk.bundle is not None and desk.bundle.path is not None:
        return _page(desk, desk.bundle)
    return _fresh(desk)


def _fresh(desk: Desk, status: int = 200, problem: str = "") -> Response:
    checks = diagnose(desk.home, desk.keyring, desk.today)
    desk.bundle = Shown(bundle(desk.home, checks, known_secrets(desk.keyring)))
    return _page(desk, desk.bundle, status, problem)


def _page(desk: Desk, shown: Shown, status: int = 200, problem: str = "") -> Response:
    return desk.page("bundle.html", "/doctor", "求助檔", status, shown=shown, problem=problem)


def keep(desk: Desk, form: FormData) -> Response:
    """Save what was shown, and nothing else: where another was made since (a second tab), that is shown first."""
    shown = desk.bundle
    if shown is None or not hmac.compare_digest(shown.key.encode(), str(form.get("shown", "")).encode()):
        return _fresh(desk, 409, "內容已經不同，還沒有存檔。請再看一次。")
    if shown.path is None:
        path = new_path(desk.home)
        save(shown.files, path)
        desk.bundle = Shown(shown.files, path)
    return desk.go(f"{HERE}?saved=1", "已存檔。程式不會傳送；要不要交給協助的人，由您決定。")


def file(desk: Desk, request: Request) -> Response:
    """The saved file."""
    del request
    path = _saved(desk)
    try:
        return download(path.read_bytes(), quote(path.name))
    except OSError as why:
        raise ConfigError(f"求助檔無法讀取（{why.strerror}）。", "請重新產生。") from why


def folder(desk: Desk, form: FormData) -> Response:
    """Show the folder in which it lies."""
    del form
    path = _saved(desk)
    open_folder(path.parent)
    return desk.go(f"{HERE}?saved=1", f"檔案：{path}")


def _saved(desk: Desk) -> Path:
    if desk.bundle is None or desk.bundle.path is None:
        raise ConfigError("還沒有存檔的求助檔。", "請先產生求助檔。")
    return desk.bundle.path
