"""Under which name an OpenID provider vouches for whom; a link that ended stays, because the log speaks of it."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, text

from storage.database.tables.base import METADATA, Moment, Number

_LIVING = text("ended_at IS NULL")

IDENTITIES = Table(
    "account_identity",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("issuer", String(300), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("account_id", Number, ForeignKey("account.id"), nullable=False),
    Column("linked_by", Number, ForeignKey("account.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("ended_at", Moment),
    Index(None, "issuer", "subject", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
    Index(None, "account_id", "issuer", unique=True, sqlite_where=_LIVING, postgresql_where=_LIVING),
)
