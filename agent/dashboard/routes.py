"""Which address shows which page, and which takes which change. There is nothing else to reach."""

from __future__ import annotations

from agent.dashboard.pages import overview, running

PAGES = {
    "/": overview.show,
    "/progress": running.progress,
}

CHANGES = {
    "/run/claim": running.start("claim"),
    "/run/update": running.start("update"),
    "/run/offline": running.start("offline"),
    "/run/demo": running.start("demo"),
    "/run/login": running.start("login"),
    "/run/stop": running.stop,
    "/run/done": running.done,
    "/looks": overview.looks,
}
