"""What was taught, to whom, and what other registries say of the same people; nobody is named in the clear.

Keys of people, accounts and certificates are the first 63 bits of a keyed digest and those of classes and parties of
a plain one, so that rows can be written without looking anything up; the whole digest beside it tells a collision.
Days are proleptic ordinals (``date.toordinal``) and minutes count from midnight in China, because both databases
then reckon alike.
"""

from sqlalchemy import Column, Index, Integer, LargeBinary, String, Table, Text

from storage.database.tables.base import METADATA, Moment, Number


def _key(name: str = "id") -> "Column[int]":
    return Column(name, Number, primary_key=True, autoincrement=False)


PERSONS = Table(
    "history_person",
    METADATA,
    _key(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # name and number under AES-GCM
    Column("shown", String(80), nullable=False),  # masked
    Column("born_year", Integer, nullable=False),
)
SECRETS = Table(
    "history_secret",  # accounts and certificate numbers, which may contain an ID number
    METADATA,
    _key(),
    Column("digest", LargeBinary(32), nullable=False),
    Column("shown", String(80), nullable=False),
)
PARTIES = Table(
    "history_party",
    METADATA,
    _key(),
    Column("code", String(40), nullable=False),
    Column("name", Text, nullable=False),
    Column("staff", Integer),
)
CLASSES = Table(
    "history_class",
    METADATA,
    _key(),
    Column("number", Text, nullable=False),
    Column("institution", Number, nullable=False),
    Column("programme", Text, nullable=False),
    Column("occupation", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("locality", Text, nullable=False),
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("year", Integer, nullable=False),
    Column("days", Integer),
    Column("passed", Integer),
    Column("employed", Integer),
    Column("policy", Text, nullable=False),
    Column("seen_day", Integer, nullable=False),
    Index(None, "institution", "first_day"),
)
SESSIONS = Table(
    "history_session",
    METADATA,
    _key("class_id"),
    _key("day"),
    _key("start_min"),
    Column("end_min", Integer, nullable=False),
    sqlite_with_rowid=False,
)
ENROLMENTS = Table(
    "history_enrolment",
    METADATA,
    _key("person"),
    _key("class_id"),
    Column("institution", Number, nullable=False),  # of the class, so that two classes compare without a look-up
    Column("first_day", Integer, nullable=False),
    Column("last_day", Integer, nullable=False),
    Column("name_key", Number, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("days", Integer),
    Column("amount_fen", Number),
    Column("year", Integer, nullable=False),  # of the first day, by which a class is governed (A13)
    Column("paid_year", Integer),
    Column("account", Number),
    Column("seen_day", Integer, nullable=False),
    Index(None, "class_id"),
    Index(None, "account", "person"),
    sqlite_with_rowid=False,
)
PAYMENTS = Table(
    "history_payment",  # every row that says money was paid; a later row of the same class takes none of them away
    METADATA,
    _key("person"),
    _key("class_id"),
    _key("first_day"),
    _key("last_day"),
    Column("programme", String(80), primary_key=True),
    _key("days"),  # 0 where the row states none, as below
    _key("amount_fen"),
    _key("paid_year"),
    Column("seen_day", Integer, nullable=False),
    sqlite_with_rowid=False,
)
CERTIFICATES = Table(
    "history_certificate",
    METADATA,
    _key("person"),
    _key("number"),
    Column("evaluator", Number, nullable=False),
    Column("occupation", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("issued_day", Integer, nullable=False),
    Column("seen_day", Integer, nullable=False),
    Index(None, "number"),
    Index(None, "evaluator", "issued_day"),
    sqlite_with_rowid=False,
)
EMPLOYMENTS = Table(
    "history_employment",
    METADATA,
    _key("person"),
    _key("employer"),
    _key("from_day"),
    Column("to_day", Integer),
    Column("stated_months", Integer),
    Column("seen_day", Integer, nullable=False),
    Index(None, "employer", "from_day"),
    sqlite_with_rowid=False,
)
POSTS = Table(
    "history_post",
    METADATA,
    _key("person"),
    _key("institution"),
    _key("from_day"),
    Column("to_day", Integer),
    Column("role", Text, nullable=False),
    Column("seen_day", Integer, nullable=False),
    sqlite_with_rowid=False,
)
STANDINGS = Table(
    "history_standing",
    METADATA,
    _key("person"),
    Column("kind", String(40), primary_key=True),
    Column("from_day", Integer, nullable=False),
    Column("to_day", Integer),
    Column("seen_day", Integer, nullable=False),
    sqlite_with_rowid=False,
)
SANCTIONS = Table(
    "history_sanction",
    METADATA,
    _key("institution"),
    _key("from_day"),
    Column("kind", Text, nullable=False),
    Column("to_day", Integer),
    Column("seen_day", Integer, nullable=False),
)
CATALOGUE = Table(
    "history_catalogue",
    METADATA,
    Column("catalogue", String(16), primary_key=True),
    _key("party"),
    Column("from_day", Integer, nullable=False),
    Column("to_day", Integer),
    Column("seen_day", Integer, nullable=False),
)
IMPORTS = Table(
    "history_import",
    METADATA,
    Column("id", Number, primary_key=True),
    Column("sha256", String(64), nullable=False),
    Column("registry", String(16), nullable=False),
    Column("file", Text, nullable=False),
    Column("at", Moment, nullable=False),
    Column("seen_day", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Index(None, "sha256", "registry", unique=True),
)
