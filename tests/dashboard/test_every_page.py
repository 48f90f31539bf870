"""Every page there is, in every state that looks different, at both widths and in both schemes: axe, and what an eye would see.

The pages come from the application's own table, so a new one cannot be forgotten. With ELEARN_TEST_PICTURES set to a folder,
each page's four pictures are kept there.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import axe_playwright_python
import pytest
from page_cases import CONFIG, PERSON, come_in, parcel, portable_place, saved_pages, state
from playwright.sync_api import Page, expect
from starlette.staticfiles import StaticFiles

from agent.dashboard.failures import FAILURES
from agent.dashboard.jobs import STEPS, demo_folder
from agent.dashboard.newer import Newer
from agent.dashboard.pages import update
from agent.dashboard.progress import Ended
from agent.dashboard.routes import PAGES
from agent.home import hold
from agent.schedule.renewing import Program, Renewal
from rules.errors import ElearnError
from scrapers.replica.state import demo_rows

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
CLAIM = "kaohsiung-112-1"
# Addresses for the pages that are one of many.
ONE_OF = {
    "/claims/{id}": f"/claims/{CLAIM}",
    "/plans/{key}": "/plans/kaohsiung-112",
    "/records/{number:int}": "/records/1",
}
PARTS = ("/progress",)  # what the script puts into a page
# Further addresses at which a page looks different.
MORE = [
    *(f"/setup?step={step}" for step in range(2, 8)),
    "/records?q=nothing-of-that-name",
    "/records?state=unread",
    "/week?day=1120308",
    f"/claims/{CLAIM}?show=sheet",
    "/nothing",
]
CONCRETE = [ONE_OF.get(path, path) for path in PAGES if path not in PARTS]


def test_each_address_of_the_application_is_looked_at():
    """Those of FILES are answered with a file (test_by_click); a change answers with one of these pages or leads to one."""
    assert {path for path in PAGES if "{" in path} == {*ONE_OF}


# -- looking ------------------------------------------------------------------------------------------------------------

LOOK = r"""async (width) => {
    for (let at = 0; at < 100 && innerWidth !== width; at++) await new Promise((go) => setTimeout(go, 20));
    const found = [];
    const hidden = (each) => each && (getComputedStyle(each).clipPath === "inset(50%)" || each.matches(".skip") || hidden(each.parentElement));
    const shown = (each) => each.checkVisibility({checkOpacity: true, checkVisibilityCSS: true}) && !hidden(each);
    const say = (what, each) => found.push(`${what}: ${each.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`);
    if (document.documentElement.scrollWidth > width) found.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const each of document.body.querySelectorAll("*")) {
        if (!shown(each) || each.closest("svg svg, .scroll *")) continue;
        const box = each.getBoundingClientRect();
        if (box.width && (box.right > width + 1 || box.left < -1)) say("cut off", each);
    }
    for (const each of document.querySelectorAll("button, .button, a, select, summary, input:not([type=hidden]), textarea")) {
        if (!shown(each)) continue;
        const inText = each.matches("a:not(.button)") && getComputedStyle(each).display === "inline"
            && each.parentElement.textContent.trim() !== each.textContent.trim();
        if (inText) continue;  // a word of a sentence
        const box = (each.closest("label") ?? each).getBoundingClientRect();
        if (box.height < 43.5 || box.width < 43.5) say(`a target of ${Math.round(box.width)} × ${Math.round(box.height)} px`, each);
    }
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const small = new Set();
    while (walk.nextNode()) {
        const each = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !shown(each) || each.closest("script, style, title, desc, option, noscript")) continue;
        const scale = each.ownerSVGElement ? each.getScreenCTM().a : 1;
        if (parseFloat(getComputedStyle(each).fontSize) * scale < 17.9 && !small.has(each)) {
            small.add(each);
            say(`text of ${(parseFloat(getComputedStyle(each).fontSize) * scale).toFixed(1)} px`, each);
        }
    }
    for (const each of document.querySelectorAll(".state, .step, .warn, .failure h2")) {
        if (shown(each) && !/^[✔✖！–▶○]\s*\S/.test(each.textContent.trim())) say("colour without a sign and a word", each);
    }
    return found;
}"""
# What a person should not have to read: nought days, dates of the other calendar, commands, words of the program itself.
UNWANTED = re.compile(
    r"(?<![\d.])0 天|\b(?:19|20)\d\d[-/]\d|\b20\d\d 年|\belearn [a-z]+|\b(?:None|True|False|null|undefined|Traceback)\b"
)
# For the people who look after computers: folded, or shown line by line before it is saved.
TECHNICAL = ("bundle", "ending-details")
VIOLATIONS = """async (only) => (await axe.run({resultTypes: ["violations"], ...(only && {runOnly: only})})).violations
    .filter((each) => ["serious", "critical"].includes(each.impact))
    .flatMap((each) => each.nodes.map((node) => `${each.id} ${node.target} ${node.any[0]?.message ?? ""}`))"""


class Eye:
    """Looks at what the tab shows, at both widths and in both schemes; what is wrong is collected."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.found: list[str] = []
        self.pictures = os.environ.get("ELEARN_TEST_PICTURES")

    def look(self, name: str, *, axe: bool = True) -> None:
        page = self.page
        page.wait_for_load_state()  # after a click the answer has only begun to arrive: without its styles all is too small
        if axe:
            page.evaluate(AXE)
        if name not in TECHNICAL:
            said = page.evaluate("document.body.innerText")
            self.found += [
                f"{name}: {each[0]!r} in {_around(said, each)!r}" for each in UNWANTED.finditer(said)
            ]
        for width, scheme in ((360, "light"), (360, "dark"), (1440, "light"), (1440, "dark")):
            page.set_viewport_size({"width": width, "height": 900})
            page.evaluate("(scheme) => { document.documentElement.dataset.scheme = scheme; }", scheme)
            wrong = page.evaluate(LOOK, width) if scheme == "light" else []  # sizes are no matter of colours
            if axe and (width, scheme) == (360, "light"):
                wrong += page.evaluate(VIOLATIONS, None)
            elif axe and (width, scheme) == (1440, "dark"):  # what is other than before: the colours
                wrong += page.evaluate(VIOLATIONS, ["color-contrast"])
            self.found += [f"{name} {width} {scheme}: {each}" for each in wrong]
            if self.pictures:
                page.screenshot(path=Path(self.pictures) / f"{name}-{width}-{scheme}.png", full_page=True)

    def nothing_wrong(self) -> None:
        assert not self.found, "\n".join(self.found)


