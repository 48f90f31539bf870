"""What was written for the terminal, for somebody who has none: the sentences that name a command are left out. Pure."""

from __future__ import annotations

import re

_COMMAND = re.compile(r"elearn [a-z]|ELEARN_|chmod |uv tool|pipx |(?<![\w-])--[a-z]|config\.toml")
_SENTENCE = re.compile(r"[^。；]*[。；]?")
_ASIDE = re.compile(r"（[^（）]*）")


def plainly(text: str) -> str:
    """The same without commands: 「請安裝其中一種，或以 ELEARN_BROWSER 指定路徑。」 → 「請安裝其中一種。」; "" where nothing is left."""
    text = _ASIDE.sub(lambda found: "" if _COMMAND.search(found[0]) else found[0], text)
    kept = "".join(filter(None, map(_sentence, _SENTENCE.findall(text))))
    return f"{kept[:-1]}。" if kept.endswith("；") else kept


def _sentence(text: str) -> str:
    """One sentence, without those of its alternatives that name a command."""
    if not _COMMAND.search(text):
        return text
    end = text[-1] if text[-1:] in ("。", "；") else ""
    every = text.removesuffix(end).split("，或")
    kept = "，或".join(each for each in every if not _COMMAND.search(each))
    if not kept:
        return ""
    return (kept if kept.startswith((every[0], "請")) else f"請{kept}") + end
