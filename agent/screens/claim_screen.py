"""A prepared claim and the list of claims, for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from agent.claims.ledger import days_left, use_by
from agent.documents.glyphs import NO_GLYPH_REMEDY, named
from agent.store import Claim
from rules.wording import hours, roc_short

if TYPE_CHECKING:  # preparing takes long to import, and listing does not need it
    from agent.claims.claiming import Prepared

STATE_WORD = {
    "prepared": "已準備，尚未送件",
    "submitted": "已送件",
    "approved": "已核定",
    "rejected": "退回",
    "withdrawn": "撤回",
}
PAPERS = ("form", "form_odt", "form_docx", "record_page", "sheet", "print_all", "supervisor", "zip")
UNPRINTED_TEXT = (
    "這台電腦沒有可用的 LibreOffice，機關的申請表請自行開啟「1-補休申請表」檔列印，放在「全部列印.pdf」前面。"
)
_NEXT = "請列印「全部列印.pdf」→ 簽名並勾選聲明 → 單位主管核章 → 送人事單位；送件後執行 elearn claim mark {id} submitted。"


def claim_document(prepared: Prepared) -> dict[str, Any]:
    """The claim as the contract writes it."""
    claim = prepared.claim
    return {
        "claim": {
            "id": claim.id,
            "plan": claim.plan,
            "hours": hours(claim.hours),
            "state": claim.state,
            "prepared_on": claim.prepared_on.isoformat(),
            "sets": list(claim.sets),
            "review_sets": list(claim.review_sets),
            "review_hours": hours(claim.review_hours),
            "check_code": claim.check_code,
            "subject": prepared.subject,
            "folder": claim.folder,
            "unprintable": list(prepared.unprintable),
            "files": [
                {"path": each.path, "kind": each.kind, "sha256": each.sha256} for each in prepared.files
            ],
        }
    }


def claim_text(prepared: Prepared) -> str:
    """Where the papers are, and what to do with them."""
    claim = prepared.claim
    pending = f"，含待認定 {hours(claim.review_hours)} 小時" if claim.review_hours else ""
    return "\n".join(
        (
            f"文件已準備好，尚未送出：申請補休 {hours(claim.hours)} 小時{pending}（核對碼 {claim.check_code}）。",
            f"資料夾：{claim.folder}",
            *(f"  - {each.path}" for each in prepared.files if each.kind in PAPERS),
            "  （其餘為核對用的檔案，請一併保留）",
            f"事由（可複製到差勤系統）：{prepared.subject}",
            *(() if prepared.is_form_printed else (UNPRINTED_TEXT,)),
            *((f"！ {no_glyph_text(prepared.unprintable)}",) if prepared.unprintable else ()),
            _NEXT.format(id=claim.id),
        )
    )


def no_glyph_text(characters: Sequence[str]) -> str:
    """What is printed as a box, and what to do about it."""
    return f"這台電腦沒有字型可以印出{named(characters)}，文件上是方框。{NO_GLYPH_REMEDY}，再重新準備；或以手寫補正。"


def claim_row(claim: Claim, years: int, on: date) -> dict[str, Any]:
    """One claim of the list, with the last day on which approved leave can be taken and the days left after `on`."""
    return {
        "id": claim.id,
        "plan": claim.plan,
        "hours": str(claim.hours),
        "state": claim.state,
        "prepared_on": claim.prepared_on.isoformat(),
        "folder": claim.folder,
        "sets": list(claim.sets),
        "review_sets": list(claim.review_sets),
        "review_hours": hours(claim.review_hours),
        "submitted_on": _iso(claim.submitted_on),
        "decided_on": _iso(claim.decided_on),
        "approved_hours": hours(claim.counted_hours) if claim.state == "approved" else None,
        "use_from": _iso(claim.use_from),
        "use_by": _iso(use_by(claim, years)),
        "days_left": days_left(claim, years, on),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def claims_text(claims: Sequence[Claim], years: int, on: date) -> str:
    """One line a claim, and one more beneath approved ones: how long the leave can still be taken."""
    if not claims:
        return "還沒有申請案。準備好的文件會出現在這裡。"
    return "\n".join(line for each in claims for line in _lines(each, years, on))


def _lines(claim: Claim, years: int, on: date) -> list[str]:
    pending = f"（含待認定 {hours(claim.review_hours)}）" if claim.review_hours else ""
    days = [f"{roc_short(claim.prepared_on)} 準備"] if claim.folder else ["紙本申請"]
    days += [f"{roc_short(claim.submitted_on)} 送件"] if claim.submitted_on else []
    days += (
        [f"{roc_short(claim.decided_on)} {STATE_WORD[claim.state].removeprefix('已')}"]
        if claim.decided_on
        else []
    )
    line = f"{claim.id}　{hours(claim.hours)} 小時{pending}　{STATE_WORD[claim.state]}　{'、'.join(days)}"
    found = [f"{line}　{claim.folder}".rstrip("　")]
    text = use_by_text(claim, years, on)
    return [*found, f"  {text}"] if text else found


def use_by_text(claim: Claim, years: int, on: date) -> str:
    """「核定 4 小時，補休期限 114/9/4，還有 312 天」; "" for a claim that is not approved."""
    last, left = use_by(claim, years), days_left(claim, years, on)
    if last is None or left is None:
        return ""
    rest = f"還有 {left} 天" if left > 0 else "今天是最後一天" if left == 0 else f"已過 {-left} 天"
    source = "" if claim.use_by else "，以人事單位所填為準"
    return f"核定 {hours(claim.counted_hours)} 小時，補休期限 {roc_short(last)}，{rest}{source}"
