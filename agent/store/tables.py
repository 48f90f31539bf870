"""The tables. Append-only where they are evidence: a version of a record is written once and never changed.

Program times are UTC in ISO form, portal times Taipei wall time without offset, amounts and lengths text.
"""

from __future__ import annotations

from sqlalchemy import (
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

# The years under which two kinds of reads are kept that have none: pages without a year filter, and records files, which
# show no page of the portal and come behind every year.
NO_YEAR = -1
IN_FILES = 10_000

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

meta = Table("meta", metadata, Column("key", Text, primary_key=True), Column("value", Text, nullable=False))

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("command", Text, nullable=False),
    Column("started_at", Text, nullable=False),
    Column("finished_at", Text),
    Column("outcome", Text),
    Column("exit_code", Integer),
    Column("report", Text, nullable=False, server_default="{}"),
)

# A page kept because its table said something new. `content_sha256` is of what the table says, the others of the files.
page = Table(
    "page",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("year", Integer),
    Column("number", Integer, nullable=False),
    Column("url", Text, nullable=False),
    Column("taken_at", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("content_sha256", Text, nullable=False),
    Column("html_path", Text),
    Column("html_sha256", Text),
    Column("pdf_path", Text),
    Column("pdf_sha256", Text),
)
Index(None, page.c.year, page.c.number)

# The newest read of each year filter: which kept pages it consists of. `year` is NO_YEAR where the page has no filter, IN_FILES for files.
read_year = Table(
    "read_year",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("taken_at", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("total_stated", Integer),
    Column("pages", Text, nullable=False),
)

record = Table(
    "record",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("first_run_id", Integer, ForeignKey("run.id"), nullable=False),
)

version = Table(
    "version",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", Integer, ForeignKey("record.id"), nullable=False),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("seen_at", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("newest", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("course_type", Text),
    Column("code", Text),
    Column("course_id", Text),
    Column("start", Text),
    Column("end", Text),
    Column("reading", Text),
    Column("exam", Text),
    Column("survey", Text),
    Column("condition", Text),
    Column("status", Text),
    Column("certified_hours", Text),
    Column("upload_status", Text),
    Column("uploaded_at", Text),
)
Index(None, version.c.record_id, version.c.newest)

# Where a record stood in the newest read of a year.
sighting = Table(
    "sighting",
    metadata,
    Column("record_id", Integer, ForeignKey("record.id"), primary_key=True),
    Column("year", Integer, primary_key=True),
    Column("page_number", Integer, nullable=False),
    Column("position", Integer, nullable=False),
    Column("number", Text),
)

unread = Table(
    "unread",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("year", Integer, nullable=False),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("cells", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("title", Text),
)

# What a read showed that was not believed: records known before were gone from it, those whose ids are `lost`.
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("rows", Text, nullable=False),
    Column("lost", Text),
)

# A record that a person accepted as no longer shown by the portal. `page_id` is the page it last stood on.
loss = Table(
    "loss",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("record_id", Integer, ForeignKey("record.id"), nullable=False),
    Column("year", Integer, nullable=False),
    Column("page_id", Integer, ForeignKey("page.id")),
    Column("gone_since", Text, nullable=False),
    Column("accepted_at", Text, nullable=False),
    Column("returned_at", Text),
)

# Submissions of a password. `account_key` is a keyed hash; no account or password is in here.
attempt = Table(
    "attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("gateway", Text, nullable=False),
    Column("account_key", Text, nullable=False),
    Column("mode", Text, nullable=False),
    Column("submitted_at", Text, nullable=False),
    Column("answered_at", Text),
    Column("outcome", Text),
    Column("cleared_at", Text),
    Column("cleared_by", Text),
)
Index(None, attempt.c.gateway, attempt.c.id)

claim = Table(
    "claim",
    metadata,
    Column("id", Text, primary_key=True),
    Column("plan", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("hours", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("prepared_on", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("sets", Text, nullable=False),
    Column("check_code", Text, nullable=False),
    Column("review_sets", Text),
    Column("review_hours", Text),
    Column("before_hours", Text),
    Column("before_sets", Text),
    Column("submitted_on", Text),
    Column("decided_on", Text),
    Column("approved_hours", Text),
    Column("use_from", Text),
    Column("use_by", Text),
    UniqueConstraint("plan", "number"),
)

claim_event = Table(
    "claim_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("claim_id", Text, ForeignKey("claim.id"), nullable=False),
    Column("state", Text, nullable=False),
    Column("at", Text, nullable=False),
)

# What somebody is to be told, once a key. `data` holds no secret; it is worded when it is told.
notice = Table(
    "notice",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("data", Text, nullable=False),
    Column("found_at", Text, nullable=False),
    Column("closed_at", Text),
    Column("outcome", Text),
)
