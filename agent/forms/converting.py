"""A filled form as PDF/A, by the LibreOffice of this computer, in a profile of its own that is thrown away."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from agent.documents.render import KAI, RARE

_FONTS = Path("/etc/fonts/fonts.conf")
_LONGEST = 120  # seconds; the first start on a slow disk takes twenty
_PLACES = {
    "win32": (
        r"C:\Program Files\LibreOffice\program\soffice.com",
        r"C:\Program Files (x86)\LibreOffice\program\soffice.com",
    ),
    "darwin": ("/Applications/LibreOffice.app/Contents/MacOS/soffice",),
}
# PDF/A-2b: fonts embedded, no script, no link to anything outside; readable in twenty years.
_FILTER = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}'
_SETTING = (
    '<item oor:path="{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
)
_SETTINGS = (
    ("/org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("/org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("/org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("/org.openoffice.Office.Writer/Content/Update", "Link", "0"),
)


def find_office() -> Path | None:
    """The installed LibreOffice, None where there is none."""
    named = next(filter(None, map(shutil.which, ("soffice", "libreoffice"))), None)
    known = (Path(each) for each in _PLACES.get(sys.platform, ()))
    return Path(named) if named else next((each for each in known if each.exists()), None)


def as_pdf(document: bytes, ending: str, office: Path) -> bytes | None:
    """The document as PDF/A-2b; None where LibreOffice cannot make one within two minutes."""
    with tempfile.TemporaryDirectory(prefix="elearn-form-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        source = folder / f"form.{ending}"
        source.write_bytes(document)
        profile = folder / "profile"
        _set_up(profile)
        command = [
            str(office), f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore", "--nolockcheck",
            "--convert-to", _FILTER, "--outdir", str(folder), str(source),
        ]  # fmt: skip
        try:
            environment = _fonts(folder)
            subprocess.run(  # noqa: S603 - the installed LibreOffice, on a file of ours
                command, check=True, capture_output=True, timeout=_LONGEST, cwd=folder, env=environment
            )
            return (folder / "form.pdf").read_bytes()
        except (OSError, subprocess.SubprocessError):
            return None


def _set_up(profile: Path) -> None:
    """No macro runs and no link is followed."""
    items = [_SETTING.format(path=path, name=name, value=value) for path, name, value in _SETTINGS]
    (profile / "user").mkdir(parents=True)
    (profile / "user" / "registrymodifications.xcu").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" '
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">{"".join(items)}</oor:items>\n',
        encoding="utf-8",
    )


def _fonts(folder: Path) -> dict[str, str]:
    """The environment in which 標楷體 is one of the Kai fonts of a Linux that has none of that name; elsewhere as it is."""
    if not _FONTS.exists():
        return dict(os.environ)
    others = "".join(f"<string>{each}</string>" for each in (*KAI, *RARE))
    matches = "".join(
        f'<match target="pattern"><test name="family"><string>{each}</string></test>'
        f'<edit name="family" mode="assign" binding="same">{others}</edit></match>'
        for each in KAI[:4]
    )
    path = folder / "fonts.conf"
    path.write_text(
        f'<?xml version="1.0"?><fontconfig><include>{_FONTS}</include>{matches}</fontconfig>\n',
        encoding="utf-8",
    )
    return {**os.environ, "FONTCONFIG_FILE": str(path)}
