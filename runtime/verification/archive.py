"""The archive walked again under another rulebook or other networks: what would change, and nothing that does."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Connection, func, select

from facts.codec import loads
from facts.errors import InputError, SetupError, XueshiError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ClassInputs
from policy.shelf import Shelf
from runtime.platform.version import TOOL
from runtime.policy.shelf import service_shelf
from runtime.verification.command import begin_verification, finish_verification, hash_inputs
from runtime.verification.job import ClassVerifier
from runtime.verification.job_progress import Unheard
from runtime.verification.law import law_of
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import VERDICTS
from storage.database.verification.reports import facts_of

JOURNAL, _BY_NIGHT = "reverify.jsonl", -1
CORE_S_PER_HOUR = 4.2  # one class hour looked at, benchmarks/RESULTS.md


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """Which classes are walked: those with an hour on that day or later; by which rulebook, and whether they are looked at."""

    since: date
    policy: str = ""
    look: bool = False


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """What a walk takes before it begins."""

    classes: int
    hours: int
    core_s: float
    claims: int
    supported_fen: int


@dataclass(frozen=True, slots=True)
class HourChange:
    """One class hour whose verdict would be another."""

    hour_id: str
    day: str
    before: str
    after: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArchiveChange:
    """What would become of one class; its claims rest on its hours, so their sums may change where any hour does."""

    class_id: int
    code: str
    report_id: int
    hours: int
    changes: tuple[HourChange, ...] = ()
    claims: int = 0
    supported_fen: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ArchiveWalk:
    """Walks the classes of a service; stopped at any moment, it goes on where it stood."""

    verifier: ClassVerifier
    request: ArchiveRequest
    out: Path

    def plan(self) -> ArchivePlan:
        """Counts alone: no fact is opened."""
        with reading(self.verifier.engine, "counting the archive") as connection:
            found = self._classes(connection)
            numbers = [owner.report_id for owner in found if owner.report_id]
            hours = sum(_hours(connection, number) for number in numbers)
            money = [_money(connection, owner.id) for owner in found]
        core_s = hours * CORE_S_PER_HOUR if self.request.look else 0.0
        return ArchivePlan(len(found), hours, core_s, sum(one for one, _ in money), sum(fen for _, fen in money))

    def walk(self) -> Iterator[ArchiveChange]:
        """Each class with what would change; those that the journal knows come from there."""
        shelf = service_shelf(self.verifier.engine, self.verifier.settings, local_day(self.verifier.clock()))
        known = self._begun(shelf)
        with reading(self.verifier.engine, "reading the archive") as connection:
            found = self._classes(connection)
        for owner in found:
            made = known.get((owner.id, owner.report_id or 0))
            if made is None:
                made = self._class(owner, shelf)
                with (self.out / JOURNAL).open("a", encoding="utf-8") as journal:
                    journal.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
            yield made

    def _classes(self, connection: Connection) -> Sequence[ClassRow]:
        """Classes whose newest report has an hour that is not too old."""
        late = select(VERDICTS.c.report_id).where(VERDICTS.c.day >= self.request.since.isoformat())
        return sorted(classes(connection, CLASSES.c.report_id.in_(late)), key=lambda owner: owner.id)

    def _class(self, owner: ClassRow, shelf: Shelf) -> ArchiveChange:
        number = owner.report_id or 0
        with reading(self.verifier.engine, "reading a report") as connection:
            hours = _hours(connection, number)
            try:
                before = loads(ClassReport, facts_of(connection, number))
            except XueshiError as error:
                return ArchiveChange(owner.id, owner.code, number, hours, fault=str(error))
            money = _money(connection, owner.id)
        try:
            after = self._looked(owner) if self.request.look else self._judged(before, shelf)
        except SetupError:
            raise  # this machine lacks something: the walk stops and goes on later
        except XueshiError as error:
            return ArchiveChange(owner.id, owner.code, number, hours, fault=str(error))
        changes = tuple(_changes(before, after))
        return ArchiveChange(owner.id, owner.code, number, hours, changes, *(money if changes else (0, 0)))

    def _judged(self, before: ClassReport, shelf: Shelf) -> ClassReport:
        """From the facts that were seen; refused where the other rulebook would have looked elsewhere."""
        inputs = ClassInputs(before.training_class, before.hours)
        law = law_of(inputs, local_day(self.verifier.clock()), self.request.policy, shelf=shelf)
        return judged_again(before, law)

    def _looked(self, owner: ClassRow) -> ClassReport:
        """From the recordings anew, by night; the report's files go with the folder that they were written into."""
        with tempfile.TemporaryDirectory() as aside:
            request = self.verifier.request_for(owner, Path(aside), policy=self.request.policy, urgency=_BY_NIGHT)
            begun = hash_inputs(begin_verification(request))
            return finish_verification(begun, Unheard(), self.verifier.finder_for(owner, begun, [])).report

    def _begun(self, shelf: Shelf) -> dict[tuple[int, int], ArchiveChange]:
        """What an earlier walk of the same kind has done; one of another kind is never gone on with."""
        book = shelf.book(self.request.policy) if self.request.policy in {one.id for one in shelf.books} else None
        head: dict[str, object] = {"tool": TOOL, "since": self.request.since.isoformat(), "policy": self.request.policy}
        head |= {"look": self.request.look, "rulebook": book.sha256 if book else ""}
        path = self.out / JOURNAL
        if not path.exists():
            self.out.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(head) + "\n", "utf-8")
            return {}
        first, *rows = path.read_text("utf-8").splitlines()
        if (told := json.loads(first)) != head:
            raise InputError(
                f"{path}: got a walk of {told}, expected {head}; go on with the same words, or choose another --out"
            )
        done = [_read(row) for row in rows if row.endswith("}")]  # a line that was cut off is done again
        return {(one.class_id, one.report_id): one for one in done}


def _changes(before: ClassReport, after: ClassReport) -> Iterator[HourChange]:
    was = {verdict.hour_id: verdict.status.value for verdict in before.verdicts}
    days = {hour.id: local_day(hour.span.start).isoformat() for hour in after.hours}
    for verdict in after.verdicts:
        if (old := was.get(verdict.hour_id, "")) != verdict.status.value:
            reasons = sorted({one.reason for one in verdict.findings if one.status is verdict.status})
            yield HourChange(verdict.hour_id, days[verdict.hour_id], old, verdict.status.value, tuple(reasons))


def _read(row: str) -> ArchiveChange:
    told = json.loads(row)
    changes = tuple(HourChange(**one | {"reasons": tuple(one["reasons"])}) for one in told["changes"])
    return replace(ArchiveChange(**told | {"changes": ()}), changes=changes)


def _hours(connection: Connection, report_id: int) -> int:
    return int(
        connection.execute(
            select(func.count()).select_from(VERDICTS).where(VERDICTS.c.report_id == report_id)
        ).scalar_one()
    )


def _money(connection: Connection, class_id: int) -> tuple[int, int]:
    """How many claims rest on the class, and what their screenings support."""
    own = (CLAIMS.c.class_id == class_id, CLAIMS.c.newest == 1)
    row = connection.execute(select(func.count(), func.coalesce(func.sum(CLAIMS.c.supported_fen), 0)).where(*own)).one()
    return int(row[0]), int(row[1])
