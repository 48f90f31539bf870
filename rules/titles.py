"""Course titles: what may differ between two spellings of one title, and nothing more.

Exact comparison after normalisation; there is no fuzzy match. (上) and (下) stay apart, because brackets carry meaning:
only a trailing course code in brackets is taken off.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Spellings that stand for each other in the plan, its annex and the portal: 臺/台, 秘/祕, dashes and quotation marks.
# NFKC has already turned full-width letters, digits, brackets and ，：！ into their narrow forms.
_FOLD = str.maketrans(
    {
        "臺": "台",
        "祕": "秘",
        "–": "-",
        "—": "-",
        "―": "-",
        "‐": "-",
        "−": "-",
        "〜": "~",
        "∼": "~",
        "「": '"',
        "」": '"',
        "『": '"',
        "』": '"',
        "“": '"',
        "”": '"',
        "〝": '"',
        "〞": '"',
        "‘": '"',
        "’": '"',
        "'": '"',
        "·": "‧",
        "•": "‧",
        "・": "‧",
    }
)

# The code is the last bracket group, half or full width: letters, then digits (PCENTER112100461).
_TRAILING_CODE = re.compile(r"[(（]\s*([A-Za-z]+\d+)\s*[)）]\s*$")

# Letters, the ROC year in three digits, a running number. Codes seen: P + agency + 112 + 6 digits.
_CODE_YEAR = re.compile(r"[A-Z]+(\d{3})\d{3,}")


@lru_cache(maxsize=8192)
def normalise(title: str) -> str:
    """The form in which two titles are compared: NFKC, no white space or invisible characters, lower case, a small table of variants."""
    folded = unicodedata.normalize("NFKC", title).translate(_FOLD)
    return "".join(
        each for each in folded if not (each.isspace() or unicodedata.category(each) == "Cf")
    ).casefold()


def split_code(title: str) -> tuple[str, str | None]:
    """A title as the portal prints it, parted into the title proper and its trailing course code (or None)."""
    found = _TRAILING_CODE.search(title)
    if found is None:
        return title.strip(), None
    return title[: found.start()].strip(), found.group(1).upper()


def edition_year(code: str | None) -> int | None:
    """The ROC year a course code carries (PCENTER112100461 → 112), or None where the code has no such form."""
    found = _CODE_YEAR.fullmatch(code) if code else None
    return int(found.group(1)) if found else None
