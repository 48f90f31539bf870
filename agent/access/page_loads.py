"""How many pages a day the real hosts are asked for: counted as they are asked, looked at between two of them."""

from __future__ import annotations

from agent import clock
from agent.store import Store
from rules.errors import ConfigError

_TALLY = "page_loads"


class PageLoads:
    """The page loads of one home today. `most` is the day's cap, None for none: then nothing is counted."""

    def __init__(self, store: Store, most: int | None) -> None:
        self._store = store
        self._most = most

    def note(self) -> None:
        """One more was asked for."""
        if self._most is not None:
            self._store.tally(_TALLY, clock.today().isoformat())

    def must_be_left(self) -> None:
        """Raise ConfigError where the day's loads are used up. Never asked between a submission and its answer."""
        if self._most is None:
            return
        if self._store.tally(_TALLY, clock.today().isoformat(), 0) >= self._most:
            raise ConfigError(
                f"今天已開啟 {self._most} 個網頁，達到設定的每日上限；這次沒有儲存，也不再繼續。",
                "明天會自動恢復；確有需要時，可調高 config.toml 的 [limits] page_loads_a_day。",
            )