def _around(text: str, found: re.Match[str]) -> str:
    return text[max(0, found.start() - 20) : found.end() + 20]


@pytest.fixture
def eye(browser, lasting_site) -> Iterator[Eye]:
    context = browser.new_context(
        locale="zh-TW", viewport={"width": 360, "height": 900}, reduced_motion="reduce"
    )
    page = context.new_page()
    come_in(page, lasting_site)
    found = Eye(page)
    yield found
    context.close()
    found.nothing_wrong()


def picture(address: str) -> str:
    return re.sub(r"\W+", "-", address).strip("-") or "first"


def test_nothing_is_measured_before_the_styles_have_arrived(eye, lasting_site, monkeypatch):
    """On a busy machine they came after the look that follows a click: every target was too small, in one run of a dozen."""
    real = StaticFiles.get_response

    async def late(self, path, scope):
        await asyncio.sleep(0.6)
        return await real(self, path, scope)

    eye.page.goto(f"{lasting_site.door.origin}/setup?step=2")
    eye.page.get_by_role("textbox", name="帳號").fill("demo-tester")
    monkeypatch.setattr(StaticFiles, "get_response", late)
    eye.page.get_by_role("button", name="下一步").click()
    eye.look("styles-late", axe=False)
    lasting_site.served.desk.draft.clear()


def test_the_pages_of_an_empty_home(eye, lasting_site):
    """The first run: no settings, no records, no claims."""
    site = lasting_site
    for address in (
        "/",
        "/setup",
        "/records",
        "/claims",
        "/history",
        "/visited",
        "/losses",
        "/review",
        "/why",
        "/week",
    ):
        eye.page.goto(f"{site.door.origin}{address}")
        eye.look(f"empty-{picture(address)}")
    eye.page.goto(f"{site.door.origin}/setup?step=2")
    eye.page.get_by_role("textbox", name="帳號").fill("demo-tester")
    eye.page.get_by_role("button", name="下一步").click()
    eye.look("setup-password-asked-for")
    _send(
        eye.page, f"{site.door.origin}/saved-pages", [("學習紀錄-1.html", saved_pages()[0])], "讀取這些檔案"
    )
    expect(eye.page.locator("main")).to_contain_text("還缺第 2 頁")
    eye.look("answer-saved-pages-missing")
    site.home.config.write_text('gateway = "ecpa"\nnonsense = 1\n', encoding="utf-8")
    eye.page.goto(f"{site.door.origin}/")
    eye.look("settings-broken")
    site.home.config.unlink()


