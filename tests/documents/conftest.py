"""The papers of every case, printed by a real browser, and the editable form as LibreOffice opens it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from document_samples import CASES, Printed

from agent.documents.form import form_html
from agent.documents.form_odt import form_odt
from agent.documents.sheet import sheet_html
from agent.documents.supervisor import supervisor_html

# In a process of its own: Playwright's driver and the one of pytest-playwright do not share a thread.
PRINTER = """
import json, sys
from pathlib import Path
from playwright.sync_api import sync_playwright
from scrapers.installed import find_browser
folder = Path(sys.argv[1])
asked = []
with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_browser(), args=["--no-sandbox"])
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    for html in sorted(folder.glob("*.html")):
        page.set_content(html.read_text("utf-8"), wait_until="load")
        page.pdf(path=html.with_suffix(".pdf"), prefer_css_page_size=True, print_background=True)
    browser.close()
print(json.dumps(asked))
"""


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """Form and sheet of every case, printed by a real browser with JavaScript off; nothing may be asked of any host."""
    folder = tmp_path_factory.mktemp("printed")
    for name, make in CASES.items():
        case = make()
        (folder / f"form-{name}.html").write_text(form_html(case), "utf-8")
        (folder / f"sheet-{name}.html").write_text(sheet_html(case), "utf-8")
        (folder / f"supervisor-{name}.html").write_text(supervisor_html(case), "utf-8")
    run = subprocess.run([sys.executable, "-c", PRINTER, folder], check=True, capture_output=True, text=True)
    assert json.loads(run.stdout) == []
    return {each.stem: Printed(each) for each in folder.glob("*.pdf")}


@pytest.fixture(scope="session")
def converted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Printed]:
    """The editable form of every case, opened by LibreOffice and saved as PDF."""
    folder = tmp_path_factory.mktemp("converted")
    files = []
    for name, make in CASES.items():
        files.append(folder / f"{name}.odt")
        files[-1].write_bytes(form_odt(make()))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return {each.stem: Printed(each) for each in folder.glob("*.pdf")}
