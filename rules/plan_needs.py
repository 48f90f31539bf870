"""The portions of a plan file's benefits: amount + needs, amount + per_hours + of, or tiers + of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from rules.plan_benefits import AllOf, AnyOf, GrantRule, Need, Remainder, SetNeed, Tier
from rules.plan_table import Table, is_unit_award, refused_sentence

_NO_NEED = AnyOf(())


def read_grant(table: Table, sets: Sequence[str]) -> GrantRule:
    """One entry of `grants`; `sets` are the keys it may name."""
    tiers = _tiers(table)
    varies = bool(tiers) or "per_hours" in table
    needs: Need = _NO_NEED
    title = table.get("title", str, "")
    if varies:
        needs = _of(table, sets, tiers[0].sets if tiers else 1)
        if "per_hours" in table and not all(isinstance(each, SetNeed) for each in needs.parts):
            table.wrong(
                "of", f"計畫檔 {table.where} 的「of」只能列組裝課程的 key。", "按時數核給時請列 key。"
            )
    else:
        data = table.optional("needs")
        needs = _need(data, table, sets, "needs")
        if isinstance(data, Mapping):
            title = str(data.get("title", title))
    if "remainder" in table and "per_hours" not in table:
        table.wrong(
            "remainder", f"計畫檔 {table.where} 的「remainder」要與 per_hours 並用。", "請刪去 remainder。"
        )
    found = GrantRule(
        amount=tiers[0].amount if tiers else table.get("amount", Decimal),
        needs=needs,
        clause=table.get("clause", str),
        title=title,
        per_hours=table.maybe("per_hours", Decimal),
        remainder=Remainder(table.word("remainder", tuple(Remainder), Remainder.FLOOR)),
        tiers=tiers,
        level=table.get("level", str, ""),
    )
    table.done()
    return found


def _tiers(table: Table) -> tuple[Tier, ...]:
    """tiers = [{ sets = 1, amount = 1 }, …], fewest sets first."""
    found = []
    for each in table.tables("tiers"):
        found.append(Tier(each.get("sets", int), each.get("amount", Decimal)))
        each.done()
    return tuple(found)


def _of(table: Table, sets: Sequence[str], count: int) -> AnyOf:
    """The parts that tiers count, or whose hours are counted."""
    parts = table.get("of", list)
    if table.values.get("of") == []:
        table.wrong("of", f"計畫檔 {table.where} 的「of」是空的。", "請列出要計算的組裝課程。")
    return AnyOf(tuple(_need(each, table, sets, "of") for each in parts), count)


def _need(data: object, table: Table, sets: Sequence[str], key: str) -> Need:
    """A grant's condition: a set's key, or { all_of = […] }, { any_of = […] }, { at_least = n, of = […] }, nested freely."""
    if isinstance(data, str):
        if data in sets:
            return SetNeed(data)
        said = f"計畫檔 {table.where} 提到不存在的組裝課程「{data}」。"
        remedy = f"可用的有：{'、'.join(sets)}。"
    elif isinstance(data, Mapping) and (unit := next(filter(is_unit_award, data), None)) is not None:
        said, remedy = refused_sentence(table.where, unit)
    elif isinstance(data, Mapping) and (group := _group(data)) is not None:
        parts, count = group
        needs = tuple(_need(each, table, sets, key) for each in parts)
        return AllOf(needs) if count is None else AnyOf(needs, count)
    else:
        said = f"計畫檔 {table.where} 的 needs 無法使用。"
        remedy = (
            "請寫組裝課程的 key，或 all_of、any_of、at_least＋of；分級用 tiers＋of，按時數用 per_hours＋of。"
        )
    table.wrong(key, said, remedy)
    return _NO_NEED


def _group(data: Mapping[str, object]) -> tuple[list[object], int | None] | None:
    """A group's parts, and how many of them are needed (None: all); None where it is no group. A title may stand in it."""
    match {key: value for key, value in data.items() if key != "title"}:
        case {"all_of": [*parts], **rest} if parts and not rest:
            return parts, None
        case {"any_of": [*parts], **rest} if parts and not rest:
            return parts, 1
        case {"at_least": int(count), "of": [*parts], **rest} if not rest:
            return (parts, count) if 0 < count <= len(parts) and count is not True else None
    return None
