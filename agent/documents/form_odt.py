"""The leave form as an editable OpenDocument text, from the same view as the printed one."""

from __future__ import annotations

import zipfile
from io import BytesIO

from agent.documents.case import ClaimCase
from agent.documents.render import render
from agent.documents.view import form_view

MIMETYPE = "application/vnd.oasis.opendocument.text"
_PARTS = ("content.xml", "styles.xml", "meta.xml", "META-INF/manifest.xml")
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the zip format's earliest: the same case must give the same bytes


def form_odt(case: ClaimCase) -> bytes:
    """「公餘時間完成數位學習補休申請表」 as an .odt (OpenDocument 1.3): no macro, no picture, nothing from outside."""
    view = form_view(case)
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        _write(package, "mimetype", MIMETYPE, zipfile.ZIP_STORED)
        for name in _PARTS:
            template = f"odt/{name.rsplit('/', 1)[-1]}"
            text = render(template, form=view, made_on=case.prepared_on, version=case.program_version)
            _write(package, name, text, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _write(package: zipfile.ZipFile, name: str, text: str, how: int) -> None:
    """One member without time, owner or system of the machine it was made on."""
    member = zipfile.ZipInfo(name, _NO_TIME)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    member.compress_type = how
    package.writestr(member, text.encode())
