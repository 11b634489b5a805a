"""The ledger of payments, filled from what was decided; and the order of further lists along indexes."""

import json

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0046"
down_revision = "0043"
_INDEXES = {
    "measure": (["first", "id"], ["made_at"]),
    "voucher": (["made_at"],),
    "api_key": (["name", "id"],),
    "institution": (["made_at"],),
    "claim_decision": (["deed"],),
}


def upgrade() -> None:
    """Forward only; a payment that was recorded before stands in the ledger as its decision says it."""
    for table, indexes in _INDEXES.items():
        for columns in indexes:
            op.create_index(f"ix_{table}_{'_'.join(columns)}", table, columns)
    op.create_table(
        "claim_payment",
        sa.Column("id", Number, primary_key=True),
        sa.Column("claim_id", Number, sa.ForeignKey("claim.id"), nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("institution_id", Number, sa.ForeignKey("institution.id"), nullable=False),
        sa.Column("class_id", Number, sa.ForeignKey("class.id"), nullable=False),
        sa.Column("locality", sa.String(200), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("amount_fen", Number, nullable=False),
        sa.Column("recipient", sa.String(80), nullable=False),
        sa.Column("fund", sa.String(200), nullable=False),
        sa.Column("made_at", Moment, nullable=False),
        sa.UniqueConstraint("claim_id", "number"),
    )
    for columns in (["institution_id"], ["locality"], ["day", "id"], ["amount_fen", "id"], ["recipient", "id"]):
        op.create_index(f"ix_claim_payment_{'_'.join(columns)}", "claim_payment", columns)
    filled(op.get_bind())


def filled(connection: sa.Connection) -> None:
    """A row for each payment that a decision says."""
    decision = sa.table(
        "claim_decision", *map(sa.column, ("claim_id", "number", "deed", "body")), sa.column("at", Moment)
    )
    claim = sa.table("claim", *map(sa.column, ("id", "institution_id", "class_id", "locality")))
    wanted = sa.select(decision, claim.c.institution_id, claim.c.class_id, claim.c.locality)
    wanted = wanted.join_from(decision, claim, claim.c.id == decision.c.claim_id).where(decision.c.deed == "pay")
    ledger = sa.table(
        "claim_payment",
        *map(sa.column, ("claim_id", "number", "institution_id", "class_id", "locality", "day", "amount_fen")),
        *map(sa.column, ("recipient", "fund")),
        sa.column("made_at", Moment),
    )
    rows = []
    for row in connection.execute(wanted.order_by(decision.c.at, decision.c.claim_id, decision.c.number)):
        paid = json.loads(row.body)["event"]["payment"]
        rows.append(
            {
                "claim_id": row.claim_id,
                "number": row.number,
                "institution_id": row.institution_id,
                "class_id": row.class_id,
                "locality": row.locality,
                "day": paid["day"],
                "amount_fen": paid["amount"]["fen"],
                "recipient": paid["recipient"],
                "fund": paid["fund"],
                "made_at": row.at,
            }
        )
    if rows:
        connection.execute(sa.insert(ledger), rows)
