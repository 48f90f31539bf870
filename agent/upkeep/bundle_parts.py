"""The pieces of the support file: each lets in only what is known to be harmless, by key and by shape."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.home import Home
from agent.logs import ERROR, LOG
from agent.store import Store
from agent.upkeep.evidence_files import REPORT
from rules.errors import ElearnError
from scrapers.evidence import shape, strip
from scrapers.redaction import HIDDEN

_RUNS, _LOGS, _FOLDERS = 20, 5, 3
_LARGEST = 2_000_000  # bytes of one file that is looked into
# Of a log line: each key with the shape its value must have. Anything else is left out.
_WORD = re.compile(r"[a-z][a-z_.-]{0,30}")
_PATH = re.compile(r"[A-Za-z0-9._/~-]{0,200}")
_STEP = re.compile(r"[\u3001-\u303f\u4e00-\u9fff a-zA-Z⁺]{0,30}")
_DETAIL = re.compile(r"[第頁共筆已讀年，、。（）／/\d\s]{0,40}")
_STAMP = re.compile(r"\d{4}-\d\d-\d\dT[\d:.+-]{8,20}")
_TEXTS = {
    "at": _STAMP, "event": _WORD, "step": _STEP, "detail": _DETAIL, "method": re.compile("[A-Z]{1,10}"), "host": _PATH,
    "path": _PATH, "place": _PATH, "outcome": _WORD, "command": _WORD, "mode": _WORD, "gateway": _WORD, "error": re.compile(r"\w{1,40}"),
    "program": re.compile(r"[\d.a-z+-]{1,20}"),
}  # fmt: skip
_NUMBERS = ("seconds", "count", "status", "code", "records", "new", "changed", "unread", "run", "headed")
# Settings whose value helps and says nothing of a person; of all others only that they are set.
_SHOWN_SETTINGS = {
    "gateway", "plan", "person.category", "work.hours", "work.flexible", "work.lunch_is_off_duty", "work.span_policy",
    "work.shift_worker", "portal.patience", "portal.pause",
}  # fmt: skip
_FRAME = re.compile(r'\s*File "(?P<file>[^"]+)", line (?P<line>\d+), in (?P<name>[\w<>.]+)')
_OURS = re.compile(r"(?:^|[/\\])((?:agent|scrapers|rules|site-packages|python3?[\d.]*|lib)[/\\].*)$")
_RAISED = re.compile(r"(?P<name>[A-Za-z_][\w.]*)(?::|$)")
_TITLE = re.compile("『[^』]*』")
_LATIN = re.compile(r"[A-Za-z0-9@+/=%_.~-]+")
_SITES_WORDS = {"No", "No.", "ID", "e", "eCPA", "PDF", "Excel"}


_PAGE_CLASS = re.compile(r"[a-z',:._ -]{0,80}")


@dataclass(frozen=True, slots=True)
class BundleFile:
    """One text in the support file."""

    name: str
    text: str


def config(home: Home) -> dict[str, Any]:
    """The settings as they stand in the file; empty where there are none that can be read."""
    try:
        return tomllib.loads(home.config.read_text("utf-8"))
    except (OSError, ValueError):
        return {}


def settings(home: Home) -> dict[str, Any]:
    """Every key that is set: its value where that is harmless, else how many entries or only that it is set."""
    if not home.config.exists():
        return {}
    return dict(_keys(config(home))) or {"config.toml": "無法讀取"}


def _keys(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        name = f"{above}{key}" if re.fullmatch(r"[a-z_]{1,30}", key) else f"{above}…"
        if isinstance(value, Mapping) and name in ("person", "work", "portal", "notices", "schedule"):
            yield from _keys(value, f"{name}.")
        elif name in _SHOWN_SETTINGS:
            yield name, value
        else:
            yield (
                name,
                f"（{len(value)} 項）"
                if isinstance(value, list | dict)
                else "（有填）"
                if value
                else "（空白）",
            )


def runs(home: Home) -> list[dict[str, Any]]:
    """The last runs by number, command, times and outcome. A database that cannot be opened has none to tell of."""
    if not home.database.exists():
        return []
    try:
        with Store.open(home.database) as store:
            found = store.runs(_RUNS)
    except ElearnError as why:
        return [{"outcome": f"紀錄資料庫無法開啟（{type(why).__name__}）"}]
    return [
        {
            "run": each.id,
            "command": each.command if _WORD.fullmatch(each.command) else HIDDEN,
            "started": each.started_at.isoformat(timespec="seconds"),
            "finished": each.finished_at.isoformat(timespec="seconds") if each.finished_at else None,
            "outcome": each.outcome if each.outcome is None or _WORD.fullmatch(each.outcome) else HIDDEN,
            "code": each.exit_code,
        }
        for each in found
    ]


def logs(home: Home) -> Iterator[BundleFile]:
    """The logs of the last runs, of each line what has a known key and shape."""
    for path in sorted(home.runs.glob(f"*/{LOG}"), reverse=True)[:_LOGS]:
        lines = [_line(each) for each in _text(path).splitlines()]
        yield BundleFile(f"log-{_number(path.parent)}.jsonl", "".join(f"{each}\n" for each in lines if each))


def _line(line: str) -> str:
    """One line of a log with what has a known key and shape; "" where nothing has."""
    try:
        found = _table(json.loads(line))
    except ValueError:
        return ""
    kept: dict[str, Any] = {}
    for key, value in found.items():
        shape_of = _TEXTS.get(key)
        if shape_of is not None and isinstance(value, str) and shape_of.fullmatch(value):
            kept[key] = _plain_path(value) if shape_of is _PATH else value
        elif key in _NUMBERS and isinstance(value, int | float):
            kept[key] = value
        elif key == "years" and isinstance(value, list):
            kept[key] = [each for each in value if isinstance(each, int)]
    return json.dumps(kept, ensure_ascii=False) if kept else ""


def _plain_path(path: str) -> str:
    """An address's host and path; what is long enough to be a ticket, or holds digits, is made equal."""
    return "/".join(
        each if len(each) < 32 and not re.search(r"\d{3}", each) else shape(each) for each in path.split("/")
    )


