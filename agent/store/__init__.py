"""What is kept: records and their history, pages, runs, submissions and claims, in one SQLite file.

This package alone knows SQLAlchemy and Alembic.
"""

from agent.store.database import back_up, check_file
from agent.store.errors import DatabaseUnusable, Shrink
from agent.store.store import Store
from agent.store.values import (
    Attempt,
    Claim,
    KeptFile,
    KeptPage,
    Loss,
    Mark,
    Notice,
    PageRead,
    ReadInfo,
    RecordChange,
    Reservation,
    Run,
    Saved,
    YearRead,
)

__all__ = [
    "Attempt",
    "Claim",
    "DatabaseUnusable",
    "KeptFile",
    "KeptPage",
    "Loss",
    "Mark",
    "Notice",
    "PageRead",
    "ReadInfo",
    "RecordChange",
    "Reservation",
    "Run",
    "Saved",
    "Shrink",
    "Store",
    "YearRead",
    "back_up",
    "check_file",
]
