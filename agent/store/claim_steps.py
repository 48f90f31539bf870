"""Which steps a claim can take, and what may be entered with each."""

from __future__ import annotations

from datetime import date

from agent.store.values import Claim, Mark
from rules.errors import ConfigError
from rules.wording import hours, roc_short

STATE_WORD = {
    "prepared": "已準備",
    "submitted": "已送件",
    "approved": "已核定",
    "rejected": "退回",
    "withdrawn": "撤回",
}
_MAY_BECOME = {
    "prepared": ("submitted", "withdrawn"),
    "submitted": ("approved", "rejected", "withdrawn"),
    "approved": (),
    "rejected": (),
    "withdrawn": (),
}


def check_step(known: Claim, mark: Mark, today: date, *, named: bool) -> None:
    """Raises ConfigError for a step that the claim cannot take, and for a day (where one was named) or hours that cannot be."""
    if mark.state not in _MAY_BECOME[known.state]:
        may = "、".join(_MAY_BECOME[known.state]) or "（已是最後狀態）"
        raise ConfigError(
            f"申請案 {known.id} 目前為「{STATE_WORD[known.state]}」，不能改為「{STATE_WORD.get(mark.state, mark.state)}」。",
            f"可改為：{may}。",
        )
    _check_day(known, mark, today, named=named)
    _check_office(known, mark)


def _check_day(known: Claim, mark: Mark, today: date, *, named: bool) -> None:
    """A day that was named lies between the step before and today."""
    earliest = known.submitted_on or known.prepared_on
    if named and mark.on > today:
        raise ConfigError(f"日期 {roc_short(mark.on)} 在今天之後。", "請以 --on 輸入實際的日期。")
    if named and mark.on < earliest:
        raise ConfigError(
            f"日期 {roc_short(mark.on)} 早於申請案 {known.id} 的{'送件' if known.submitted_on else '準備'}日 {roc_short(earliest)}。",
            "請以 --on 輸入實際的日期。",
        )


def _check_office(known: Claim, mark: Mark) -> None:
    """What only an approval has: hours above nothing and up to those applied for, and leave that ends after it begins."""
    stated = (mark.hours, mark.use_from, mark.use_by)
    if mark.state != "approved" and any(each is not None for each in stated):
        raise ConfigError("核定時數與補休期限只在核定時輸入。", "請去掉這些選項，或改為 approved。")
    if mark.hours is not None and not 0 < mark.hours <= known.hours:
        raise ConfigError(
            f"核定 {hours(mark.hours)} 小時，應大於 0 且不超過申請的 {hours(known.hours)} 小時。",
            "全部不核給請用 rejected；另外核給的請用 elearn claim add 補登。",
        )
    check_order(mark.use_from, mark.use_by)


def check_order(use_from: date | None, use_by: date | None) -> None:
    """Raises ConfigError for leave that ends before it begins."""
    if use_from and use_by and use_from > use_by:
        raise ConfigError(
            f"補休期限的起日 {roc_short(use_from)} 在迄日 {roc_short(use_by)} 之後。", "請核對起迄日期。"
        )
