"""Notices: on which change of state something is told, in which words, and with no more about the person than was chosen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from notice_samples import NOW

from agent.notices.deciding import BenefitSeen, DeadlineSeen, Portion, RunSeen, Situation, decide
from agent.notices.wording import Detail, Message, compose
from agent.store import RecordChange
from rules.record import LearningRecord, Origin

COURSE = LearningRecord(title="友善職場", status="未通過", certified_hours=None, upload_status="--")
PASSED = replace(COURSE, status="已通過", certified_hours=Decimal("1.0"))
UPLOADED = replace(PASSED, upload_status="成功")
FAILED = replace(PASSED, upload_status="上傳失敗")


def change(before: LearningRecord | None, after: LearningRecord, *, late: bool = False) -> RecordChange:
    return RecordChange(1, 2, NOW, before, after, is_new=before is None and not late, is_late=late)


def ran(*outcomes: str, ago: timedelta = timedelta(hours=1)) -> tuple[RunSeen, ...]:
    """Runs of these outcomes, newest first, a day apart."""
    return tuple(
        RunSeen(len(outcomes) - at, outcome, NOW - ago - timedelta(days=at))
        for at, outcome in enumerate(outcomes)
    )


LEAVE = BenefitSeen(
    "kaohsiung-112",
    "compensatory_leave",
    "補休",
    "hour",
    Decimal(4),
    (Portion(("policy",), ("e馬當先育職能",), Decimal(4)),),
    "kaohsiung-112-1",
    "/home/王 小明/claims/kaohsiung-112-1",
)
SOON = DeadlineSeen("kaohsiung-112", "…實施計畫", date(2023, 7, 3), ("再完成『友善職場』1 小時。",))


def due_in(days: int) -> DeadlineSeen:
    return replace(SOON, by=NOW.date() + timedelta(days=days))


# What is seen, the keys of what is told, and its words without, with some, and with every detail.
TABLE = {
    "nothing changed": (Situation(runs=ran("ok", "ok")), [], None, None, None),
    "newly claimable, the papers ready": (
        Situation(runs=ran("ok"), benefits=(LEAVE,)),
        ["claimable:kaohsiung-112:compensatory_leave:policy:4"],
        "有新的補休可以申請。文件已備妥，尚未送出，放在 claims/kaohsiung-112-1。",
        "目前可申請補休 4 小時。文件已備妥，尚未送出，放在 claims/kaohsiung-112-1。",
        "目前可申請補休 4 小時（新增：「e馬當先育職能」）。文件已備妥，尚未送出，放在 /home/王 小明/claims/kaohsiung-112-1。",
    ),
    "a commendation has no papers": (
        Situation(
            benefits=(
                replace(
                    LEAVE, key="commendation", title="嘉獎", unit="award", claimable=Decimal(1), claim=""
                ),
            )
        ),
        ["claimable:kaohsiung-112:commendation:policy:4"],
        "有新的嘉獎可以申請。",
        "目前可申請嘉獎 1 次。",
        "目前可申請嘉獎 1 次（新增：「e馬當先育職能」）。",
    ),
    "nothing claimable any more": (
        Situation(benefits=(replace(LEAVE, claimable=Decimal(0), portions=()),)),
        [],
        None,
        None,
        None,
    ),
    "a course was passed": (
        Situation(changes=(change(COURSE, PASSED),)),
        ["course_passed:1:2"],
        "有課程已通過。",
        "有 1 門課程已通過。",
        "『友善職場』已通過。",
    ),
    "a course seen for the first time is passed": (
        Situation(changes=(change(None, PASSED),)),
        ["course_passed:1:2"],
        "有課程已通過。",
        "有 1 門課程已通過。",
        "『友善職場』已通過。",
    ),
    "a course not passed yet": (Situation(changes=(change(None, COURSE),)), [], None, None, None),
    "an old file brought it": (Situation(changes=(change(None, PASSED, late=True),)), [], None, None, None),
    "a records file brought it": (
        Situation(changes=(change(None, replace(PASSED, origin=Origin.RECORDS_FILE)),)),
        [],
        None,
        None,
        None,
    ),
    "passed before, other things changed": (
        Situation(changes=(change(PASSED, replace(PASSED, exam="100")),)),
        [],
        None,
        None,
        None,
    ),
    "uploaded": (
        Situation(changes=(change(PASSED, UPLOADED),)),
        ["upload_confirmed:1:2"],
        "有學習時數已上傳成功。",
        "有 1 門課的時數已上傳成功。",
        "『友善職場』的時數已上傳成功。",
    ),
    "the upload failed": (
        Situation(changes=(change(PASSED, FAILED),)),
        ["upload_failed:1:2"],
        "有學習時數沒有上傳成功。請在平臺上確認。",
        "有 1 門課的時數沒有上傳成功。請在平臺上確認。",
        "『友善職場』沒有上傳成功。請在平臺上確認。",
    ),
    "31 days left": (Situation(deadlines=(due_in(31),)), [], None, None, None),
    "30 days left": (
        Situation(deadlines=(due_in(30),)),
        ["deadline:kaohsiung-112:2023-08-02:30"],
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還有未完成的項目。",
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還有 1 項未完成。",
        "計畫完成期限 112 年 8 月 2 日還有 30 天，還差 1 項：再完成『友善職場』1 小時。",
    ),
    "12 days left, the 30th was missed": (
        Situation(deadlines=(due_in(12),)),
        ["deadline:kaohsiung-112:2023-07-15:30"],
        "計畫完成期限 112 年 7 月 15 日還有 12 天，還有未完成的項目。",
        None,
        None,
    ),
    "7 days left": (
        Situation(deadlines=(due_in(7),)),
        ["deadline:kaohsiung-112:2023-07-10:7"],
        "計畫完成期限 112 年 7 月 10 日還有 7 天，還有未完成的項目。",
        None,
        None,
    ),
    "1 day left": (
        Situation(deadlines=(due_in(1),)),
        ["deadline:kaohsiung-112:2023-07-04:1"],
        "計畫完成期限 112 年 7 月 4 日還有 1 天，還有未完成的項目。",
        None,
        None,
    ),
    "the last day itself": (
        Situation(deadlines=(SOON,)),
        ["deadline:kaohsiung-112:2023-07-03:1"],
        "計畫完成期限 112 年 7 月 3 日就是今天，還有未完成的項目。",
        None,
        None,
    ),
    "the deadline has passed": (Situation(deadlines=(due_in(-1),)), [], None, None, None),
    "nothing is missing": (Situation(deadlines=(replace(due_in(7), missing=()),)), [], None, None, None),
    "refused, and the same attempt still blocks": (
        Situation(runs=ran("refused", "refused", "ok"), block=7),
        ["person:refused:attempt 7"],
        "登入網站沒有接受儲存的密碼（可能已更換）。為避免鎖帳號，只試了 1 次，已停止。請執行 elearn credentials set 輸入新密碼，或 elearn login 親自登入。",
        None,
        None,
    ),
    "a person is needed": (
        Situation(runs=ran("person_needed", "ok"), block=8),
        ["person:person_needed:attempt 8"],
        "登入時需要您本人操作（驗證、憑證、變更密碼或同意條款），程式不代您操作。請執行 elearn login 親自登入一次。",
        None,
        None,
    ),
    "a captcha before anything was sent": (
        Situation(runs=ran("person_needed", "person_needed", "ok")),
        ["person:person_needed:1"],
        None,
        None,
        None,
    ),
    "no keyring before a run could be entered": (
        Situation(runs=ran("ok"), error="no_credential"),
        ["person:no_credential:1"],
        "這台電腦的密碼保管功能無法使用，或沒有儲存密碼。請執行 elearn credentials set，或 elearn login 親自登入。",
        None,
        None,
    ),
    "the page changed, night after night": (
        Situation(runs=ran("page_changed", "page_changed", "ok")),
        ["drift:1"],
        "平臺的學習紀錄頁與已知格式不同，為免誤判已停止，先前的紀錄不變。請執行 elearn sync 看是哪裡不同，並留意新版程式。",
        None,
        None,
    ),
    "the page changed, and a night without the portal lies between": (
        Situation(runs=ran("page_changed", "unavailable", "page_changed", "ok")),
        ["drift:1"],
        None,
        None,
        None,
    ),
    "no keyring, and the scheduler entered the nights as runs": (
        Situation(runs=ran("no_credential", "no_credential", "ok"), error="no_credential"),
        ["person:no_credential:1"],
        None,
        None,
        None,
    ),
    "unavailable for a night": (Situation(runs=ran("unavailable", "ok")), [], None, None, None),
    "incomplete for a night": (Situation(runs=ran("incomplete", "ok")), [], None, None, None),
    "silent for two days and an hour": (
        Situation(runs=ran("ok", ago=timedelta(days=2, hours=1))),
        ["silent:1"],
        "已經 2 天沒有成功更新，紀錄停在 112/7/1。請執行 elearn doctor 檢查。",
        None,
        None,
    ),
    "silent for two days less a minute": (
        Situation(runs=ran("ok", ago=timedelta(days=2, minutes=-1))),
        [],
        None,
        None,
        None,
    ),
    "never succeeded": (
        Situation(runs=ran("unavailable", "unavailable", "unavailable", "unavailable")),
        ["silent:never"],
        "已經 3 天都沒有更新成功過。請執行 elearn doctor 檢查。",
        None,
        None,
    ),
    "a person is needed and told so, not of the silence too": (
        Situation(runs=ran("refused", "refused", "refused", "refused", "ok"), block=7),
        ["person:refused:attempt 7"],
        None,
        None,
        None,
    ),
}


@pytest.mark.parametrize(("seen", "keys", "none", "hours", "everything"), TABLE.values(), ids=TABLE.keys())
def test_what_is_told_and_in_which_words(seen, keys, none, hours, everything):
    found = decide(seen, NOW)
    assert [each.key for each in found] == keys
    for detail, words in ((Detail.NONE, none), (Detail.HOURS, hours), (Detail.ALL, everything)):
        if words is not None:
            assert compose(found, detail, NOW.date(), test=False) == Message("我的數位學習補休", words)


@pytest.mark.parametrize(("seen", "keys", "none", "hours", "everything"), TABLE.values(), ids=TABLE.keys())
def test_without_details_no_title_hour_or_folder_is_said(seen, keys, none, hours, everything):
    del none, hours, everything
    if keys:
        said = compose(decide(seen, NOW), Detail.NONE, NOW.date(), test=False).body
        assert not any(each in said for each in ("友善職場", "e馬當先", "小時", "王 小明"))


def test_several_are_one_digest_what_needs_the_person_first():
    seen = Situation(
        runs=ran("refused", "ok"),
        changes=tuple(
            replace(change(COURSE, replace(PASSED, title=f"課程{at}")), record=at) for at in range(5)
        ),
        benefits=(LEAVE,),
    )
    said = compose(decide(seen, NOW), Detail.ALL, NOW.date(), test=True)
    assert said.title == "我的數位學習補休（測試）"
    first, second, third = said.body.splitlines()
    assert first.startswith("・登入網站沒有接受")
    assert second.startswith("・目前可申請補休 4 小時")
    assert third == "・『課程0』、『課程1』、『課程2』等 5 門已通過。"


def test_what_was_told_of_one_set_does_not_come_again_with_the_next():
    more = replace(
        LEAVE,
        claimable=Decimal(8),
        portions=(*LEAVE.portions, Portion(("vision",), ("e見鍾情戀高雄",), Decimal(4))),
    )
    one, two = (decide(Situation(benefits=(each,)), NOW) for each in (LEAVE, more))
    assert [each.key for each in two if each.key not in {known.key for known in one}] == [
        "claimable:kaohsiung-112:compensatory_leave:vision:4"
    ]
