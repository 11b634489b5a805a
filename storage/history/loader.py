"""Registry rows to table rows, people hidden on the way, and written by the ten thousand."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from sqlalchemy import Connection, Table, text

from facts.names import masked_name, normal_name
from facts.registry import (
    BenefitPeriod,
    CatalogueEntry,
    Certificate,
    Course,
    DigestedNumber,
    Employment,
    Enrolment,
    Party,
    Person,
    Post,
    RegistryRow,
    Sanction,
    Session,
)
from storage.database.tables import history as t
from storage.history.keys import HistoryKeys, class_key, masked_secret, number_of, party_key
from storage.history.upsert import Values, upsert

_ROWS_AT_ONCE = 50_000
_PROGRAMME_CHARS = 80
_STARS = "*" * 8  # how long the number was, a digest does not say
_SQLITE_CACHE_KIB = 131_072
_WRITTEN = (
    t.PERSONS,
    t.SECRETS,
    t.PARTIES,
    t.CLASSES,
    t.SESSIONS,
    t.ENROLMENTS,
    t.PAYMENTS,
    t.CERTIFICATES,
    t.EMPLOYMENTS,
    t.POSTS,
    t.STANDINGS,
    t.SANCTIONS,
    t.CATALOGUE,
)


def load(
    connection: Connection,
    rows: Iterable[RegistryRow],
    keys: HistoryKeys,
    seen: date,
    progress: Callable[[int], None] = lambda _: None,
) -> int:
    """Write every row in the transaction that the caller holds; ``progress`` is called with how many are done."""
    with_room(connection)
    loader = Loader(connection, keys, seen)
    done = 0
    for done, row in enumerate(rows, start=1):
        loader.add(row)
        if done % _ROWS_AT_ONCE == 0:
            loader.flush()
            progress(done)
    loader.flush()
    progress(done)
    return done


def with_room(connection: Connection) -> None:
    """SQLite's own 2 MiB of cache would read the same pages again and again, and sort on disk."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA cache_size=-{_SQLITE_CACHE_KIB}")


def analyse(connection: Connection) -> None:
    """Refresh the planner's statistics, without which it guesses."""
    connection.execute(text("ANALYZE"))


