"""The history wired together: files read, rows loaded, rulebooks turned into what the history is asked."""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from claims.doubts.history.rates import CAP_DAYS, OPEN_PROGRAMME
from facts.claim import Claim
from facts.errors import InputError
from facts.history import Answers, Exclusion, Limits, RepeatKey
from facts.history_answer import HistoryAnswer, PastCount, PastKey, ReceivedBenefit
from facts.registry import Person, Registry
from facts.report import ClassReport
from facts.verdict import Doubt
from ingest.registries.reader import ReadRegistry, read_registry
from policy.kinds import HistoryUnique
from policy.kinds.people import CountingPeriod
from policy.rulebook import Rulebook
from runtime.claims.history_doubts import for_claim
from runtime.claims.history_rows import as_history_claim, course_of
from runtime.claims.registers import claimed_class, register_words
from runtime.platform.clock import now
from storage.database.connection import writing
from storage.history.answers import PastQuestion, capped, count, received_by
from storage.history.keys import HistoryKeys, class_key, number_of, party_key
from storage.history.ledger import Export, take_in
from storage.history.loader import shown_person
from storage.history.questions import screening

ImportProgress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class RegistryImport:
    """What became of one file: what was read, and whether it was written, known already, or only tried."""

    read: ReadRegistry
    written: bool
    known: bool = False


def import_file(
    engine: Engine,
    keys: HistoryKeys,
    path: Path,
    registry: Registry,
    seen: date,
    *,
    dry_run: bool = False,
    leave_out: bool = False,
    progress: ImportProgress = lambda _: None,
) -> RegistryImport:
    """The whole file or, where anything in it is wrong and nobody said to leave that out, nothing of it."""
    digest = _digest(path)
    read = read_registry(path, registry)
    if dry_run or read.damaged or not read.rows or (read.faults and not leave_out):
        return RegistryImport(read, written=False)
    export = Export(digest, registry, path.name, seen, now(), read.left_out)
    with writing(engine, f"importing {path.name}") as connection:
        fresh = take_in(connection, export, read.rows, keys, progress)
    return RegistryImport(read, written=fresh, known=not fresh)


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(
            f"{path}: got no readable file ({error.strerror}), expected XLSX or CSV; check the path"
        ).in_chinese(f"{path}：读不到这个文件（{error.strerror}），应为 XLSX 或 CSV；请核对路径和权限") from error


def limits_of(book: Rulebook) -> Limits:
    """What the rulebook's own rows of ``history.unique`` demand of the history."""
    rules = book.of_kind(HistoryUnique)
    repeats = [
        RepeatKey(
            rule.id,
            tuple(field.value for field in limit.key),
            limit.within is CountingPeriod.YEAR,
            limit.at_most,
            book.programmes.spellings(limit.programmes or rule.programmes),
            book.groups.spellings(rule.groups),
            limit.words(),
        )
        for rule, params in rules
        for limit in params.limits
    ]
    exclusions = [
        Exclusion(rule.id, kind, book.programmes.spellings(rule.programmes))
        for rule, params in rules
        for kind in params.excluded_by
    ]
    return Limits(tuple(repeats), tuple(exclusions))


class CountyHistory:
    """The paying office's port to the history (``pipeline.claims.screening.History``), answered from the database."""

    def __init__(self, engine: Engine, keys: HistoryKeys, limits: Limits, reports: Sequence[ClassReport] = ()) -> None:
        self._engine, self._keys, self._limits, self._reports = engine, keys, limits, reports

    def answer(self, claim: Claim, asked: Sequence[PastKey]) -> HistoryAnswer:
        """The counts by key, other subsidies of the claim's people, and doubts that only history can raise."""
        people = {one.key: self._key(one.id_number.digits) for one in claim.people if one.id_number}
        of = course_of(claim)
        with screening(self._engine, "asking the history") as connection:
            known = {each: _question(each, people[each.trainee]) for each in asked if each.trainee in people}
            found = count(connection, list(known.values()), class_key(of.institution.key, of.number))
            counts = tuple(_counted(each, found[known[each]] if each in known else None) for each in asked)
            received = received_by(connection, list(people.values()))
            registers = register_words(connection, claimed_class(claim, people, self._rostered()), people)
            as_history = as_history_claim(claim, self._reports)
            year = as_history.course.first_day.year if as_history else 0
            at_cap = capped(connection, party_key(of.institution.key), year, OPEN_PROGRAMME, CAP_DAYS)
            doubts = for_claim(connection, self._keys, as_history, self._limits) if as_history else Answers()
        names = {number: key for key, number in people.items()}
        return HistoryAnswer(
            counts,
            None if received is None else tuple(ReceivedBenefit(names[who], what) for who, what in received),
            at_cap[0] if at_cap[1] else None,
            at_cap[1] or None,
            tuple(_under_keys(claim, doubt.as_doubt()) for doubt in doubts.doubts),
            registers.payments,
            registers.pensions,
            registers.sanctions,
            registers.roll,
            registers.listings,
        )

    def _rostered(self) -> list[int]:
        lines = (line for report in self._reports for line in report.trainees)
        return sorted({self._key(line.id_number.digits) for line in lines if line.id_number})

    def _key(self, digits: str) -> int:
        return number_of(self._keys.digest("id", digits))


def _under_keys(claim: Claim, doubt: Doubt) -> Doubt:
    """The claim's own people by the claim's keys; two who look alike masked, and everybody else, stay as shown."""
    shown = [(shown_person(Person(one.id_number, one.name)), one.key) for one in claim.people if one.id_number]
    times = Counter(words for words, _ in shown)
    keys = {words: key for words, key in shown if times[words] == 1}
    return replace(doubt, trainees=tuple(keys.get(words, words) for words in doubt.trainees))


def _question(asked: PastKey, person: int) -> PastQuestion:
    return PastQuestion(person, asked.occupation, asked.level, asked.year, asked.programmes)


def _counted(asked: PastKey, classes: "tuple[str, ...] | None") -> PastCount:
    return PastCount(asked) if classes is None else PastCount(asked, len(classes), classes)
