"""〈軟體申請說明〉 for the office's IT department: what this program reaches, writes and needs, taken from the code itself."""

from __future__ import annotations

import hashlib
import platform
from datetime import date
from importlib import metadata
from pathlib import Path

import agent
import rules
import scrapers
from agent import __version__
from agent.documents.render import render
from rules.wording import roc_long
from scrapers import gateways, portals

_USED_FOR = {
    "playwright": "操作已安裝的瀏覽器",
    "sqlalchemy": "紀錄資料庫（SQLite，單一檔案）",
    "alembic": "資料庫結構升級",
    "keyring": "作業系統的密碼保管功能",
    "apscheduler": "每晚自動更新",
    "apprise": "通知（使用者自行加入才會連線）",
    "cryptography": "登入狀態加密",
    "starlette": "本機網頁",
    "uvicorn": "本機網頁",
    "jinja2": "申請表範本",
    "pypdf": "合併 PDF",
    "xlsxwriter": "匯出試算表",
    "selectolax": "解析網頁",
    "click": "指令列",
    "rich": "指令列",
}


def hosts() -> tuple[str, ...]:
    """Every host a run may contact: the portal's and both gateways', from where the guard takes them."""
    found = {portals.load().host}.union(*(gateways.load(key).hosts for key in gateways.names()))
    return tuple(sorted(found))


def program_sha256() -> str:
    """One hash over every file of the program, by path and content: two machines with the same program have the same."""
    whole = hashlib.sha256()
    for package in (agent, scrapers, rules):
        root = Path(package.__file__ or "").parent
        for path in sorted(root.rglob("*"), key=lambda each: each.relative_to(root).as_posix()):
            if path.is_file() and "__pycache__" not in path.parts:
                name = f"{root.name}/{path.relative_to(root).as_posix()}"
                whole.update(f"{name}\0{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return whole.hexdigest()


def packages() -> tuple[tuple[str, str, str, str], ...]:
    """The packages a person may ask about: name, version, licence as it states itself, and what it is for."""
    return tuple(
        (name, metadata.version(name), licence(name), used_for)
        for name, used_for in sorted(_USED_FOR.items())
    )


def licence(name: str) -> str:
    """The licence a distribution states of itself, in its shortest form; 「未載明」 where it states none."""
    about = metadata.metadata(name)
    if "License-Expression" in about:
        return about["License-Expression"]
    stated = about.get_all("Classifier") or []
    classified = [each.rpartition(" :: ")[2] for each in stated if each.startswith("License ::")]
    plain = about["License"].strip() if "License" in about else ""
    return "、".join(classified) or (plain.splitlines()[0][:60] if plain else "未載明")


def it_sheet_html(on: date) -> str:
    """The sheet of this day as a page to print."""
    return render(
        "it_sheet.html",
        on=roc_long(on),
        version=__version__,
        python=platform.python_version(),
        sha256=program_sha256(),
        hosts=hosts(),
        packages=packages(),
    )
