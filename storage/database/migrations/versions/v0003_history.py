"""The history of a county: people as digests, classes, and what other registries say."""

import sqlalchemy as sa
from alembic import op

from storage.database.tables.base import Moment, Number

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Forward only: what a later version wrote, no earlier one may read."""
    op.create_table(
        "history_catalogue",
        sa.Column("catalogue", sa.String(length=16), nullable=False),
        sa.Column("party", Number, autoincrement=False, nullable=False),
        sa.Column("from_day", sa.Integer, nullable=False),
        sa.Column("to_day", sa.Integer),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("catalogue", "party", name="pk_history_catalogue"),
    )
    op.create_table(
        "history_certificate",
        sa.Column("person", Number, autoincrement=False, nullable=False),
        sa.Column("number", Number, autoincrement=False, nullable=False),
        sa.Column("evaluator", Number, nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("issued_day", sa.Integer, nullable=False),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "number", name="pk_history_certificate"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_history_certificate_evaluator_issued_day", "history_certificate", ["evaluator", "issued_day"])
    op.create_index("ix_history_certificate_number", "history_certificate", ["number"])
    op.create_table(
        "history_class",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("number", sa.Text, nullable=False),
        sa.Column("institution", Number, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("occupation", sa.Text, nullable=False),
        sa.Column("level", sa.Text, nullable=False),
        sa.Column("locality", sa.Text, nullable=False),
        sa.Column("first_day", sa.Integer, nullable=False),
        sa.Column("last_day", sa.Integer, nullable=False),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("days", sa.Integer),
        sa.Column("passed", sa.Integer),
        sa.Column("employed", sa.Integer),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_class"),
    )
    op.create_index("ix_history_class_institution_first_day", "history_class", ["institution", "first_day"])
    op.create_table(
        "history_employment",
        sa.Column("person", Number, autoincrement=False, nullable=False),
        sa.Column("employer", Number, autoincrement=False, nullable=False),
        sa.Column("from_day", Number, autoincrement=False, nullable=False),
        sa.Column("to_day", sa.Integer),
        sa.Column("stated_months", sa.Integer),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "employer", "from_day", name="pk_history_employment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_history_employment_employer_from_day", "history_employment", ["employer", "from_day"])
    op.create_table(
        "history_enrolment",
        sa.Column("person", Number, autoincrement=False, nullable=False),
        sa.Column("class_id", Number, autoincrement=False, nullable=False),
        sa.Column("institution", Number, nullable=False),
        sa.Column("first_day", sa.Integer, nullable=False),
        sa.Column("last_day", sa.Integer, nullable=False),
        sa.Column("name_key", Number, nullable=False),
        sa.Column("group_name", sa.Text, nullable=False),
        sa.Column("days", sa.Integer),
        sa.Column("amount_fen", Number),
        sa.Column("year", sa.Integer, nullable=False),
        sa.Column("paid_year", sa.Integer),
        sa.Column("account", Number),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "class_id", name="pk_history_enrolment"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_history_enrolment_account_person", "history_enrolment", ["account", "person"])
    op.create_index("ix_history_enrolment_class_id", "history_enrolment", ["class_id"])
    op.create_table(
        "history_import",
        sa.Column("id", Number, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("registry", sa.String(length=16), nullable=False),
        sa.Column("file", sa.Text, nullable=False),
        sa.Column("at", Moment, nullable=False),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("left_out", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_import"),
    )
    op.create_index("ix_history_import_sha256_registry", "history_import", ["sha256", "registry"], unique=True)
    op.create_table(
        "history_party",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("staff", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_history_party"),
    )
    op.create_table(
        "history_person",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.Column("born_year", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_person"),
    )
    op.create_table(
        "history_post",
        sa.Column("person", Number, autoincrement=False, nullable=False),
        sa.Column("institution", Number, autoincrement=False, nullable=False),
        sa.Column("from_day", Number, autoincrement=False, nullable=False),
        sa.Column("to_day", sa.Integer),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "institution", "from_day", name="pk_history_post"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history_sanction",
        sa.Column("institution", Number, autoincrement=False, nullable=False),
        sa.Column("from_day", Number, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("to_day", sa.Integer),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("institution", "from_day", name="pk_history_sanction"),
    )
    op.create_table(
        "history_secret",
        sa.Column("id", Number, autoincrement=False, nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("shown", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_history_secret"),
    )
    op.create_table(
        "history_session",
        sa.Column("class_id", Number, autoincrement=False, nullable=False),
        sa.Column("day", Number, autoincrement=False, nullable=False),
        sa.Column("start_min", Number, autoincrement=False, nullable=False),
        sa.Column("end_min", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("class_id", "day", "start_min", name="pk_history_session"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history_standing",
        sa.Column("person", Number, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("from_day", sa.Integer, nullable=False),
        sa.Column("to_day", sa.Integer),
        sa.Column("seen_day", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("person", "kind", name="pk_history_standing"),
        sqlite_with_rowid=False,
    )
