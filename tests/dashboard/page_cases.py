"""Cases, saved pages and the replica's person for the tests of the page."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from hashlib import sha256
from html import unescape
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

from agent.updating.places import Installed
from rules import bundled
from scrapers.replica import Account, Behaviour, State
from scrapers.replica.state import demo_rows

SECOND = 1000
ON = date(2023, 8, 31)
PERSON = "TEST-000001"
PASSWORD = "pä ss+Wörd/測試%21"
CONFIG = """\
gateway = "ecpa"
plan = "kaohsiung-112"
[person]
name = "測試員"
category = "編制內公務人員"
[portal]
patience = 15
"""


FIRST, DUTY, OTHER = "政府數位轉型新視界", "元宇宙發展趨勢與產業新經濟", "計畫以外的課程"
CASES = [
    {"id": "all", "query": "", "shown": [OTHER, DUTY, FIRST], "hidden": []},
    {"id": "old first", "query": "sort=old", "shown": [FIRST, DUTY, OTHER], "hidden": []},
    {"id": "by hours", "query": "sort=hours", "shown": [OTHER, DUTY, FIRST], "hidden": []},
    {"id": "met", "query": "state=met", "shown": [FIRST], "hidden": [DUTY, OTHER]},
    {"id": "failed", "query": "state=failed", "shown": [DUTY], "hidden": [FIRST, OTHER]},
    {"id": "outside", "query": "state=outside", "shown": [OTHER], "hidden": [FIRST, DUTY]},
    {"id": "by code", "query": "q=pcenter112", "shown": [FIRST], "hidden": [DUTY, OTHER]},
    {
        "id": "found nothing",
        "query": "q=zzz",
        "shown": ["找不到「zzz」。共有 3 筆紀錄"],
        "hidden": [FIRST, DUTY, OTHER],
    },
    {"id": "a page far away", "query": "page=999", "shown": [OTHER, DUTY, FIRST], "hidden": []},
    {"id": "nonsense", "query": "sort=x&state=y&page=-1", "shown": [OTHER, DUTY, FIRST], "hidden": []},
]

SAVED = Path(__file__).parents[1] / "fixtures_html" / "elearn" / "records_complete_save" / "page.html"


def saved_pages() -> tuple[bytes, bytes]:
    """Two pages of one year saved by hand: the first two rows of the fixture, and its third."""
    html = SAVED.read_text("utf-8")
    rows = re.findall(r"(?s)<tr><td>\d+</td>.*?</tr>", html)
    one = html.replace(rows[2], "").replace("1 - 3 共 3 筆", "1 - 2 共 3 筆")
    two = html.replace(rows[0], "").replace(rows[1], "").replace("1 - 3 共 3 筆", "3 - 3 共 3 筆")
    return one.encode(), two.encode()


def state(count: int | None = None, **behaviour: Any) -> State:
    """A replica of one person with the demonstration's records, or the first so many of them."""
    accounts = [Account(key, password=PASSWORD, platform_id=PERSON) for key in ("ecpa", "egov")]
    return State(accounts=accounts, rows={PERSON: demo_rows()[:count]}, behaviour=Behaviour(**behaviour))


def policy_rows(**titles: str) -> list[dict[str, str]]:
    """Rows that make e馬當先育職能 whole, each within an hour of New Year's Day 2023; `titles`: another spelling (at0="…")."""
    plan = bundled.plan("kaohsiung-112")
    hours = [f"2023-01-01T{at:02}:00:00" for at in range(8, 20)]
    return [
        {
            "title": titles.get(f"at{at}", each.title),
            "start": hours[at],
            "end": hours[at + 1],
            "certified_hours": str(each.hours),
            "code": f"PKCG11200000{at}",
        }
        for at, each in enumerate(plan.set_of("policy").courses)
    ]


def parcel(number: str, *, whole: bool = True) -> bytes:
    """A version as small as one can be, zipped as it is published."""
    files = {"app/agent/__init__.py": f'__version__ = "{number}"\n'.encode(), "python/bin/python3": b""}
    sums = "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files.items())
    files["SHA256SUMS"] = sums.encode() if whole else b""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in files.items():
            archive.writestr(f"我的數位學習補休/versions/{number}/{name}", data)
        archive.writestr("我的數位學習補休/current.txt", number)
    return made.getvalue()


def portable_place(root: Path) -> Installed:
    """A portable folder that starts version 0.1.0."""
    found = Installed(root)
    for name in ("app/agent/__init__.py", "python/bin/python3"):
        path = found.folder("0.1.0") / name
        path.parent.mkdir(parents=True)
        path.write_text("")
    found.point("0.1.0", "0.1.0")
    return found


def words(html: str) -> str:
    """What a page says, without its markup."""
    plain = re.sub(r"(?s)<(script|style).*?</\1>|<[^>]*>", " ", html)
    return " ".join(unescape(plain).split())


def come_in(page: Page, site: Any) -> None:
    """As the icon does: the private file is opened, and posts its token by itself."""
    page.goto(site.running.new_opening(site.door.authority).as_uri())
    page.wait_for_url(f"http://{site.door.authority}/")


def main_button(page: Page) -> Locator:
    """The one button of the first page."""
    return page.locator(".do .primary")
