"""A password box of the operating system, opened from the page: the password is never typed into a web page, nor shown to it.

Linux: zenity, kdialog or pinentry, whichever is there (tried: pinentry's protocol and a stand-in for zenity). macOS (osascript)
and Windows (CredUI by ctypes) are written by their documentation and have not been tried.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from urllib.parse import unquote

from agent.errors import NoCredential

SECONDS = 300.0  # how long a person is given
TITLE = "我的數位學習補休"

# What runs a program with these words and this input: its exit code and what it wrote.
Runner = Callable[[list[str], str], tuple[int, str]]


def ask(text: str) -> str | None:
    """The password somebody typed into the system's box, None where it was closed without one.

    Raises NoCredential where this machine has no such box: the terminal is the way then.
    """
    if sys.platform == "win32":
        from agent.dashboard.credui import ask_windows  # noqa: PLC0415 - exists only there

        return ask_windows(TITLE, text)
    for name, box in _boxes():
        path = shutil.which(name)
        if path is not None and (answer := box(path, text, _run)) is not None:
            return answer or None
    raise NoCredential(
        "這台電腦沒有可以輸入密碼的系統視窗。",
        "請在終端機執行 elearn credentials set ecpa --account 您的帳號，或改由您親自登入。",
    )


def _boxes() -> tuple[tuple[str, Callable[[str, str, Runner], str | None]], ...]:
    if sys.platform == "darwin":
        return (("osascript", osascript),)
    return (("zenity", zenity), ("kdialog", kdialog), ("pinentry", pinentry))


def _run(words: list[str], given: str) -> tuple[int, str]:
    try:
        done = subprocess.run(  # noqa: S603 - the system's own box by its path; nothing secret is in the words
            words, input=given, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return 255, ""
    return done.returncode, done.stdout


# Each box answers with the password, "" where the person closed it, None where it could not be shown.


def zenity(path: str, text: str, run: Runner) -> str | None:
    """GNOME's box: 0 with the password, 1 closed, anything else not shown."""
    code, said = run([path, "--password", f"--title={TITLE}：{text}"], "")
    return _last_line(said) if code == 0 else "" if code == 1 else None


def kdialog(path: str, text: str, run: Runner) -> str | None:
    """KDE's box: the same answers."""
    code, said = run([path, "--title", TITLE, "--password", text], "")
    return _last_line(said) if code == 0 else "" if code == 1 else None


def pinentry(path: str, text: str, run: Runner) -> str | None:
    """GnuPG's box, by the Assuan protocol (gnupg manual, 2023): lines of commands in, 「D」 and the percent-encoded answer out."""
    given = "\n".join(
        (
            f"SETTITLE {TITLE}",
            f"SETDESC {text}",
            "SETPROMPT 密碼",
            "SETOK 儲存",
            "SETCANCEL 取消",
            "GETPIN",
            "BYE",
        )
    )
    code, said = run([path, "--timeout", f"{SECONDS:.0f}"], given + "\n")
    found = [line[2:] for line in said.splitlines() if line.startswith("D ")]
    if found:
        return unquote(found[-1])
    cancelled = any(line.startswith("ERR") and "83886179" in line for line in said.splitlines())
    return "" if code == 0 and cancelled else None


def osascript(path: str, text: str, run: Runner) -> str | None:
    """macOS: a dialog with a hidden answer; an error -128 is 取消. Not tried."""
    script = (
        "on run words\n"
        'display dialog (item 1 of words) with title (item 2 of words) default answer "" with hidden answer '
        'buttons {"取消", "儲存"} default button 2 cancel button 1\nreturn text returned of result\nend run'
    )
    code, said = run([path, "-e", script, text, TITLE], "")
    return _last_line(said) if code == 0 else ""


def _last_line(said: str) -> str:
    """What was typed: one line, without its end."""
    return said.removesuffix("\n").removesuffix("\r")