def errors(home: Home) -> Iterator[BundleFile]:
    """Tracebacks as places in the code and names of errors: no line of code, no message."""
    paths = [*sorted(home.runs.glob(f"*/{ERROR}"), reverse=True)[:_FOLDERS], home.runs / ERROR]
    for path in paths:
        found = [line for each in _text(path).splitlines() if (line := _place(each))]
        name = _number(path.parent) if path.parent != home.runs else "last"
        if found:
            yield BundleFile(f"error-{name}.txt", "\n".join(found) + "\n")


def _place(line: str) -> str:
    frame = _FRAME.match(line)
    if frame is not None:
        ours = _OURS.search(frame["file"])
        return f"{ours[1] if ours else '…'}:{frame['line']} {frame['name']}"
    raised = _RAISED.match(line)
    known = raised["name"] if raised and not line.startswith((" ", "Traceback", "During", "The ")) else ""
    return known if re.fullmatch(r"(?:[a-z_]+\.)*[A-Z][A-Za-z]{2,40}", known) else ""


def evidence(home: Home, names: Sequence[str]) -> Iterator[BundleFile]:
    """The newest evidence folders: their report, and each page's markup stripped once more and of Latin words too."""
    for folder in sorted(home.runs.glob("*/evidence"), reverse=True)[:_FOLDERS]:
        number = _number(folder.parent)
        try:
            report = _table(json.loads(_text(folder / REPORT)))
        except ValueError:
            report = {}
        yield BundleFile(f"evidence-{number}.json", as_text(_report(report)))
        for page in sorted(folder.glob("page-*.html")):
            text = strip(_text(page), tuple(names))
            yield BundleFile(f"evidence-{number}-{_number(page)}.html", _without_latin(text))


def _report(report: Mapping[str, Any]) -> dict[str, Any]:
    texts: dict[str, Callable[[str], str]] = {
        "kind": _if(_WORD),
        "step": _if(_STEP),
        "at": _if(_STAMP),
        # Our own sentence: headings stand in it, never what a row says but its title.
        "message": lambda text: _TITLE.sub(lambda found: shape(found[0]), text),
    }
    found: dict[str, Any] = {
        key: make(report[key]) for key, make in texts.items() if isinstance(report.get(key), str)
    }
    for key in ("contacted", "refused", "hosts_allowed"):
        listed = report.get(key)
        found[key] = [_plain_path(str(each)) for each in listed] if isinstance(listed, list) else []
    pages = report.get("pages")
    found["pages"] = [
        {"place": _plain_path(str(each.get("place"))), "class": _if(_PAGE_CLASS)(str(each.get("class"))), "status": each.get("status") if isinstance(each.get("status"), int) else None}
        for each in (pages if isinstance(pages, list) else [])
        if isinstance(each, Mapping)
    ]  # fmt: skip
    return found


def _if(wanted: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: text if wanted.fullmatch(text) else HIDDEN


def _without_latin(html: str) -> str:
    """Between tags, Latin words other than the site's few known ones become x: no log-in name or ticket reads like those."""
    return re.sub(r">([^<]+)<", lambda found: f">{_LATIN.sub(_blind, found[1])}<", html)


def _blind(found: re.Match[str]) -> str:
    return found[0] if found[0] in _SITES_WORDS else shape(found[0])


def _number(path: Path) -> str:
    found = re.search(r"\d+", path.name)
    return found[0] if found else "0"


def _text(path: Path) -> str:
    try:
        return path.read_bytes()[:_LARGEST].decode("utf-8", "replace")
    except OSError:
        return ""


def _table(value: object) -> dict[str, Any]:
    return dict(value) if isinstance(value, Mapping) else {}


def as_text(document: object) -> str:
    """A JSON document to be read line by line."""
    return json.dumps(document, ensure_ascii=False, indent=1, default=str) + "\n"
