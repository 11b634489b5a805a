"""The overview's tallies; and the place of each trainee on the roster, so that a witness finds a name where the paper has it."""

import json
from datetime import datetime

import sqlalchemy as sa
from alembic import op

from facts.span import local_day
from storage.database.tables.base import Moment, Number

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Rolls are made from the classes' files: without them the worker makes them anew, in the roster's order."""
    op.add_column("roll_trainee", sa.Column("place", Number))
    for table in ("roll_hour", "roll_trainee", "roll"):
        op.execute(sa.text(f"DELETE FROM {table}"))  # noqa: S608 - our own names
    op.create_table(
        "hour_tally",
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), primary_key=True, autoincrement=False),
        sa.Column("month", sa.String(7), primary_key=True),
        sa.Column("status", sa.String(16), primary_key=True),
        sa.Column("hours", sa.Integer, nullable=False),
        sa.Column("reviewed", sa.Integer, nullable=False),
    )
    op.create_table(
        "claim_tally",
        sa.Column("claim_id", Number, sa.ForeignKey("claim.id"), primary_key=True, autoincrement=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("month", sa.String(7), nullable=False),
        sa.Column("newest", sa.Integer, nullable=False),
        sa.Column("claimed_fen", Number, nullable=False),
        sa.Column("supported_fen", Number, nullable=False),
        sa.Column("unproven_fen", Number, nullable=False),
        sa.Column("decided_fen", Number, nullable=False),
        sa.Column("paid_fen", Number, nullable=False),
    )
    op.create_index("ix_claim_tally_class_id", "claim_tally", ["class_id"])
    for table, names in (("hour_sum", _HOUR_SUMS), ("money_sum", _MONEY_SUMS)):
        status = [sa.Column("status", sa.String(16), primary_key=True)] if table == "hour_sum" else []
        op.create_table(
            table,
            sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), primary_key=True, autoincrement=False),
            sa.Column("locality", sa.String(200), primary_key=True),
            sa.Column("programme", sa.String(200), primary_key=True),
            sa.Column("month", sa.String(7), primary_key=True),
            *status,
            *(sa.Column(name, Number, nullable=False) for name in names),
        )
    op.execute(sa.text(_HOURS))
    _claims(op.get_bind())
    op.execute(sa.text(_ALL_HOURS))
    op.execute(sa.text(_ALL_MONEY))


_HOUR_SUMS = ("hours", "reviewed")
_MONEY_SUMS = ("claims", "claimed_fen", "supported_fen", "unproven_fen", "decided_fen", "paid_fen")
_ALL_HOURS = """
INSERT INTO hour_sum (institution_id, locality, programme, month, status, hours, reviewed)
SELECT c.institution_id, c.locality, c.programme, t.month, t.status, sum(t.hours), sum(t.reviewed)
FROM hour_tally t JOIN class c ON c.id = t.class_id
GROUP BY c.institution_id, c.locality, c.programme, t.month, t.status
"""
_ALL_MONEY = """
INSERT INTO money_sum (institution_id, locality, programme, month, claims, claimed_fen, supported_fen, unproven_fen,
                       decided_fen, paid_fen)
SELECT c.institution_id, c.locality, c.programme, t.month, sum(t.newest), sum(t.claimed_fen * t.newest),
       sum(t.supported_fen * t.newest), sum(t.unproven_fen * t.newest), sum(t.decided_fen * t.newest), sum(t.paid_fen)
FROM claim_tally t JOIN class c ON c.id = t.class_id
GROUP BY c.institution_id, c.locality, c.programme, t.month
"""


_HOURS = """
INSERT INTO hour_tally (class_id, month, status, hours, reviewed)
SELECT v.class_id, substr(v.day, 1, 7), v.status, count(*),
       sum(CASE WHEN EXISTS (SELECT 1 FROM hour_review r WHERE r.class_id = v.class_id AND r.hour_id = v.hour_id
                             AND r.state = 'agreed') THEN 1 ELSE 0 END)
FROM hour_verdict v JOIN class c ON c.report_id = v.report_id
GROUP BY v.class_id, substr(v.day, 1, 7), v.status
"""


def _claims(connection: sa.Connection) -> None:
    names = ("id", "class_id", "newest", "claimed_fen", "supported_fen", "unproven_fen")
    claim = sa.table("claim", *map(sa.column, names), sa.column("made_at", Moment()))
    decided = _decided(connection)
    rows = [
        {
            "claim_id": row.id,
            "class_id": row.class_id,
            "month": _month(row.made_at),
            "newest": row.newest,
            "claimed_fen": row.claimed_fen or 0,
            "supported_fen": row.supported_fen,
            "unproven_fen": row.unproven_fen,
            "decided_fen": decided.get(row.id, (0, 0))[0],
            "paid_fen": decided.get(row.id, (0, 0))[1],
        }
        for row in connection.execute(sa.select(claim))
    ]
    if rows:
        connection.execute(sa.insert(sa.table("claim_tally", *map(sa.column, rows[0]))), rows)


def _decided(connection: sa.Connection) -> dict[int, tuple[int, int]]:
    """What two people signed of each claim, and what was paid."""
    found: dict[int, tuple[int, int]] = {}
    told = connection.execute(
        sa.text("SELECT claim_id, deed, stage, body FROM claim_decision ORDER BY claim_id, number")
    )
    for claim, deed, stage, body in told:
        event = json.loads(body)["event"]
        signed, paid = found.get(claim, (0, 0))
        if deed == "sign" and stage == "approved":
            signed = sum(one["amount"]["fen"] for one in event["sums"])
        if deed == "pay":
            paid += event["payment"]["amount"]["fen"]
        found[claim] = (signed, paid)
    return found


def _month(at: datetime) -> str:
    return local_day(at).isoformat()[:7]
