"""The papers in a claim's folder, as its manifest lists them: nothing else of the disk can be reached from the page."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from agent.claims.files import MANIFEST, UNPRINTED
from agent.documents.bind import page_count
from rules.errors import ConfigError

_WORD = {
    "print_all": "全部文件",
    "form": "申請表",
    "record_page": "學習紀錄",
    "sheet": "逐筆檢核表",
    "supervisor": "給單位主管",
    "form_odt": "申請表（可編輯的 ODT）",
    "form_docx": "申請表（可編輯的 Word 檔）",
}


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its path inside the folder, its kind in the contract's words and in people's, and its pages (0: no PDF)."""

    path: str
    kind: str
    word: str
    pages: int


@dataclass(frozen=True, slots=True)
class Papers:
    """The papers of one claim, in counter order; `missing` names files that are not there any more.

    `unprintable` are characters that no font of this computer had.
    """

    folder: Path
    papers: tuple[Paper, ...]
    listed: frozenset[str]
    missing: tuple[str, ...]
    unprintable: tuple[str, ...] = ()

    @property
    def shown(self) -> list[Paper]:
        """Those that a page can show: PDFs, the bound one first."""
        return sorted((each for each in self.papers if each.pages), key=lambda each: each.kind != "print_all")

    @property
    def print_all(self) -> Paper | None:
        """All of them in one."""
        return next((each for each in self.papers if each.kind == "print_all"), None)

    @property
    def is_form_printed(self) -> bool:
        """Whether the papers in one begin with the form: the agency's own can only be printed where LibreOffice is."""
        return not any(UNPRINTED in each.path for each in self.papers)

    @property
    def counted(self) -> str:
        """「申請表 1、學習紀錄 1、逐筆檢核表 1」: what the papers in one consist of."""
        return "、".join(
            f"{each.word} {each.pages}"
            for each in self.papers
            if each.pages and each.kind not in ("print_all", "supervisor")
        )

    def read(self, name: str) -> bytes:
        """One listed file. Raises ConfigError for any other, and for one that is gone."""
        if name not in self.listed:
            raise ConfigError("這個申請案沒有這個檔案。", "請從申請案的頁面開啟。")
        try:
            return (self.folder / name).read_bytes()
        except OSError as why:
            raise ConfigError(
                f"檔案「{name}」無法讀取（{why.strerror}）。", "請確認資料夾沒有被移動，或重新準備。"
            ) from why

    def zipped(self, claim_id: str) -> bytes:
        """The whole folder as one file, for the personnel office: the one made with it, else made now."""
        ready = self.folder / f"{claim_id}.zip"
        if ready.is_file():
            return ready.read_bytes()
        found = io.BytesIO()
        with zipfile.ZipFile(found, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in sorted({*self.listed, MANIFEST}):
                path = self.folder / name
                if path.is_file():
                    archive.write(path, name)
        return found.getvalue()


def papers_in(folder: Path) -> Papers:
    """What the folder holds. Raises ConfigError where it is no claim's folder (any more)."""
    try:
        stated = json.loads((folder / MANIFEST).read_text("utf-8"))
        rows = [(str(each["path"]), str(each["kind"])) for each in stated["files"]]
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise ConfigError(f"申請文件資料夾「{folder}」不見了，或無法讀取。", "請重新準備申請文件。") from why
    inside = folder.resolve()
    rows = [(name, kind) for name, kind in rows if (folder / name).resolve().is_relative_to(inside)]
    papers = tuple(
        Paper(name, kind, _WORD[kind], _pages(folder / name)) for name, kind in rows if kind in _WORD
    )
    missing = tuple(name for name, _ in rows if not (folder / name).is_file())
    boxes = tuple(each for each in stated.get("unprintable", ()) if isinstance(each, str) and len(each) == 1)
    return Papers(folder, papers, frozenset(name for name, _ in rows), missing, boxes)


def _pages(path: Path) -> int:
    if path.suffix != ".pdf" or not path.is_file():
        return 0
    return _counted(str(path), path.stat().st_mtime_ns)


@lru_cache(64)
def _counted(path: str, written: int) -> int:
    del written  # the same path written anew is another document
    try:
        return page_count(Path(path).read_bytes())
    except ValueError:
        return 0


def open_folder(folder: Path) -> None:
    """Show the folder in the desktop's own file manager. Raises ConfigError where there is none."""
    try:
        if sys.platform == "win32":
            os.startfile(folder)  # noqa: S606 - the folder of a claim, in the person's own file manager
            return
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        subprocess.Popen(  # noqa: S603 - the same
            [opener, str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as why:
        raise ConfigError("這裡無法開啟資料夾視窗。", f"資料夾在：{folder}") from why
