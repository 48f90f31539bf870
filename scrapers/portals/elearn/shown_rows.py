"""The rows of a table, each cell as a person reads it on one line."""

from __future__ import annotations

import re
from collections.abc import Set

from selectolax.lexbor import LexborNode

_COURSE_ID = re.compile(r"gotoCourse\(\s*(?:['\"]|&quot;)?(\d+)")
EMPTY = re.compile(r"無符合.{0,8}條件的.{0,6}資料|(查無|尚無|目前沒有|沒有).{0,6}(資料|紀錄)")
_CELLS = ("td", "th")


class ShownRow:
    """One row of a table: its cells, and what each says on one line. Either is worked out once."""

    __slots__ = ("_node", "shown")

    def __init__(self, node: LexborNode, apart: Set[int]) -> None:
        self._node = node
        # A cell whose markup parts no words has its text at once; any other is read as a person reads it.
        said = [
            _text(cell) if cell.mem_id in apart else cell.text() for cell in node.iter() if cell.tag in _CELLS
        ]
        self.shown = [" ".join(each.split()) if each.isprintable() else _seen(each) for each in said]

    @property
    def course_id(self) -> str | None:
        """The portal's number of the course, where the row's link names it."""
        found = _COURSE_ID.search(self._node.html or "")
        return found[1] if found else None

    @property
    def is_remark(self) -> bool:
        """Whether the only cell is a remark on the table (it spans columns, says that there is nothing, or is blank)."""
        if len(self.shown) != 1:
            return False
        only = next(cell for cell in self._node.iter() if cell.tag in _CELLS)
        spans = (only.attributes.get("colspan") or "1") != "1"
        return not self.shown[0] or spans or bool(EMPTY.search(self.shown[0]))


def own_rows(table: LexborNode) -> list[LexborNode]:
    """The rows of this table, not those of a table inside one of its cells."""
    rows = table.css("tr")
    if len(table.css("table")) <= 1:
        return rows
    return [row for row in rows if _closest_table(row) == table.mem_id]


def _closest_table(node: LexborNode) -> int | None:
    above = node.parent
    while above is not None and above.tag != "table":
        above = above.parent
    return above.mem_id if above is not None else None


def marked_up(table: LexborNode) -> set[int]:
    """The elements (their `mem_id`), cells among them, that hold one which is not read as part of a word, at any depth."""
    found = set[int]()
    for each in table.css("td *, th *"):
        if each.tag not in _INLINE:
            above = each.parent
            while above is not None and above.mem_id not in found:
                found.add(above.mem_id)
                above = above.parent
    return found


# Tags that part no words: 「政府<b>數位</b>轉型」 reads as one word, as it does on the screen.
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "cite", "code", "em", "font", "i", "ins", "label", "mark", "s", "small"),
        *("span", "strong", "sub", "sup", "tt", "u", "wbr"),
    )
)
_SILENT = frozenset(("script", "style", "template", "noscript"))
# Zero width spaces and joiners, soft hyphens, byte order marks and control characters: nobody sees them.
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff\x00-\x08\x0e-\x1b\x7f]")


def _text(cell: LexborNode) -> str:
    """What the cell says, as a person reads it: a blank where the markup parts words."""
    if all(each.tag == "br" for each in cell.iter()):
        return cell.text(separator=" ")
    return _walked(cell)


def _walked(cell: LexborNode) -> str:
    """The same for a cell of any markup."""
    parts: list[str] = []
    todo: list[LexborNode | None] = [cell]
    while todo:
        node = todo.pop()
        if node is None:
            parts.append(" ")
        elif node.tag == "-text":
            parts.append(node.text_content or "")
        elif node.tag not in _SILENT:
            block = node.tag not in _INLINE
            parts.append(" " if block else "")
            todo += [*([None] if block else []), *reversed(list(node.iter(include_text=True)))]
    return "".join(parts)


def _seen(said: str) -> str:
    """What of a text can be seen, on one line."""
    return " ".join(_UNSEEN.sub("", said).split())
