"""Claims: sets included for review, what was claimed before, and what the office filled in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NEW = (
    "review_sets",
    "review_hours",
    "before_hours",
    "before_sets",
    "submitted_on",
    "decided_on",
    "approved_hours",
    "use_from",
    "use_by",
)


def upgrade() -> None:
    """Add the columns; claims made before have none of these values."""
    for name in _NEW:
        op.add_column("claim", sa.Column(name, sa.Text()))
