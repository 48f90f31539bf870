"""The typefaces of the papers: a Kai for the form, and one that has the rare characters of this person's name."""

from __future__ import annotations

import shutil
import subprocess
import sys

from agent import mode
from agent.documents.glyphs import NO_GLYPH_REMEDY, named, rare_in, unprintable
from agent.documents.printer import Printer
from agent.documents.render import KAI
from agent.settings.config import Settings
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from rules.errors import ElearnError

_RARE = "20BB7"  # 𠮷, which no font of the common characters has


def fonts(settings: Settings) -> Check:
    """Whether the form's Kai typeface is there, and a form for every character that the person typed."""
    found = _kai()
    person = settings.person
    rare = rare_in("".join((person.name, person.agency, person.unit, person.job_title)))
    if found.state != OK or not rare:
        return found
    try:
        lacking = unprintable(rare, _printer())
    except ElearnError as why:
        return Check("fonts", WARN, f"{found.text}罕用字{named(rare)}無法試印：{why.message}", why.remedy)
    if lacking:
        return Check(
            "fonts",
            WARN,
            f"這台電腦沒有字型可以印出{named(lacking)}，文件上會是方框。",
            f"{NO_GLYPH_REMEDY}；或列印後以手寫補正。",
        )
    return Check("fonts", OK, f"{found.text}罕用字{named(rare)}可以印出。")


def _printer() -> Printer:
    """One print of a browser of its own."""
    from scrapers.browser import PaperPrinter  # noqa: PLC0415 - slow to import, and only rare names need it

    def printed(html: str, margins: tuple[str, str] | None = None) -> bytes:
        with PaperPrinter(mode.browser_path()) as printer:
            return printer(html, margins)

    return printed


def _kai() -> Check:
    if sys.platform in ("win32", "darwin"):
        return Check("fonts", OK, "使用系統內建的標楷體。")
    lister = shutil.which("fc-list")
    if lister is None:
        return Check(
            "fonts", WARN, "無法列出字型（沒有 fc-list）。", "請確認已安裝楷體字型，例如 fonts-arphic-ukai。"
        )
    found = next((name for name in KAI if name in _listed(lister, ":lang=zh-tw")), None)
    if found is None:
        return Check(
            "fonts",
            FAIL,
            "沒有楷體字型，申請表會變成方框或別的字體。",
            "請安裝楷體字型，例如 fonts-arphic-ukai。",
        )
    rare = (
        ""
        if _listed(lister, f":charset={_RARE}")
        else "沒有罕用字（如 𠮷）的字型，姓名有罕用字時請另裝 fonts-cns11643-kai。"
    )
    return Check("fonts", OK, f"申請表字型：{found}。{rare}")


def _listed(lister: str, pattern: str) -> str:
    return subprocess.run(  # noqa: S603 - fc-list by its own path
        [lister, pattern, "family"], capture_output=True, text=True, timeout=20, check=False
    ).stdout.replace("\\-", "-")
