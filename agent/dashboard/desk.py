"""What every page works with: the home, its door and worker, how it should look, and how a page is made of a template."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response

from agent import clock, mode
from agent.access.credentials import Keyring
from agent.commands.frame import opened
from agent.dashboard.door import Door
from agent.dashboard.looks import SCHEMES, SIZES, render
from agent.dashboard.newer import Newer
from agent.dashboard.refused import LARGEST
from agent.dashboard.work import Worker
from agent.home import Home
from rules.errors import ElearnError
from scrapers.mode import Mode

if TYPE_CHECKING:
    from agent.dashboard.pages.bundle import Shown
    from agent.dashboard.pages.wished import Wish
    from agent.settings.config import Settings
    from agent.store import Store

NAV = (
    ("/", "總覽"),
    ("/records", "學習紀錄"),
    ("/claims", "申請案"),
    ("/history", "歷程"),
    ("/plans", "計畫"),
    ("/doctor", "檢查"),
    ("/help", "說明"),
)
_LOOKS = "dashboard_looks"


@dataclass(frozen=True, slots=True)
class Looks:
    """How the person wants the page: size of the text, light, whether the name is hidden, and which plan is shown ("": today's)."""

    size: str = "m"
    scheme: str = "auto"
    hide_name: bool = False
    plan: str = ""


@dataclass
class Desk:
    """One page server. `on` stands for today where it was named; `flash` is said once, on the next page.

    `draft` holds the answers of the first run that are kept nowhere else, `wish` a change that waits for a yes, `bundle` the support file as it
    was shown last; `differences` are what a new version on trial judged otherwise; `newer` looks for a newer program on disk, as which the page goes on where `is_renewed`; `end` ends the server.
    """

    home: Home
    door: Door
    world: Mode
    keyring: Keyring
    on: date | None = None
    worker: Worker = field(init=False)
    looks: Looks = field(default_factory=Looks)
    flash: str = ""
    draft: dict[str, str] = field(default_factory=dict)
    wish: Wish | None = None
    bundle: Shown | None = None
    differences: tuple[str, ...] = ()
    newer: Newer = field(default_factory=Newer)
    is_renewed: bool = False
    just_opened: bool = False
    is_removed: bool = False
    end: Callable[[], None] = field(default=lambda: None)

    def __post_init__(self) -> None:
        """Its own worker."""
        self.worker = Worker(self.error_log)

    @classmethod
    def of(cls, home: Home, door: Door, on: date | None) -> Desk:
        """The desk of this home, looking as it was left."""
        world = mode.mode()
        desk = cls(home, door, world, Keyring(world), on)
        with contextlib.suppress(ElearnError), desk.opened() as (_, _, store):
            desk.looks = _kept(store.get_meta(_LOOKS))
        return desk

    @property
    def error_log(self) -> Path:
        """Where the traceback of what nobody foresaw is kept; none is ever shown."""
        return self.home.runs / "error.log"

    @property
    def now(self) -> datetime:
        """This moment; on the named day where one was named."""
        now = clock.now()
        return now if self.on is None else datetime.combine(self.on, now.timetz())

    @property
    def today(self) -> date:
        """The day that is judged on."""
        return self.on or clock.today()

    def opened(self) -> AbstractContextManager[tuple[Home, Settings, Store]]:
        """The home with its settings and store, as every command opens it."""
        return opened()

    @contextlib.contextmanager
    def store(self) -> Iterator[Store]:
        """The store alone."""
        with self.opened() as (_, _, store):
            yield store

    def keep_looks(self, **changes: object) -> None:
        """Remember how the page should look, in the home where it can be opened."""
        self.looks = replace(self.looks, **changes)  # type: ignore[arg-type]
        with contextlib.suppress(ElearnError), self.store() as store:
            store.set_meta(_LOOKS, json.dumps(asdict(self.looks)))

    def page(self, template: str, here: str, title: str, status: int = 200, **values: object) -> Response:
        """The page of this template, with all that every page shows."""
        said, self.flash = self.flash, ""
        text = render(
            template,
            here=here,
            title=title,
            nav=NAV,
            token=self.door.token,
            looks=self.looks,
            is_test=self.world.is_replica,
            largest=LARGEST,
            newer=self.newer,
            is_busy=self.worker.is_busy,
            flash=said,
            now=self.now,
            **values,
        )
        return HTMLResponse(text, status)

    def part(self, template: str, **values: object) -> Response:
        """A part of a page, for the script to put in place."""
        return HTMLResponse(render(template, token=self.door.token, now=self.now, **values))

    def go(self, address: str, said: str = "") -> Response:
        """On to another page after a change: loading it again repeats nothing."""
        self.flash = said
        return RedirectResponse(address, 303)


def _kept(text: str | None) -> Looks:
    """The looks as they were kept; the usual ones where nothing usable was."""
    try:
        found = json.loads(text or "{}")
        looks = Looks(
            size=found.get("size", "m"),
            scheme=found.get("scheme", "auto"),
            hide_name=found.get("hide_name") is True,
            plan=str(found.get("plan", "")),
        )
    except (ValueError, AttributeError):
        return Looks()
    return looks if looks.size in SIZES and looks.scheme in SCHEMES else Looks()
