"""The archive walked again under another rulebook or other networks: what would change, and nothing that does."""

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from sqlalchemy import Connection, func, select

from claims.review import rests_on_review
from facts.codec import loads
from facts.digest import Digest
from facts.errors import InputError, SetupError, XueshiError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.verification.judgement import judged_again
from pipeline.verification.report import ClassInputs
from policy.shelf import Shelf
from runtime.claims.archive_sums import ArchiveSums, ClaimDifference, PurseDifference, ReportPair
from runtime.platform.version import TOOL
from runtime.policy.folder import with_own_rulebook
from runtime.policy.shelf import service_shelf
from runtime.uploads.class_originals import class_originals
from runtime.verification.command import begin_verification, finish_verification, hash_inputs
from runtime.verification.job import ClassVerifier
from runtime.verification.job_progress import Unheard
from runtime.verification.law import law_of
from storage.database.claims import ClaimRow, claims
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading
from storage.database.tables.claims import CLAIMS
from storage.database.tables.classes import CLASSES
from storage.database.tables.verification import VERDICTS
from storage.database.verification.reports import facts_of

JOURNAL, _BY_NIGHT, _PAGE = "reverify.jsonl", -1, 1000
CORE_S_PER_HOUR = 4.2  # one class hour looked at, benchmarks/RESULTS.md


@dataclass(frozen=True, slots=True)
class ArchiveRequest:
    """Which classes are walked: those with an hour on that day or later; by which rulebook, and whether they are looked at."""

    since: date
    policy: str = ""
    look: bool = False


@dataclass(frozen=True, slots=True)
class ArchivePlan:
    """What a walk takes before it begins; the sums on record bound what it may find.

    At most ``supported_fen`` would be lost and ``unproven_fen`` be won. ``files``: how many of the claims' own files are
    there, without which no difference is computed.
    """

    classes: int
    hours: int
    core_s: float
    claims: int
    supported_fen: int
    unproven_fen: int
    files: int


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
    """What would become of one class; where an hour changes, or the rulebook, the sums of its claims do or may."""

    class_id: int
    code: str
    report_id: int
    hours: int
    changes: tuple[HourChange, ...] = ()
    claims: tuple[ClaimDifference, ...] = ()
    fault: str = ""


