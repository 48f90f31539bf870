"""The form that a home uses instead of ours: which file it is, and that file filled in for a claim."""

from __future__ import annotations

import copy
import shutil
from dataclasses import dataclass
from pathlib import Path

from agent.documents.case import ClaimCase
from agent.forms.checking import Form, read_form, usable
from agent.forms.fields import values_of
from agent.forms.filling import add_line, fill
from agent.forms.markup import Markup, serialise
from agent.home import Home, write_private
from agent.settings.agency_file import AgencyFile
from rules.errors import ConfigError

_ENDINGS = (".odt", ".docx")
_FROM_AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class OwnForm:
    """A form found in a home, checked."""

    name: str
    form: Form


def folder(home: Home) -> Path:
    """Where a person puts the form; it may be absent."""
    return home.path / "forms"


def agency_folder(home: Home) -> Path:
    """Where the form that came with the agency's file is kept."""
    return folder(home) / _FROM_AGENCY


def beside(agency: AgencyFile, place: Path) -> bytes | None:
    """The form that the agency's file names, read from the folder it lies in and checked; None where it names none.

    Raises ConfigError for one that is missing or cannot be used: better now than when leave is claimed.
    """
    if not agency.form_template:
        return None
    path = place / agency.form_template
    usable(read_form(path), path.name)
    return path.read_bytes()


def keep_form(home: Home, agency: AgencyFile | None, form: bytes | None) -> None:
    """Keep the form of this agency's file, and none of an earlier one."""
    shutil.rmtree(agency_folder(home), ignore_errors=True)
    if agency is not None and form is not None:
        write_private(agency_folder(home) / agency.form_template, form)


def own_form(home: Home, agency: AgencyFile | None, plan: str) -> OwnForm | None:
    """The agency's form where its file names one, else the one in `forms/` (the plan's by its key where there are several).

    None: ours is used. Raises ConfigError where the file is gone, cannot be used, or there are several and none is the plan's.
    """
    path = _path(home, agency, plan)
    if path is None:
        return None
    return OwnForm(path.name, usable(read_form(path), path.name))


def _path(home: Home, agency: AgencyFile | None, plan: str) -> Path | None:
    if agency is not None and agency.form_template:
        path = agency_folder(home) / agency.form_template
        if path.exists():
            return path
        raise ConfigError(
            f"機關設定檔指定的申請表「{agency.form_template}」不在這台電腦。",
            "請把申請表與機關設定檔放在同一個資料夾，再執行一次 elearn agency import。",
        )
    if not folder(home).is_dir():
        return None
    found = [
        each
        for each in sorted(folder(home).iterdir())
        if each.is_file() and each.suffix.lower() in _ENDINGS and not each.name.startswith((".", "~$"))
    ]
    if len(found) < 2:
        return found[0] if found else None
    named = [each for each in found if each.stem == plan]
    if len(named) == 1:
        return named[0]
    raise ConfigError(
        f"資料夾 forms 裡有 {len(found)} 個申請表：{'、'.join(each.name for each in found)}。",
        f"請只留一個，或把要用的命名為 {plan}.odt（.docx）。",
    )


def filled(own: OwnForm, case: ClaimCase) -> bytes:
    """The form filled in for this claim; the same form and case give the same bytes.

    What every paper must say and this form has no place for stands in a line of its own at the top.
    """
    form, values, changed = own.form, values_of(case), {}
    must = _must_say(form, case)
    for part in form.filled:
        markup = form.package.markup[part]
        root = copy.deepcopy(markup.root)
        fill(root, values)
        if must and part == _body_of(form):
            add_line(root, form.kind, "　".join(must))
        changed[part] = serialise(Markup(root, markup.prefixes))
    return form.package.pack(changed)


def _body_of(form: Form) -> str:
    if "content.xml" in form.filled:
        return "content.xml"
    bodies = (part for part in form.filled if form.package.markup[part].root.tag.endswith("}document"))
    return next(bodies, "")


def _must_say(form: Form, case: ClaimCase) -> list[str]:
    found = []
    if "核對碼" not in form.used:
        found.append(f"核對碼 {case.check_code}")
    if case.test and "測試字樣" not in form.used:
        found.append("測試")
    if case.pending and "待認定時數" not in form.used:
        found.append(f"含待認定 {values_of(case).fields['待認定時數']} 小時")
    if case.imported and not {"資料來源", "附件"} & set(form.used):
        found.append("資料來源：匯入檔案")
    return found