@pytest.fixture
def full(lasting_site, portal) -> Iterator[object]:
    """A home that has read, prepared a claim, and read again when a record was gone and another could not be understood."""
    site = lasting_site
    rows = demo_rows()
    rows[20] = replace(rows[20], hours="二")
    portal.state = state()
    portal.state.rows = {PERSON: rows}
    site.configure()
    site.put_credential()
    work(site, "claim", 0)
    folder = demo_folder(site.served.desk)
    shutil.copytree(site.home.claims / CLAIM, folder, dirs_exist_ok=True)
    portal.state.rows = {PERSON: rows[:-2]}
    work(site, "update", 19)
    yield site
    shutil.rmtree(folder)


def work(site, kind: str, code: int) -> None:
    """One piece of work, to its end."""
    assert site.post(f"/run/{kind}").status == 303
    site.served.desk.worker._thread.join(90)
    ended = site.served.desk.worker.progress.ended
    assert ended.code == code, ended.message


def test_the_pages_of_a_full_home(eye, full):
    """Every address of the application, with something on each; then what their buttons answer with."""
    site, page = full, eye.page
    for address in [*CONCRETE, *MORE]:
        answer = page.goto(f"{site.door.origin}{address}")
        assert answer.status == (404 if address == "/nothing" else 200), address
        eye.look(picture(address))
    _answers(eye, site)
    site.configure()
    site.home.config.write_text(CONFIG.replace("編制內公務人員", ""), encoding="utf-8")
    for address in ("/review", "/why"):
        page.goto(f"{site.door.origin}{address}")
        eye.look(f"{picture(address)}-of-doubt")
    site.served.desk.worker.forget()
    page.goto(f"{site.door.origin}/")
    eye.look("first-of-doubt")
    site.configure()
    site.post("/claims/mark", {"id": CLAIM, "state": "submitted"})
    for address in ("/", "/claims", f"/claims/{CLAIM}"):
        page.goto(f"{site.door.origin}{address}")
        eye.look(f"{picture(address)}-submitted")


def _answers(eye: Eye, site) -> None:
    """What is shown in answer to a change, where that is a page of its own."""
    page = eye.page
    page.goto(f"{site.door.origin}/setup?step=4")
    page.get_by_label("人員類別").select_option("教師")
    page.get_by_role("button", name="下一步").click()
    expect(page.locator("h1")).to_have_text("這項修改會改變判斷結果")
    eye.look("answer-changes")
    page.goto(f"{site.door.origin}/setup?step=5")
    page.get_by_role("textbox", name="上班").fill("25:00")
    page.get_by_role("button", name="下一步").click()
    eye.look("answer-setup-problem")
    zips = [
        ("壞掉的申請文件-王小明.zip", b"not a zip"),
        ("申請文件-測試員.zip", site.get(f"/claims/{CLAIM}/zip").body),
    ]
    _send(page, f"{site.door.origin}/office", zips, "檢核")
    expect(page.locator("tbody tr")).to_have_count(2)
    eye.look("answer-office")
    _send(page, f"{site.door.origin}/plans", [("計畫.toml", b"key = 'x'\n")], "檢查並加入")
    eye.look("answer-plan-refused")


def _send(page: Page, address: str, files: list[tuple[str, bytes]], button: str) -> None:
    page.goto(address)
    page.locator("input[type=file]").set_input_files(
        [{"name": name, "mimeType": "application/octet-stream", "buffer": data} for name, data in files]
    )
    page.get_by_role("button", name=button).click()
    page.wait_for_load_state()


