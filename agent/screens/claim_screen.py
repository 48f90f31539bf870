"""A prepared claim and the list of claims, for the terminal and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.claims.claiming import Prepared
from agent.store import Claim
from rules.wording import hours, roc_short

STATE_WORD = {
    "prepared": "已準備，尚未送件",
    "submitted": "已送件",
    "approved": "已核定",
    "rejected": "退回",
    "withdrawn": "撤回",
}
PAPERS = ("form", "form_odt", "record_page", "sheet", "print_all")
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
            "check_code": claim.check_code,
            "folder": claim.folder,
            "files": [
                {"path": each.path, "kind": each.kind, "sha256": each.sha256} for each in prepared.files
            ],
        }
    }


def claim_text(prepared: Prepared) -> str:
    """Where the papers are, and what to do with them."""
    claim = prepared.claim
    return "\n".join(
        (
            f"文件已準備好，尚未送出：申請補休 {hours(claim.hours)} 小時（核對碼 {claim.check_code}）。",
            f"資料夾：{claim.folder}",
            *(f"  - {each.path}" for each in prepared.files if each.kind in PAPERS),
            "  （其餘為核對用的檔案，請一併保留）",
            _NEXT.format(id=claim.id),
        )
    )


def claims_text(claims: Sequence[Claim]) -> str:
    """One line a claim."""
    if not claims:
        return "還沒有申請案。準備好的文件會出現在這裡。"
    return "\n".join(
        f"{each.id}　{hours(each.hours)} 小時　{STATE_WORD[each.state]}"
        f"　{roc_short(each.prepared_on)} 準備　{each.folder}"
        for each in claims
    )
