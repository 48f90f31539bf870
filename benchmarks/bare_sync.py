"""The yardstick of a sync: a bare Playwright script that makes the same navigations, takes each page's HTML, and does nothing else.

`python -m benchmarks.bare_sync [--print]`; with --print it also prints each table page to a PDF that nobody keeps.
"""

from __future__ import annotations

import os
import shutil
import sys

from playwright.sync_api import Page, sync_playwright

PORTAL = "https://elearn.hrd.gov.tw/mooc"
HOSTS = ("elearn.hrd.gov.tw", "ecpa.dgpa.gov.tw", "www.cp.gov.tw")
YEARS = ("2024", "2023", "2022", "2021")
NEXT = "a.paginate-btn[title='下一頁']"


def main() -> None:
    """Log in, walk through every page of every year, log out."""
    address, key = os.environ["ELEARN_REPLICA"], os.environ["ELEARN_REPLICA_KEY"]
    rules = ",".join(f"MAP {host}:443 {address}" for host in HOSTS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("ELEARN_BROWSER") or shutil.which("chromium"),
            chromium_sandbox=os.geteuid() != 0,
            args=[
                f"--host-resolver-rules={rules},MAP * ~NOTFOUND",
                f"--ignore-certificate-errors-spki-list={key}",
                "--no-proxy-server",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        _log_in(page)
        page.goto(f"{PORTAL}/user/learn_dashboard.php")
        page.goto(f"{PORTAL}/user/learn_stat.php")
        for year in YEARS:
            page.select_option("select[name=curYear]", year)
            with page.expect_navigation():
                page.evaluate("() => { doSearch(); }")
            _take(page)
            while "disabled" not in (page.get_attribute(NEXT, "class") or "disabled"):
                with page.expect_navigation():
                    page.click(NEXT)
                _take(page)
        page.goto("https://elearn.hrd.gov.tw/logout.php")
        browser.close()


def _log_in(page: Page) -> None:
    page.goto(f"{PORTAL}/index.php")
    page.goto(f"{PORTAL}/co_login_dialog.php")
    page.click("text=人事服務網eCPA")
    page.fill("#aliasid", os.environ["BENCH_ACCOUNT"])
    page.fill("#pas", os.environ["BENCH_PASSWORD"])
    page.click('button[onclick="startIdPas()"]')
    page.wait_for_url(f"{PORTAL}/index.php")


def _take(page: Page) -> None:
    page.content()
    if "--print" in sys.argv:
        page.pdf(format="A4", landscape=True)


if __name__ == "__main__":
    main()