def test_the_page_while_it_works_and_at_every_ending(eye, lasting_site):
    """A run at each of its steps, waiting, slow and being stopped; the system's box open; each exit code's card."""
    site, page, desk = lasting_site, eye.page, lasting_site.served.desk
    site.configure()
    site.put_credential()
    with _running(site, "claim", ("讀取學習紀錄", "112 年第 12 頁，共 14 頁，已讀 118 筆")) as tell:
        page.goto(f"{site.door.origin}/")
        eye.look("run-reading")
        tell._news -= 11
        expect(page.locator("#live")).to_contain_text("平臺回應較慢")
        eye.look("run-slow")
        desk.worker.stop()
        expect(page.locator("#live")).to_contain_text("已收到停止的要求")
        page.reload()
        eye.look("run-stopping")
        page.goto("about:blank")  # it would go on by itself when the work ends
    with hold(site.home):
        site.post("/run/claim")
        page.goto(f"{site.door.origin}/")
        expect(page.locator("#live")).to_contain_text("已等")
        eye.look("run-waiting")
        page.goto("about:blank")
        desk.worker.finish(10)
    with _running(site, "password", (STEPS["password"][0], "")):
        page.goto(f"{site.door.origin}/password")
        eye.look("run-password-box")
        page.goto("about:blank")
    for code in [*FAILURES]:
        ended = Ended(
            code, "kind", MESSAGE, "請執行 elearn doctor。", evidence=f"{site.home.path}/runs/000001/evidence"
        )
        desk.worker.start("claim", STEPS["claim"], lambda tell, ended=ended: ended)
        desk.worker._thread.join(10)
        page.goto(f"{site.door.origin}/")
        expect(page.locator(f".failure[data-code='{code}']")).to_be_visible()
        eye.look(f"ending-{code}", axe=code in (3, 10, 18))  # the others are the same card with other words
    page.locator(".failure details summary").first.click()
    eye.look("ending-details")


MESSAGE = "學習紀錄頁與已知格式不同：找不到「認證時數」欄，最接近的是「核發時數」（elearn.hrd.gov.tw/mooc/user/learn_stat.php）。"


@contextmanager
def _running(site, kind: str, at: tuple[str, str]) -> Iterator[object]:
    """This piece of work, held at this step."""
    goes, there, told = threading.Event(), threading.Event(), []

    def job(tell) -> Ended:
        told.append(tell)
        for step in STEPS[kind]:
            tell(*(at if step == at[0] else (step, "")))
            if step == at[0]:
                break
        there.set()
        goes.wait(60)
        raise ElearnError("已停止")

    assert site.served.desk.worker.start(kind, STEPS[kind], job)
    assert there.wait(30)
    yield told[0]
    goes.set()
    site.served.desk.worker._thread.join(10)
    site.served.desk.worker.forget()


def test_the_pages_at_the_door(eye, lasting_site, new_site):
    """Who is not let in, the file that lets in, and the page of a program that has ended."""
    site, page = lasting_site, eye.page
    text = site.running.new_opening(site.door.authority).read_text("utf-8")
    page.goto("about:blank")  # it lies on the disk: the policy of no page holds there
    page.set_content(re.sub(r"<script>.*?</script>", "", text))  # which posts it at once
    eye.look("door-opening")
    page.context.clear_cookies()
    page.goto(f"{site.door.origin}/")
    eye.look("door-expired")
    other = new_site()
    come_in(page, other)
    page.get_by_role("button", name="結束程式").click()
    expect(page.locator("h1")).to_have_text("程式已結束")
    eye.look("door-ended")


def test_the_pages_of_an_update_and_of_a_form_that_cannot_be_taken(eye, lasting_site, monkeypatch, tmp_path):
    """Nothing there, a version ready, one that judges otherwise, the line on every page afterwards; and two refusals."""
    site, page, desk = lasting_site, eye.page, lasting_site.served.desk
    site.configure()
    place = portable_place(tmp_path / "程式 資料夾")
    monkeypatch.setattr(update, "installed", lambda: place)
    page.goto(f"{site.door.origin}/update")
    eye.look("update-nothing")
    (place.root / "新版.zip").write_bytes(parcel("0.2.0"))
    place.point("0.1.0", "0.1.0")
    page.reload()
    eye.look("update-ready")
    monkeypatch.setattr(desk, "differences", ("今天 › benefits › 0 › claimable：4 → 8",))
    page.reload()
    eye.look("update-differs")
    ready = Program(Path("python"), ("new",), is_whole=True)
    newer = Newer(Renewal(lambda: replace(ready, mark=("old",)), lambda: ready, lambda _: "0.2.0"), pause=0)
    monkeypatch.setattr(desk, "newer", newer)
    for _ in range(50):
        page.goto(f"{site.door.origin}/claims")
        if page.get_by_role("button", name="改用新版").count():
            break
    eye.look("update-to-be-taken")
    with hold(site.home):
        _send(page, f"{site.door.origin}/saved-pages", [("學習紀錄.html", b"x")], "讀取這些檔案")
    eye.look("refused-while-a-run-goes-on")
    page.goto(f"{site.door.origin}/run/claim")
    eye.look("refused-without-its-button")
