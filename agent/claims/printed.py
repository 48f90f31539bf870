"""The papers of a claim read again: form, editable form, sheet and all in one must say what was judged again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from itertools import islice
from typing import Any

from pypdf import PageObject, PdfReader

from agent.claims.files import UNPRINTED
from agent.documents.case import ClaimCase
from agent.documents.glyphs import is_rare
from agent.documents.sheet_view import sheet_view
from agent.documents.supervisor import supervisor_view
from agent.documents.view import form_view
from agent.forms.errors import FormRefused
from agent.forms.fields import values_of
from agent.forms.package import open_package
from agent.forms.refusals import refuse_unsafe
from rules.record import LearningRecord

# A portal that shows all years on one page makes long papers: two thousand rows are 183 pages of it, and 351 in one. A page of
# ours draws 31 kB at most and is read in some 30 ms, so that what is drawn bounds the time. Bytes.
_MOST_PAGES = 2_000
_MOST_ON_A_PAGE = 1_000_000
_MOST_LOOKED_AT = 64_000_000  # in one PDF, to tell its pages from those that are known
_MOST_READ = 24_000_000  # in all the papers of a claim
_NAMED = 4  # so many differences of one file are named
_OF_FORM = ("姓名", "服務單位", "職稱", "申請日期", "核對碼")  # of an agency's form, where it uses them
_OF_ROW = ("課程名稱", "起", "迄")


@dataclass(frozen=True, slots=True)
class Said:
    """A thing a paper must say: what it is called, and the words, compared without blanks and line breaks."""

    what: str
    words: str


@dataclass(frozen=True, slots=True)
class Agency:
    """The agency's own form of a claim, as its manifest states it: the file's name, and the fields it uses."""

    name: str
    fields: tuple[str, ...]

    @property
    def note(self) -> str:
        """What of such a form is compared, and what is not."""
        compared = [each for each in (*_OF_FORM, *_OF_ROW) if each in self.fields]
        return f"申請表是機關自己的格式「{self.name}」，只比對{'、'.join(compared) or '檔案本身'}；其餘欄位（含時數）請對照本結果"


def agency_of(stated: object) -> Agency | None:
    """The manifest's `form`; None where ours was used."""
    if not isinstance(stated, Mapping):
        return None
    fields = stated.get("fields")
    return Agency(str(stated.get("name")), tuple(map(str, fields)) if isinstance(fields, list) else ())


def papers_agree(
    files: Mapping[str, bytes],
    by_kind: Mapping[str, Sequence[str]],
    case: ClaimCase,
    agency: Agency | None,
    on_pages: Sequence[LearningRecord] = (),
) -> tuple[list[str], list[str]]:
    """A sentence for each paper that says something else than the case, or cannot be read; and notes on the portal's print.

    `on_pages` are the records applied for that a kept page shows.
    """
    ours, sheet = _form(case), _sheet(case)
    form = ours if agency is None else _agency(case, agency)
    reader = _Reader()
    found, pdf = [], reader.differs
    unprinted = False
    for name in by_kind.get("form", ()):
        unprinted = unprinted or (agency is not None and UNPRINTED in name)
        found.append(pdf(name, files[name], ours if UNPRINTED in name else form))
    for kind in ("form_odt", "form_docx"):
        found += [_document(name, files[name], form) for name in by_kind.get(kind, ())]
    found += [pdf(name, files[name], sheet) for name in by_kind.get("sheet", ())]
    slip = supervisor_view(case)
    said = [
        Said("核對碼", slip.check),
        Said("姓名", case.person.name),
        Said("申請時數與課程", slip.paragraph),
        Said("待認定", slip.doubt),
    ]
    found += [pdf(name, files[name], said) for name in by_kind.get("supervisor", ())]
    pages: list[Said] = []
    for name in by_kind.get("record_page", ()):
        found.append(pdf(name, files[name], ()))
        texts = enumerate(reader.texts(files[name]), 1)
        pages += [Said(f"平臺學習紀錄第 {at} 頁", text) for at, text in texts if text.strip()]
    for name in by_kind.get("print_all", ()):
        found.append(pdf(name, files[name], [*(() if unprinted else form), *sheet, *pages]))
    notes = [_rows_missing(name, files[name], on_pages, reader) for name in by_kind.get("record_page", ())]
    return [each for each in found if each], [each for each in notes if each]


def _rows_missing(name: str, data: bytes, records: Sequence[LearningRecord], reader: _Reader) -> str:
    """A note where the print of the portal's pages lacks a row applied for: how the real portal prints is not known for sure."""
    wanted = [
        Said(f"「{each.title}」", words)
        for each in records
        for words in (each.title, *(f"{at:%Y-%m-%d %H:%M:%S}" for at in (each.start, each.end) if at))
    ]
    said = reader.differs(name, data, wanted)
    return f"{said}；請與存檔的網頁對照" if said else ""


def _form(case: ClaimCase) -> list[Said]:
    """What our form says of the person, the amount, the sets and each course; not what hangs on a program's wording."""
    view = form_view(case)
    people = [(label, text) for label, text in view.person if text]
    return [
        Said("核對碼", view.check),
        *(Said(label, label + text) for label, text in people),
        Said(view.applied_on[0], "".join(view.applied_on)),
        Said(view.applied[0], "".join(view.applied)),
        *(Said("核對摘要", each) for each in view.summary[:3]),
        *(Said(f"申請項目「{each}」", each) for each in view.boxes),
        *(
            Said(f"第 {row[0]} 列「{row[1]}」", "".join(row[:8]))
            for group in view.groups
            for row in group.rows
        ),
        Said("合計", "".join(view.totals)),
        *(Said(f"請人事單位認定「{row[2]}」", "".join(row[1:3])) for row in view.questions),
    ]


