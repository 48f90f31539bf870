"""The demonstration: the real run, verdict and claim against the bundled replica, in a home that is thrown away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agent import mode
from agent.claims.claiming import Prepared, Request, prepare
from agent.claims.files import MANIFEST
from agent.home import Home, open_home
from agent.judging import judge_stored
from agent.settings.config import Settings
from agent.store import Store
from agent.syncing import Order, RunReport, Tell, sync
from rules import bundled
from rules.errors import ConfigError
from rules.person import Person
from rules.verdict import Verdict
from scrapers.browser import PaperPrinter
from scrapers.credential import Credential
from scrapers.mode import Mode
from scrapers.replica import DEMO_ACCOUNT, DEMO_PASSWORD, Replica, State

PLAN = "kaohsiung-112"
ON = date(2023, 8, 31)
GATEWAY = "ecpa"
_PERSON = Person("測試員", "高雄市示範區公所", "示範課", "課員", "編制內公務人員")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """What the demonstration came to."""

    report: RunReport
    verdict: Verdict
    prepared: Prepared


class _OwnCredential:
    """The replica's own test account: nothing is asked of, or left in, any keyring."""

    def read(self, gateway: str) -> Credential:
        """The test credential, whatever the gateway."""
        del gateway
        return Credential(DEMO_ACCOUNT, DEMO_PASSWORD)


def demonstrate(out: Path, tell: Tell) -> Demonstration:
    """The whole job; the papers go to `out`. Raises ConfigError when `out` holds something that is no earlier claim."""
    if out.exists() and any(out.iterdir()) and not (out / MANIFEST).exists():
        raise ConfigError(f"資料夾「{out}」裡有別的檔案。", "請以 --out 指定空的或新的資料夾。")
    with tempfile.TemporaryDirectory(prefix="elearn-demo-", ignore_cleanup_errors=True) as folder:
        home = open_home(Path(folder))
        with Replica(State.demo()) as replica, Store.open(home.database) as store:
            return _job(home, store, Mode(replica.address, replica.key), out, tell)


def _job(home: Home, store: Store, world: Mode, out: Path, tell: Tell) -> Demonstration:
    settings, browser = Settings(gateway=GATEWAY, plan=PLAN, person=_PERSON), mode.browser_path()
    with PaperPrinter(browser) as printer:
        order = Order(
            home, settings, world, _OwnCredential(), GATEWAY, browser=browser, tell=tell, printer=printer
        )
        report = sync(store, order, command="demo")
        tell("比對計畫與公餘時間", "")
        plan = bundled.plan(PLAN)
        verdict = judge_stored(store, settings, plan, ON)
        tell("製作文件", "")
        prepared = prepare(store, home, settings, Request(plan, verdict, ON, out), printer)
    return Demonstration(report, verdict, prepared)
