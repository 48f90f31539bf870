"""Records that the portal no longer shows: which ones a read lacked, and which a person accepted as gone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Reads set aside before this have no ids: the next read that lacks the same rows brings them."""
    op.add_column("set_aside", sa.Column("lost", sa.Text()))
    op.create_table(
        "loss",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("page_id", sa.Integer()),
        sa.Column("gone_since", sa.Text(), nullable=False),
        sa.Column("accepted_at", sa.Text(), nullable=False),
        sa.Column("returned_at", sa.Text()),
        sa.PrimaryKeyConstraint("id", name="pk_loss"),
        sa.ForeignKeyConstraint(["record_id"], ["record.id"], name="fk_loss_record_id"),
        sa.ForeignKeyConstraint(["page_id"], ["page.id"], name="fk_loss_page_id"),
    )
