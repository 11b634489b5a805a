"""The public keys of time codes; one that signed once is kept, because what it signed must stay checkable."""

from sqlalchemy import Column, ForeignKey, String, Table

from storage.database.tables.base import METADATA, Moment, Number

TIME_CODE_KEYS = Table(
    "time_code_key",
    METADATA,
    Column("public_key", String(64), primary_key=True),  # Ed25519, in hexadecimal digits
    Column("since", Moment, nullable=False),
)
TIME_CODES_SHOWN = Table(
    "time_code_shown",
    METADATA,
    Column("class_id", Number, ForeignKey("class.id"), primary_key=True, autoincrement=False),
    Column("hour_id", String(80), primary_key=True),  # whose page it was
    Column("minute", Moment, primary_key=True),
)
