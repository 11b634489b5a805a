"""Identities that an OpenID provider vouches for."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "account_identity",
        sa.Column("id", Number, primary_key=True),
        sa.Column("issuer", sa.String(300), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("account_id", Number, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("linked_by", Number, sa.ForeignKey("account.id"), nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("ended_at", Moment),
    )
    living = sa.text("ended_at IS NULL")
    for columns in (["issuer", "subject"], ["account_id", "issuer"]):
        op.create_index(
            f"ix_account_identity_{'_'.join(columns)}",
            "account_identity",
            columns,
            unique=True,
            sqlite_where=living,
            postgresql_where=living,
        )
