"""What can be wrong with the keyring, a sentence each, and the bound on every call to it: it may ask the person and wait."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from agent.errors import NoCredential

T = TypeVar("T")

WATCHED, UNWATCHED = 60.0, 15.0  # seconds: a person may have to type; at night nobody will
_INSTEAD = "或改用存檔的網頁（elearn import）。"


class Silent(Exception):
    """The keyring did not answer in time."""


class NoKeyring(NoCredential):
    """There is nothing here that keeps secrets as the system means it, so nothing of this program's can lie in it."""


def patience() -> float:
    """How long one call may take, in seconds: longer where a person sits at the terminal and can answer the system."""
    return WATCHED if sys.stdin is not None and sys.stdin.isatty() else UNWATCHED


def within(seconds: float, call: Callable[[], T]) -> T:
    """What the call gives back. Raises Silent when it takes longer; it is then left behind, and ends with this process."""
    found: list[T] = []
    wrong: list[BaseException] = []

    def work() -> None:
        try:
            found.append(call())
        except BaseException as why:  # handed on to whoever asked
            wrong.append(why)

    thread = threading.Thread(target=work, name="keyring", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise Silent
    if wrong:
        raise wrong[0]
    return found[0]


def silent(seconds: float) -> NoCredential:
    """No answer: most often a window of the system waits for the person."""
    if sys.platform == "darwin":
        return NoCredential(
            f"鑰匙圈沒有在 {seconds:.0f} 秒內回應；更新程式或 Python 後，macOS 會再詢問一次是否允許取用。",
            "請在桌面執行 elearn credentials status，出現詢問時選「永遠允許」。",
        )
    return NoCredential(
        f"這台電腦的密碼保管功能沒有在 {seconds:.0f} 秒內回應（可能正等您在桌面上解除鎖定）。",
        "請登入桌面環境並解除鎖定後再試。",
    )


def locked() -> NoCredential:
    """The keyring is there and locked."""
    return NoCredential("這台電腦的密碼保管功能已鎖定。", "請登入桌面環境並解除鎖定（輸入登入密碼）後再試。")


def unanswered(what: str) -> NoCredential:
    """It is there and answers with an error; `what` is the error's class."""
    return NoCredential(f"這台電腦的密碼保管功能無法使用（{what}）。", "請登入桌面環境並解除鎖定後再試。")


def unloadable() -> NoCredential:
    """The back end named in the environment cannot be loaded."""
    return NoCredential(
        "這台電腦的密碼保管功能無法載入。", "請確認環境變數 PYTHON_KEYRING_BACKEND 與桌面環境後再試。"
    )


def refused(name: str) -> NoKeyring:
    """No back end, or one that drops secrets or keeps them in clear; `name` is its class."""
    if name.startswith("keyring.backends.null."):
        return NoKeyring(
            f"這台電腦沒有可安全保管密碼的功能：設定成不保存任何密碼（目前為 {name}）。",
            f"請移除 PYTHON_KEYRING_BACKEND 或 keyringrc.cfg 的設定，{_INSTEAD}",
        )
    if not name.startswith("keyring.backends.fail."):
        return NoKeyring(
            f"這台電腦沒有可安全保管密碼的功能：目前的（{name}）不是作業系統的，可能以明文存檔，因此不使用。",
            f"請移除 PYTHON_KEYRING_BACKEND 或 keyringrc.cfg 的設定，{_INSTEAD}",
        )
    if sys.platform not in ("win32", "darwin") and not has_session_bus():
        return NoKeyring(
            f"這裡連不到桌面環境的 session bus，所以沒有可安全保管密碼的功能（目前為 {name}）。",
            f"請在登入桌面後的終端機執行（不要用 sudo 或 cron），{_INSTEAD}",
        )
    return NoKeyring(
        f"這台電腦沒有可安全保管密碼的功能（目前為 {name}）。",
        f"Linux 請安裝並登入 GNOME 鑰匙圈或 KWallet（Secret Service）後再試，{_INSTEAD}",
    )


def has_session_bus() -> bool:
    """Whether there is a bus at all on which a keyring could be asked."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return True
    runtime = os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return Path(runtime, "bus").exists()