@dataclass(frozen=True)
class ArchiveWalk:
    """Walks the classes of a service; stopped at any moment, it goes on where it stood."""

    verifier: ClassVerifier
    request: ArchiveRequest
    out: Path
    claims: Path | None = None  # the claims' own files

    def plan(self) -> ArchivePlan:
        """Counts alone: no fact is opened."""
        with reading(self.verifier.engine, "counting the archive") as connection:
            found = self._classes(connection)
            numbers = [owner.report_id for owner in found if owner.report_id]
            hours = sum(_hours(connection, number) for number in numbers)
            rows = [row for owner in found for row in _claims(connection, owner.id)]
        core_s = hours * CORE_S_PER_HOUR if self.request.look else 0.0
        supported, unproven = sum(row.supported_fen for row in rows), sum(row.unproven_fen for row in rows)
        files = sum(self._sums.has(row) for row in rows)
        return ArchivePlan(len(found), hours, core_s, len(rows), supported, unproven, files)

    def walk(self) -> Iterator[ArchiveChange]:
        """Each class with what would change; those that the journal knows come from there."""
        shelf = service_shelf(self.verifier.engine, self.verifier.settings, local_day(self.verifier.clock()))
        known = self._begun(shelf)
        with reading(self.verifier.engine, "reading the archive") as connection:
            found = self._classes(connection)
        for owner in found:
            made = known.get((owner.id, owner.report_id or 0))
            if made is None:
                made = self._class(owner, shelf, look=self.request.look)
                with (self.out / JOURNAL).open("a", encoding="utf-8") as journal:
                    journal.write(json.dumps(asdict(made), ensure_ascii=False) + "\n")
            yield made

    def weigh(self) -> Iterator[ArchiveChange]:
        """What the rulebook alone would change, from the facts as they were seen; nothing is looked at or written."""
        shelf = service_shelf(self.verifier.engine, self.verifier.settings, local_day(self.verifier.clock()))
        with reading(self.verifier.engine, "reading the archive") as connection:
            found = self._classes(connection)
        for owner in found:
            yield self._class(owner, shelf, look=False)

    def _classes(self, connection: Connection) -> Sequence[ClassRow]:
        """Classes whose newest report has an hour that is not too old, all of them, however many."""
        late = select(VERDICTS.c.report_id).where(VERDICTS.c.day >= self.request.since.isoformat())
        found: list[ClassRow] = []
        while page := classes(
            connection, CLASSES.c.report_id.in_(late), CLASSES.c.id > (found[-1].id if found else 0), limit=_PAGE
        ):
            found += page
        return found

    def _class(self, owner: ClassRow, shelf: Shelf, *, look: bool) -> ArchiveChange:
        number = owner.report_id or 0
        with reading(self.verifier.engine, "reading a report") as connection:
            hours = _hours(connection, number)
            try:
                before = loads(ClassReport, facts_of(connection, number))
            except XueshiError as error:
                return ArchiveChange(owner.id, owner.code, number, hours, fault=str(error))
        other, policy = self._named(shelf)
        try:
            after = self._looked(owner) if look else self._judged(before, other, policy)
        except SetupError:
            raise  # this machine lacks something: the walk stops and goes on later
        except XueshiError as error:
            return ArchiveChange(owner.id, owner.code, number, hours, fault=str(error))
        changes, money = tuple(_changes(before, after)), tuple[ClaimDifference, ...]()
        if _counted(before) != _counted(after):
            money = self._sums.of(owner, ReportPair(number, before, after, shelf, other, policy))
        return ArchiveChange(owner.id, owner.code, number, hours, changes, money)

    @cached_property
    def _sums(self) -> ArchiveSums:
        return ArchiveSums(self.verifier.engine, self.verifier.settings, self.claims)

    def _named(self, shelf: Shelf) -> tuple[Shelf, str]:
        """The rulebooks of the walk, and which of them is asked for; one of a file stands among the others."""
        if not self.request.policy.endswith(".toml"):
            return shelf, self.request.policy
        other, own = with_own_rulebook(shelf, Path(self.request.policy))
        return other, own.id

    def _judged(self, before: ClassReport, shelf: Shelf, policy: str) -> ClassReport:
        """From the facts that were seen; refused where the other rulebook would have looked elsewhere."""
        inputs = ClassInputs(before.training_class, before.hours)
        law = law_of(inputs, local_day(self.verifier.clock()), policy, shelf=shelf)
        return judged_again(before, law)

    def _looked(self, owner: ClassRow) -> ClassReport:
        """From the recordings anew, by night; the report's files go with the folder that they were written into."""
        own, policy = self.verifier, self.request.policy
        with class_originals(own.engine, own.settings, owner.id) as stored, tempfile.TemporaryDirectory() as aside:
            request = own.request_for(owner, Path(aside), stored=stored, policy=policy, urgency=_BY_NIGHT)
            begun = hash_inputs(begin_verification(request))
            return finish_verification(begun, Unheard(), own.finder_for(owner, begun, [])).report

    def _begun(self, shelf: Shelf) -> dict[tuple[int, int], ArchiveChange]:
        """What an earlier walk of the same kind has done; one of another kind is never gone on with."""
        shelf, policy = self._named(shelf)
        book = shelf.book(policy) if policy in {one.id for one in shelf.books} else None
        head: dict[str, object] = {"tool": TOOL, "since": self.request.since.isoformat(), "policy": self.request.policy}
        head |= {"look": self.request.look, "rulebook": book.sha256 if book else ""}
        head["claims"] = Digest.of(" ".join(sorted(self._sums.files)).encode()).sha256
        path = self.out / JOURNAL
        if not path.exists():
            self.out.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(head) + "\n", "utf-8")
            return {}
        text = path.read_text("utf-8")
        if not text.endswith("\n"):  # a line that was cut off is done again
            text = text[: text.rfind("\n") + 1]
            path.write_text(text, "utf-8")
        first, *rows = text.splitlines()
        if (told := json.loads(first)) != head:
            raise InputError(
                f"{path}: got a walk of {told}, expected {head}; go on with the same words, or choose another --out"
            )
        done = [_read(row) for row in rows]
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
    money = tuple(
        ClaimDifference(**one | {"purses": tuple(PurseDifference(**purse) for purse in one["purses"])})
        for one in told["claims"]
    )
    return ArchiveChange(**told | {"changes": changes, "claims": money})


def _hours(connection: Connection, report_id: int) -> int:
    return int(
        connection.execute(
            select(func.count()).select_from(VERDICTS).where(VERDICTS.c.report_id == report_id)
        ).scalar_one()
    )


def _claims(connection: Connection, class_id: int) -> tuple[ClaimRow, ...]:
    """The claims that rest on the class, each in the version that counts."""
    return claims(connection, CLAIMS.c.class_id == class_id, CLAIMS.c.newest == 1)


def _counted(report: ClassReport) -> object:
    """What a claim's sums rest on: the document, each hour's verdict, and who was there."""
    verdicts = {one.hour_id: (one.status, rests_on_review(one)) for one in report.verdicts}
    presences = {(one.hour_id, one.trainee_key): one.presence for one in report.attendance}
    return report.policy, verdicts, presences
