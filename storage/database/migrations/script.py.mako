"""${message}."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    ${upgrades if upgrades else "pass"}
