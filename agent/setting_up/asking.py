"""Asking on the terminal, one question after another: the present value is shown, Enter keeps it, 「-」 empties it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from agent.setting_up import reading
from agent.setting_up.questions import CLEAR, QUESTIONS, Question

T = TypeVar("T")


def say(*lines: str) -> None:
    """For the person, beside the command's own output."""
    for each in lines:
        click.echo(each, err=True)


def ask(question: str, read: Callable[[str], T], present: str = "") -> T:
    """The answer as `read` takes it; asked again with the reason where it cannot be used. Enter gives the present value."""
    hint = f"［{present}］" if present else ""
    while True:
        typed = click.prompt(
            f"{question}{hint}", default=present, show_default=False, prompt_suffix="：", err=True, type=str
        )
        try:
            return read(str(typed))
        except ValueError as why:
            say(f"  {why}")


def choose(question: str, choices: Mapping[str, str], present: str = "") -> str:
    """The key of one of these choices, asked by number."""
    keys = list(choices)
    say(question, *(f"  {at} {words}" for at, words in enumerate(choices.values(), start=1)))

    def number(typed: str) -> str:
        plain = typed.strip()
        if not plain.isdecimal() or not 1 <= int(plain) <= len(keys):
            raise ValueError(f"請輸入 1 到 {len(keys)}。")
        return keys[int(plain) - 1]

    return ask("請選擇", number, str(keys.index(present) + 1) if present in keys else "")


def confirm(question: str, *, default: bool) -> bool:
    """是 or 否; Enter is the default."""
    return ask(f"{question}（是／否）", reading.yes, reading.show_yes(default))


def ask_settings(present: Mapping[str, Any], given: Mapping[str, Any]) -> dict[tuple[str, str], Any]:
    """The answers to every question about settings that no option has answered; only those that differ from what holds."""
    found: dict[tuple[str, str], Any] = {}
    for each in QUESTIONS:
        if each.option in given:
            continue
        if each.title:
            say("", each.title)
        now = value_of(each, present)
        answer = _one(each, now)
        if answer != now:
            found[each.place] = answer
            if each.show is not str and answer:
                say(f"  → {each.show(answer)}")
    return found


def _one(each: Question, now: Any) -> Any:  # noqa: ANN401 - a setting of any kind
    shown = each.show(now) if now not in ("", []) else ""
    if each.listed:
        say(f"  {each.hint}")
    hint = f"（{each.hint}）" if each.hint and not each.listed else ""

    def read(typed: str) -> Any:  # noqa: ANN401 - a setting of any kind
        if typed == shown:
            return now
        if typed.strip() == CLEAR:
            return each.default
        return each.read(typed)

    return ask(f"{each.asked}{hint}", read, shown)


def value_of(each: Question, present: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a setting of any kind
    """What holds now: the settings file's value, else the default."""
    section, key = each.place
    return present.get(section, {}).get(key, each.default)
