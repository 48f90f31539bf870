"""請確認課程名稱: a title that is nearly the plan's is the same course, or is not, by click; either can be taken back."""

from __future__ import annotations

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from agent.dashboard.denied import Pair, ask_again, denied, deny, still_open
from agent.dashboard.desk import Desk
from agent.dashboard.pages.wished import Way, Wish, asked_first, confirmed
from agent.dashboard.standing import look
from rules.errors import ConfigError

HERE = "/titles"


def show(desk: Desk, request: Request) -> Response:
    """What is asked, and what was answered."""
    del request
    view = look(desk)
    with desk.store() as store:
        answered = denied(store)
        asked = still_open(store, view.verdict.questions if view.verdict else ())
    return desk.page(
        "titles.html",
        "/",
        "請確認課程名稱",
        asked=[(each, view.verdict.set_of(each.set).title) for each in asked] if view.verdict else [],
        denied=answered,
        same=view.settings.aliases,
    )


def answer(desk: Desk, form: FormData) -> Response:
    """yes, no, or one of them taken back. What would change a verdict is shown and asked first."""
    pair = str(form.get("title", "")), str(form.get("course", ""))
    said = str(form.get("answer", ""))
    if said == "no":
        _must_be_asked(desk, pair)
        with desk.store() as store:
            deny(store, pair)
        return desk.go(HERE, f"已記下：「{pair[0]}」不是計畫的「{pair[1]}」，不會再問。")
    if said == "ask":
        with desk.store() as store:
            ask_again(store, pair)
        return desk.go(HERE)
    return _change(desk, form, pair, is_same=said == "yes")


def _change(desk: Desk, form: FormData, pair: Pair, *, is_same: bool) -> Response:
    """The settings say that the two are one course, or say so no longer."""
    title, course = pair
    name = f"titles {is_same} {title} {course}"
    if key := str(form.get("apply", "")):
        confirmed(desk, name, key)
    else:
        if is_same:
            _must_be_asked(desk, pair)
        fields = {"title": title, "course": course, "answer": "yes" if is_same else "undo"}
        wish = Wish(name, {("aliases", title): course if is_same else None})
        asked = asked_first(desk, wish, Way(HERE, fields, HERE))
        if asked is not None:
            return asked
    if is_same:
        return desk.go(HERE, f"已確認「{title}」就是計畫的「{course}」，判斷結果已依此更新。")
    return desk.go(HERE, f"已取消：「{title}」不再當作計畫的「{course}」。")


def _must_be_asked(desk: Desk, pair: Pair) -> None:
    """Only what the judge itself asks can be answered: no other title is made the plan's from here."""
    view = look(desk)
    if view.verdict is None or pair not in {(each.title, each.course) for each in view.verdict.questions}:
        raise ConfigError("這一題已經不在。", "請回上一頁重新整理後再看。")
