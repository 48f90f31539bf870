"""The keyring, here and as the nightly run sees it, and what is stored in it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from agent import clock, mode
from agent.access.attempts import StoredLedger
from agent.access.credentials import Keyring
from agent.access.displaced import left_alone_until
from agent.home import Home
from agent.settings.config import Settings
from agent.store import Store
from agent.upkeep.checks.check import FAIL, OK, WARN, Check
from scrapers import gateways

_SEEN = "import agent.mode, agent.access.credentials as c; print(c.Keyring(agent.mode.mode()).backend_name())"
_KEPT = ("HOME", "USER", "LOGNAME", "SHELL", "LANG", "PATH")  # what a user's systemd gives a unit by itself


def keyring_here(keyring: Keyring) -> Check:
    """What keeps the secrets. Raises NoCredential with its own sentence where nothing does."""
    return Check("keyring", OK, f"密碼保管功能：{keyring.backend_name()}")


def keyring_at_night(environment: Mapping[str, str] | None = None) -> Check:
    """Whether the nightly run would reach the same keyring: asked in a process that has only what a service would have."""
    if sys.platform in ("win32", "darwin"):
        return Check("keyring_scheduled", OK, "每晚更新以您登入的身分執行，使用同一個密碼保管功能。")
    seen = scheduled_environment() if environment is None else environment
    own = {name: each for name, each in os.environ.items() if name.startswith(("ELEARN_", "PYTHON"))}
    try:
        done = subprocess.run(  # noqa: S603 - this program itself
            [sys.executable, "-c", _SEEN],
            env={**seen, **own},
            cwd=Path(mode.__file__).parents[1],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=40,
            check=False,
        )
    except subprocess.TimeoutExpired:
        done = None
    if done is not None and done.returncode == 0:
        return Check("keyring_scheduled", OK, f"每晚更新時也能使用密碼保管功能（{done.stdout.strip()}）。")
    return Check(
        "keyring_scheduled",
        WARN,
        "每晚更新時可能無法使用密碼保管功能（服務的環境連不到您的桌面工作階段）。",
        "請在登入桌面後以 elearn agent install 安裝；沒有桌面登入時，每晚的更新會以代碼 16 結束，不會停住。",
    )


def scheduled_environment() -> dict[str, str]:
    """What a unit of the user's systemd is given: asked of systemd, else what it would give by itself."""
    systemctl = shutil.which("systemctl")
    if systemctl:
        done = subprocess.run(  # noqa: S603 - systemctl by its own path
            [systemctl, "--user", "show-environment"], capture_output=True, text=True, timeout=10, check=False
        )
        if done.returncode == 0:
            pairs = (line.partition("=") for line in done.stdout.splitlines() if "=" in line)
            return {name: value for name, _, value in pairs if not value.startswith("$'")}
    found = {name: os.environ[name] for name in _KEPT if name in os.environ}
    runtime = f"/run/user/{os.getuid()}"
    if Path(runtime).is_dir():
        found |= {"XDG_RUNTIME_DIR": runtime, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={runtime}/bus"}
    return found


def credentials(home: Home, keyring: Keyring) -> Check:
    """What is stored, and whether it is stopped until a person acts."""
    stored = [gateways.load(key) for key in gateways.names() if keyring.account(key) is not None]
    if home.database.exists():
        with Store.open(home.database) as store:
            ledger = StoredLedger(store, keyring, mode.mode())
            for each in stored:
                why = ledger.stopped(each)
                if why is not None:
                    return Check("credentials", FAIL, why.message, why.remedy)
    if stored:
        return Check("credentials", OK, f"已儲存：{'、'.join(each.title for each in stored)}")
    return Check(
        "credentials", WARN, "還沒有儲存帳號密碼。", "請執行 elearn credentials set ecpa --account 您的帳號。"
    )


def left_alone(home: Home, settings: Settings) -> Check:
    """Whether the person's own session is being left alone."""
    if home.database.exists():
        with Store.open(home.database) as store:
            until = left_alone_until(store, settings.limits.hours_after_displaced)
        if until is not None:
            return Check(
                "left_alone",
                WARN,
                f"您先前在別處使用平臺；{until.astimezone(clock.TAIPEI):%m/%d %H:%M} 之前不會自動更新，以免把您登出。",
                "不用處理；要立即更新，請在終端機執行 elearn sync。",
            )
    return Check("left_alone", OK, "沒有因您在別處登入而暫停自動更新。")
