"""The columns of the form's tables: one source for the printed and the editable form."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: heading, width in millimetres, and whether its cells are centred."""

    heading: str
    width: float
    centred: bool = True


# 180 mm: A4 less 15 mm at either side.
COLUMNS = (
    Column("No.", 10),
    Column("課程名稱", 52, centred=False),
    Column("計畫\n時數", 11),
    Column("認證\n時數", 12),
    Column("起", 27),
    Column("迄", 27),
    Column("日別", 14),
    Column("公餘", 14),
    Column("備註", 13),
)
QUESTION_COLUMNS = (
    Column("認定", 12),
    Column("No.", 10),
    Column("課程（組裝課程）", 52, centred=False),
    Column("問題", 82, centred=False),
    Column("人事單位", 24, centred=False),
)
