"""Notices as one message: every notice a sentence, with no more about the person than the setting allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from agent.clock import TAIPEI
from agent.notices.deciding import Kind
from agent.store import Notice
from rules.wording import UNIT_WORDS, roc_long, roc_short

TITLE = "我的數位學習補休"
_NAMED = 3  # of a kind; the others are counted


class Detail(StrEnum):
    """How much a message says: nothing personal, hours and counts, or course titles and folders too."""

    NONE = "none"
    HOURS = "hours"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Message:
    """What is sent: plain text."""

    title: str
    body: str


_PERSON = {
    "refused": "登入網站沒有接受儲存的密碼（可能已更換）。為避免鎖帳號，只試了 1 次，已停止。請執行 elearn credentials set 輸入新密碼，或 elearn login 親自登入。",
    "person_needed": "登入時需要您本人操作（驗證、憑證、變更密碼或同意條款），程式不代您操作。請執行 elearn login 親自登入一次。",
    "no_credential": "這台電腦的密碼保管功能無法使用，或沒有儲存密碼。請執行 elearn credentials set，或 elearn login 親自登入。",
    "not_official_account": "登入的是一般民眾帳號（非公務帳號），時數不會登錄。請改用公務帳號。",
    "left_hosts": "頁面要連往不在名單內的網站，在輸入任何資料之前就停止了。請先洽資訊單位。",
    "shrink": "平臺上的紀錄比先前少；先前的紀錄完整保存，沒有被覆蓋。請登入平臺確認。",
    "other_person": "登入的是另一個人的帳號，這次沒有儲存。請確認登入的帳號。",
}


def compose(notices: Sequence[Notice], detail: Detail, on: date, *, test: bool) -> Message:
    """One message of all these: what needs the person first, then what is new, then what is near."""
    order = list(_SENTENCES)
    lines: list[str] = []
    for kind in order:
        same = [each.data for each in notices if each.kind == kind]
        if same:
            lines += _SENTENCES[kind](same, detail, on)
    title = f"{TITLE}（測試）" if test else TITLE
    return Message(title, lines[0] if len(lines) == 1 else "\n".join(f"・{line}" for line in lines))


def _person(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
    del detail, on
    return [_PERSON[outcome] for outcome in dict.fromkeys(str(each["outcome"]) for each in same)]


def _drift(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
    del same, detail, on
    return [
        "平臺的學習紀錄頁與已知格式不同，為免誤判已停止，先前的紀錄不變。請執行 elearn sync 看是哪裡不同，並留意新版程式。"
    ]


def _claimable(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
    """One sentence a benefit of a plan: the portions in it are what is new."""
    del on
    found: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in same:
        found.setdefault((each["plan"], each["benefit"]), []).append(each)
    lines = []
    for (_, benefit), portions in found.items():
        newest = portions[-1]
        lead = f"有新的{benefit}可以申請"
        if detail is not Detail.NONE:
            unit = UNIT_WORDS.get(newest["unit"], "")
            lead = f"目前可申請{benefit} {newest['claimable']} {unit}"
        if detail is Detail.ALL:
            titles = dict.fromkeys(title for each in portions for title in each["sets"])
            lead += f"（新增：{'、'.join(f'「{title}」' for title in titles)}）"
        lines.append(f"{lead}。{_papers(newest, detail)}")
    return lines


def _papers(about: Mapping[str, Any], detail: Detail) -> str:
    """Where the papers lie; without details the folder is named from the home on, which says nothing of the person."""
    if not about["claim"]:
        return ""
    where = about["folder"] if detail is Detail.ALL else f"claims/{about['claim']}"
    return f"文件已備妥，尚未送出，放在 {where}。"


def _counted(
    one: str, many: str, amount: str, closing: str = ""
) -> Callable[[Sequence[Mapping[str, Any]], Detail, date], list[str]]:
    """Sentences about courses: without titles how many, with titles the first few."""

    def say(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
        del on
        if detail is Detail.NONE:
            return [f"{one}。{closing}"]
        if detail is Detail.HOURS:
            return [f"{amount.format(len(same))}。{closing}"]
        named = "、".join(f"『{each['title']}』" for each in same[:_NAMED])
        more = f"等 {len(same)} 門" if len(same) > _NAMED else ""
        return [f"{named}{more}{many}。{closing}"]

    return say


def _deadline(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
    lines = []
    for each in same:
        by = date.fromisoformat(each["by"])
        left = (by - on).days
        when = "就是今天" if left <= 0 else f"還有 {left} 天"
        lead = f"計畫完成期限 {roc_long(by)}{when}，"
        missing = list(each["missing"])
        if detail is Detail.ALL:
            lines.append(f"{lead}還差 {len(missing)} 項：{' '.join(missing[:_NAMED])}")
        elif detail is Detail.HOURS:
            lines.append(f"{lead}還有 {len(missing)} 項未完成。")
        else:
            lines.append(f"{lead}還有未完成的項目。")
    return lines


def _silent(same: Sequence[Mapping[str, Any]], detail: Detail, on: date) -> list[str]:
    del detail
    since = datetime.fromisoformat(str(same[-1]["since"])).astimezone(TAIPEI).date()
    days = (on - since).days
    if not same[-1]["ever"]:
        return [f"已經 {days} 天都沒有更新成功過。請執行 elearn doctor 檢查。"]
    return [f"已經 {days} 天沒有成功更新，紀錄停在 {roc_short(since)}。請執行 elearn doctor 檢查。"]


_SENTENCES: dict[Kind, Callable[[Sequence[Mapping[str, Any]], Detail, date], list[str]]] = {
    Kind.PERSON: _person,
    Kind.DRIFT: _drift,
    Kind.UPLOAD_FAILED: _counted(
        "有學習時數沒有上傳成功", "沒有上傳成功", "有 {} 門課的時數沒有上傳成功", "請在平臺上確認。"
    ),
    Kind.CLAIMABLE: _claimable,
    Kind.DEADLINE: _deadline,
    Kind.COURSE_PASSED: _counted("有課程已通過", "已通過", "有 {} 門課程已通過"),
    Kind.UPLOAD_CONFIRMED: _counted("有學習時數已上傳成功", "的時數已上傳成功", "有 {} 門課的時數已上傳成功"),
    Kind.SILENT: _silent,
}
