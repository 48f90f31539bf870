"""An answer before it goes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


@dataclass
class Answer:
    """Status, body, headers, and cookies to set (all Secure, HttpOnly). `reset` breaks the connection instead, `cut` in the
    middle of the body; `delay` before it and `drip`, the time the body takes, are in seconds.
    """

    body: str | bytes = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/html; charset=utf-8"
    delay: float = 0.0
    reset: bool = False
    cut: bool = False
    drip: float = 0.0


@cache
def _templates() -> Environment:
    return Environment(
        loader=PackageLoader("scrapers.replica"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )


def page(template: str, status: int = 200, **values: object) -> Answer:
    """A page from a template."""
    return Answer(_templates().get_template(template).render(**values), status)


def text(body: str) -> Answer:
    """A short answer to a page's own script."""
    return Answer(body, content_type="text/plain; charset=utf-8")


def redirect(address: str, status: int = 302) -> Answer:
    """A redirect."""
    return Answer(status=status, headers={"Location": address})


def not_found() -> Answer:
    """No such page."""
    return Answer(
        "<!DOCTYPE html><html><head><title>404</title></head><body>404 Not Found</body></html>", 404
    )