def _agency(case: ClaimCase, agency: Agency) -> list[Said]:
    values = values_of(case)
    found = [Said(each, values.fields[each]) for each in _OF_FORM if each in agency.fields]
    if "核對碼" not in agency.fields:  # then it stands in a line of its own
        found.append(Said("核對碼", f"核對碼 {case.check_code}"))
    for row in values.lists["課程"]:
        found += [
            Said(f"「{row['課程名稱']}」的{each}", row[each]) for each in _OF_ROW if each in agency.fields
        ]
    return [each for each in found if each.words.strip()]


def _sheet(case: ClaimCase) -> list[Said]:
    view = sheet_view(case)
    applied = view.groups[: len(case.claimed_sets)]
    return [
        Said("核對碼", view.check),
        *(
            Said(f"第 {row.cells[0]} 列「{row.cells[2]}」", "".join(row.cells))
            for group in applied
            for row in group.rows
        ),
    ]


class _Reader:
    """Reads PDFs of one claim. The papers in one repeat pages of the others: what is drawn alike is read once."""

    def __init__(self) -> None:
        self._texts: dict[bytes | None, str] = {}
        self._left = _MOST_READ

    def differs(self, name: str, data: bytes, wanted: Sequence[Said]) -> str:
        try:
            return _differs(name, self._pages(data), wanted)
        except Exception:
            return f"{name} 無法讀取，沒有比對"

    def texts(self, data: bytes) -> tuple[str, ...]:
        """The text of each page; none of a PDF that cannot be read."""
        try:
            return tuple(self._pages(data))
        except Exception:
            return ()

    def _pages(self, data: bytes) -> Iterator[str]:
        """The text of each page, those first that are known already."""
        later, looked_at = [], 0
        for page in islice(PdfReader(BytesIO(data)).pages, _MOST_PAGES):
            contents = page.get_contents()
            drawn = contents.get_data() if contents is not None else b""
            looked_at += len(drawn)
            if len(drawn) > _MOST_ON_A_PAGE or looked_at > _MOST_LOOKED_AT:
                raise ValueError("more is drawn than on any paper of ours")
            key = _key(page, drawn)
            if key in self._texts:
                yield self._texts[key]
            else:
                later.append((page, key, len(drawn)))
        for page, key, size in later:
            self._left -= size
            if self._left < 0:
                raise ValueError("more is drawn than on all the papers of a claim")
            text = page.extract_text()
            if key is not None:
                self._texts[key] = text
            yield text


def _key(page: PageObject, drawn: bytes) -> bytes | None:
    """A hash of what decides a page's text: what is drawn, and which characters its fonts say their glyphs are.

    None where the text may rest on more than that: a drawing within the drawing, or a font that does not say.
    """
    digest = sha256(drawn)
    resources = page.get("/Resources")
    if resources is None:
        return digest.digest()
    inner = resources.get_object().get("/XObject")
    if inner is not None and any(
        each.get_object().get("/Subtype") != "/Image" for each in inner.get_object().values()
    ):
        return None
    fonts = resources.get_object().get("/Font")
    for name, font in sorted(fonts.get_object().items()) if fonts is not None else ():
        digest.update(str(name).encode())
        meanings = font.get_object().get("/ToUnicode")
        if meanings is None:
            return None
        digest.update(meanings.get_object().get_data())
    return digest.digest()


def _document(name: str, data: bytes, wanted: Sequence[Said]) -> str:
    try:
        package = open_package(data)
        refuse_unsafe(package)
    except FormRefused as why:
        return f"{name} 不是可以使用的文件：{why}"
    texts = ("".join(each.root.itertext()) for each in package.markup.values())
    return _differs(name, texts, wanted)


def _differs(name: str, texts: Iterable[str], wanted: Sequence[Said]) -> str:
    """A sentence naming what was not found, "" where all was. No more is read than is needed."""
    read, left = "", list(wanted)
    for text in texts:
        read += _plain(text)
        left = [each for each in left if _plain(each.words) not in read]
        if not left:
            return ""
    if not read:
        return f"{name} 沒有可以比對的文字"
    common = _common(read)  # a character that no font of that computer has is printed as a box and is no text
    left = [each for each in left if _common(_plain(each.words)) not in common]
    if not left:
        return ""
    named = list(dict.fromkeys(each.what for each in left))
    more = f"等 {len(named)} 處" if len(named) > _NAMED else ""
    return f"{name} 與重新判讀的結果不同：{'、'.join(named[:_NAMED])}{more}"


def _plain(text: str) -> str:
    """Without blanks and boxes (read back as zero), and with one character for those that a font draws alike: 「⼀」 for 「一」."""
    whole = unicodedata.normalize("NFKC", text)
    return "".join(each for each in whole if not each.isspace() and each not in "\x00\ufffd")


def _common(text: str) -> str:
    return "".join(each for each in text if not is_rare(each))


def form_entry(name: str, used: Iterable[str]) -> dict[str, Any]:
    """The manifest's `form` for an agency's own form."""
    return {"name": name, "fields": sorted(set(used))}
