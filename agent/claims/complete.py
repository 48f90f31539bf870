"""Whether a claim holds every paper that it must, and none of a kind that no check reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_PAGES = ("html", "older_html")
_MUST = {"form": "補休申請表", "sheet": "逐筆檢核表", "print_all": "全部列印"}
_RECORD_PAGE = ("record_page", "平臺學習紀錄")
_KINDS = (
    *_PAGES,
    *("records", "judged_with", "verdict"),
    *_MUST,
    *("form_odt", "form_docx", "record_page", "supervisor"),
)


def incomplete(by_kind: Mapping[str, Sequence[str]]) -> list[str]:
    """A sentence for each paper that is not there, and for each file that the manifest gives a kind of its own.

    A paper left out, or called something else, would otherwise be compared with nothing.
    """
    must = dict(_MUST)
    if any(by_kind.get(each) for each in _PAGES):
        must |= dict([_RECORD_PAGE])
    return [
        *(f"缺少{word}" for kind, word in must.items() if not by_kind.get(kind)),
        *(
            f"檔案 {name} 的種類「{kind}」不是本程式製作的，沒有檢核"
            for kind, names in by_kind.items()
            if kind not in _KINDS
            for name in names
        ),
    ]
