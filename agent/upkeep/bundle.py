"""The support file (求助檔): what somebody needs to help, and nothing that says whose it is.

Made by letting in only what is known to be harmless, piece by piece, not by taking out what looks bad: of a log the known
values in their known shapes, of a traceback the places in the code, of the settings which keys are set, of a page its shape.
What this process knows besides (account, password, names of the settings) is then looked for in every spelling, and a file
in which any of it is found is not written. Pictures stay on this machine: their dots cannot be shown line by line.
"""

from __future__ import annotations

import contextlib
import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from agent import clock
from agent.access.credentials import Keyring
from agent.home import Home, write_private
from agent.upkeep.bundle_parts import BundleFile, as_text, config, errors, evidence, logs, runs, settings
from agent.upkeep.diagnosing import Check
from agent.upkeep.evidence_files import versions
from rules.errors import ConfigError, ElearnError
from scrapers import gateways
from scrapers.redaction import Redactor, spellings

ABOUT = "說明.txt"


def bundle(home: Home, checks: Sequence[Check], secrets: Sequence[str]) -> tuple[BundleFile, ...]:
    """The texts of the support file. `secrets` are what this process knows and may stand nowhere in it.

    Raises ElearnError where any of it still does: nothing is written then.
    """
    named = (*secrets, *_names(home))
    redactor = Redactor(named)
    parts = [
        BundleFile("versions.json", as_text(versions())),
        BundleFile("checks.txt", "".join(f"{each.state} {each.key}：{each.text}\n" for each in checks)),
        BundleFile("settings.json", as_text(settings(home))),
        BundleFile("runs.json", as_text(runs(home))),
        *logs(home),
        *errors(home),
        *evidence(home, named),
    ]
    files = [BundleFile(each.name, redactor.text(each.text)) for each in parts if each.text.strip()]
    files.insert(0, BundleFile(ABOUT, _about(files)))
    written = [word for secret in named if len(secret) > 1 for word in spellings(secret)]
    for each in files[1:]:
        if any(word in each.text for word in written):
            raise ElearnError(
                f"求助檔的「{each.name}」含有不應出現的內容，沒有產生。", "請將這句話告知維護者。"
            )
    return tuple(files)


def save(files: Sequence[BundleFile], to: Path) -> None:
    """One zip with these texts, private. Raises ConfigError where something stands there or it cannot be written."""
    if to.exists():
        raise ConfigError(f"「{to}」已經存在。", "請以 --out 指定別的檔名。")
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in files:
            archive.writestr(each.name, each.text)
    try:
        write_private(to, data.getvalue())
    except OSError as why:
        raise ConfigError(f"「{to}」無法寫入（{why.strerror}）。", "請以 --out 指定別的位置。") from why


def known_secrets(keyring: Keyring) -> list[str]:
    """What the keyring holds, only to be looked for. A keyring that cannot be asked knows nothing."""
    known: list[str] = []
    for key in gateways.names():
        with contextlib.suppress(ElearnError):
            found = keyring.read(key)
            known += [found.account, found.password]
    return known


def new_path(home: Home) -> Path:
    """Where a support file made now is put, where no other place is named."""
    return home.path / f"求助檔-{clock.now():%Y%m%d-%H%M%S}.zip"


def _about(files: Sequence[BundleFile]) -> str:
    made = f"{clock.now():%Y-%m-%d %H:%M}"
    lines = [
        f"求助檔（{made}）：程式、電腦環境與最近幾次更新的情形，供維護者找出問題。",
        "不含帳號、密碼、登入狀態、姓名、身分證字號、平臺識別碼、學習紀錄與圖片；網頁只留版面，文字改為「字」「x」「0」。",
        "內容：" + "、".join(each.name for each in files),
    ]
    return "\n".join(lines) + "\n"


def _names(home: Home) -> list[str]:
    """What the settings say of the person and the office."""
    person = config(home).get("person")
    person = person if isinstance(person, dict) else {}
    return [
        str(value) for key, value in person.items() if key != "category" and isinstance(value, str) and value
    ]