class Loader:
    """Collects table rows by their keys, the last of two alike, until they are written together."""

    def __init__(self, connection: Connection, keys: HistoryKeys, seen: date) -> None:
        self._connection, self._keys, self._seen = connection, keys, seen.toordinal()
        self._rows: dict[Table, dict[Any, Values]] = {table: {} for table in _WRITTEN}
        self._add: dict[type, Callable[[Any], None]] = {
            Enrolment: self._enrolment,
            Session: self._session,
            Certificate: self._certificate,
            Employment: self._employment,
            BenefitPeriod: self._standing,
            Post: self._post,
            Sanction: self._sanction,
            CatalogueEntry: self._listed,
        }

    def add(self, row: RegistryRow) -> None:
        """Turn the row into what the tables hold."""
        self._add[type(row)](row)

    def flush(self) -> None:
        """Write what has been collected."""
        for table, rows in self._rows.items():
            upsert(
                self._connection, table, [rows[key] for key in sorted(rows)]
            )  # in key order, or every row would touch another page
            rows.clear()

    def person(self, person: Person) -> int:
        """The key of the person, who is kept sealed and shown masked."""
        digits, name = person.id_number.digits, normal_name(person.name)
        digest = self._keys.digest("id", digits)
        key = number_of(digest)
        if key not in self._rows[t.PERSONS]:
            sealed = self._keys.seal(f"{digits}\n{name}", digest)
            self._rows[t.PERSONS][key] = (key, digest, sealed, shown_person(person), int(digits[6:10]))
        return key

    def name(self, person: Person) -> int:
        """The key of the name alone, so that one number under two names is seen; 0 where none is known."""
        name = normal_name(person.name)
        return number_of(self._keys.digest("name", name)) if name else 0

    def secret(self, kind: str, raw: str | DigestedNumber) -> int | None:
        """The key of an account or certificate number, whichever form it came in."""
        if not raw:
            return None
        if isinstance(raw, DigestedNumber):
            digest, shown = raw.digest, f"{_STARS}{raw.tail}"
        else:
            digest, shown = self._keys.digest(kind, raw), masked_secret(raw)
        key = number_of(digest)
        self._rows[t.SECRETS][key] = (key, digest, shown)
        return key

    def party(self, party: Party, staff: int | None = None) -> int:
        """The key of the institution, evaluator or employer."""
        key = party_key(party.key)
        known = self._rows[t.PARTIES].get(key)
        self._rows[t.PARTIES][key] = (key, party.code, party.name, staff if known is None or staff else known[3])
        return key

    def course(self, course: Course) -> int:
        """The key of the class."""
        key = class_key(course.of.institution.key, course.of.number)
        self._rows[t.CLASSES][key] = (
            key,
            course.of.number,
            self.party(course.of.institution),
            course.programme,
            course.occupation,
            course.level,
            course.locality,
            course.first_day.toordinal(),
            course.last_day.toordinal(),
            course.first_day.year,
            course.days,
            course.passed,
            course.employed,
            course.policy,
            self._seen,
        )
        return key

    def _enrolment(self, row: Enrolment) -> None:
        person, course = self.person(row.person), self.course(row.course)
        self._rows[t.ENROLMENTS][person, course] = (
            person,
            course,
            self.party(row.course.of.institution),
            row.course.first_day.toordinal(),
            row.course.last_day.toordinal(),
            self.name(row.person),
            row.group,
            row.days,
            row.amount.fen if row.amount else None,
            row.course.first_day.year,
            row.paid_year,
            self.secret("account", row.account),
            self._seen,
        )
        if (row.amount and row.amount.fen) or row.paid_year is not None:
            self._payment(row, person, course)

    def _payment(self, row: Enrolment, person: int, course: int) -> None:
        days, amount = row.days or 0, row.amount.fen if row.amount else 0
        first, last = row.course.first_day.toordinal(), row.course.last_day.toordinal()
        programme = row.course.programme[:_PROGRAMME_CHARS]
        key = (person, course, first, last, programme, days, amount, row.paid_year or 0)
        self._rows[t.PAYMENTS][key] = (*key, self._seen)

    def _session(self, row: Session) -> None:
        key = class_key(row.of.institution.key, row.of.number), row.day.toordinal(), row.start_min
        self._rows[t.SESSIONS][key] = (*key, row.end_min)

    def _certificate(self, row: Certificate) -> None:
        key = self.person(row.person), self.secret("certificate", row.number)
        issued = row.issued.toordinal()
        rest = self.party(row.evaluator), row.occupation, row.level, issued, self._seen
        self._rows[t.CERTIFICATES][key] = (*key, *rest)

    def _employment(self, row: Employment) -> None:
        employer = self.party(row.employer, row.staff_of_employer)
        key = self.person(row.person), employer, row.since.toordinal()
        self._rows[t.EMPLOYMENTS][key] = (*key, _day(row.until), row.stated_months, self._seen)

    def _standing(self, row: BenefitPeriod) -> None:
        key = self.person(row.person), row.kind
        self._rows[t.STANDINGS][key] = (*key, row.since.toordinal(), _day(row.until), self._seen)

    def _post(self, row: Post) -> None:
        key = self.person(row.person), self.party(row.institution), row.since.toordinal()
        self._rows[t.POSTS][key] = (*key, _day(row.until), row.role, self._seen)

    def _sanction(self, row: Sanction) -> None:
        key = self.party(row.institution), row.since.toordinal()
        self._rows[t.SANCTIONS][key] = (*key, row.kind, _day(row.until), self._seen)

    def _listed(self, row: CatalogueEntry) -> None:
        key = row.catalogue.value, self.party(row.party)
        self._rows[t.CATALOGUE][key] = (*key, row.since.toordinal(), _day(row.until), self._seen)


def _day(day: date | None) -> int | None:
    return day.toordinal() if day else None


def shown_person(person: Person) -> str:
    """How somebody appears on every screen: the name's first sign and the number's last four."""
    name = normal_name(person.name)
    return f"{masked_name(name)} {person.id_number.tail}" if name else person.id_number.masked
