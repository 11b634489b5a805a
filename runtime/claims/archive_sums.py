"""What other verdicts on a class would do to the sums of its claims, screened from the very files that were handed in."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

from claims.outcome import ClaimScreen
from facts.digest import Digest
from facts.errors import FaultsError, InputError, XueshiError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.claims.decision_stages import claim_stage
from policy.shelf import Shelf
from report.claims.source import ReadFile
from runtime.claims.command import ScreeningRequest, screen_read_claim
from runtime.claims.own_payments import OwnPayments
from runtime.claims.report_database import read_database
from runtime.claims.report_selection import ReadReport, select_reports
from runtime.claims.upload import SUFFIXES, ClaimUpload, claim_history, people_key, read_upload
from runtime.platform.settings import Settings
from runtime.supervision.claim_measures import OwnMeasures
from storage.claims.decision_book import DecisionBook
from storage.database.accounts.accounts import institutions
from storage.database.claims import ClaimRow, claims
from storage.database.classes.classes import ClassRow
from storage.database.connection import reading
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.claims import CLAIMS

_SHOWN = 12


@dataclass(frozen=True, slots=True)
class PurseDifference:
    """One recipient's sum out of one fund: supported and open, under the verdicts that count and under the others."""

    recipient: str
    fund: str
    supported_fen: int
    supported_after_fen: int
    unproven_fen: int
    unproven_after_fen: int

    @property
    def fen(self) -> int:
        """By how much the supported sum would be another."""
        return self.supported_after_fen - self.supported_fen


@dataclass(frozen=True, slots=True)
class ClaimDifference:
    """One claim: what its screening on record supports, and each purse screened twice; a fault leaves the sums unknown."""

    claim_id: int
    code: str
    institution: str
    stage: str
    recorded_fen: int
    recorded_unproven_fen: int
    purses: tuple[PurseDifference, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class ReportPair:
    """A class's report that counts, the same as it would be, and the rulebooks of either."""

    number: int
    before: ClassReport
    after: ClassReport
    shelf: Shelf
    shelf_after: Shelf
    policy_after: str


@dataclass(frozen=True)
class ArchiveSums:
    """Screens a class's claims under both; the files are known by their digests, and nothing is kept.

    A claim's own file is not kept by the service (0018), so ``folder`` holds those that were handed in.
    """

    engine: Engine
    settings: Settings
    folder: Path | None = None

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """The files of the folder by SHA-256, hashed once."""
        if self.folder is None:
            return {}
        if not self.folder.is_dir():
            raise InputError(
                f"{self.folder}: got no folder, expected one with the claims' files as they were handed in"
            )
        found = sorted(path for path in self.folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
        return {Digest.of(path.read_bytes()).sha256: path for path in found}

    def has(self, row: ClaimRow) -> bool:
        """Whether the claim's file is there."""
        return row.sha256 in self.files

    def of(self, owner: ClassRow, pair: ReportPair) -> tuple[ClaimDifference, ...]:
        """Each claim that counts of the class, in order."""
        with reading(self.engine, "reading claims") as connection:
            rows = claims(connection, CLAIMS.c.class_id == owner.id, CLAIMS.c.newest == 1)
            names = {one.id: one.name for one in institutions(connection, INSTITUTIONS.c.id == owner.institution_id)}
            cases = DecisionBook(self.engine, claim_stage).cases(connection, [row.id for row in rows])
        stages = {case.claim: claim_stage(case).value for case in cases}
        return tuple(
            self._claim(owner, row, names[row.institution_id], stages.get(row.id, ""), pair)
            for row in sorted(rows, key=lambda row: row.id)
        )

    def _claim(self, owner: ClassRow, row: ClaimRow, institution: str, stage: str, pair: ReportPair) -> ClaimDifference:
        told = ClaimDifference(row.id, row.code, institution, stage, row.supported_fen, row.unproven_fen)
        path = self.files.get(row.sha256)
        if path is None:
            where = self.folder or "no --claims folder"
            return replace(
                told,
                fault=f"{row.file}: got no file of SHA-256 {row.sha256[:_SHOWN]}… in {where}, expected the claim's"
                " own as it was handed in; put it there, and the difference is computed",
            )
        try:
            before = self._screened(owner, row, path, pair, after=False)
            after = self._screened(owner, row, path, pair, after=True)
        except FaultsError as error:
            return replace(told, fault="; ".join(str(one) for one in error.faults))
        except XueshiError as error:
            return replace(told, fault=str(error))
        return replace(told, purses=tuple(_purses(before, after)))

    def _screened(self, owner: ClassRow, row: ClaimRow, path: Path, pair: ReportPair, *, after: bool) -> ClaimScreen:
        """As of the day on which it was handed in, beside everything else that is on record today but itself."""
        shelf, key = (pair.shelf_after if after else _as_judged(pair)), people_key(self.settings)
        upload = ClaimUpload(path, row.file, row.institution_id, row.made_by, row.made_at, key)
        history = claim_history(self.engine, self.settings)
        claim = read_upload(upload, self.settings, history, shelf)
        found = (
            list(_swapped(read_database(self.engine, owner.id), pair))
            if after
            else read_database(self.engine, owner.id)
        )
        policy = pair.policy_after if after and pair.policy_after else owner.policy
        request = ScreeningRequest(path, policy=policy, as_of=local_day(row.made_at))
        return screen_read_claim(
            claim,
            select_reports(claim.claim, None, found),
            request,
            shelf,
            history,
            OwnPayments(self.engine, key, owner.id, apart_from=row.id),
            OwnMeasures(self.engine, owner, key),
        ).screened.screen


def by_purse(found: Iterable[ClaimDifference]) -> dict[tuple[str, str, str], PurseDifference]:
    """The sums of each institution's recipients and funds; those of different ones are never added up."""
    sums: dict[tuple[str, str, str], PurseDifference] = {}
    for claim in found:
        for one in claim.purses:
            known = sums.get(own := (claim.institution, one.recipient, one.fund))
            sums[own] = _added(known, one) if known else one
    return sums


def _added(one: PurseDifference, other: PurseDifference) -> PurseDifference:
    return PurseDifference(
        one.recipient,
        one.fund,
        one.supported_fen + other.supported_fen,
        one.supported_after_fen + other.supported_after_fen,
        one.unproven_fen + other.unproven_fen,
        one.unproven_after_fen + other.unproven_after_fen,
    )


def _purses(before: ClaimScreen, after: ClaimScreen) -> Iterator[PurseDifference]:
    """Each purse that either names; one that a screening does not name has nothing in it."""
    was = {(one.recipient, one.fund): one for one in before.purses}
    would = {(one.recipient, one.fund): one for one in after.purses}
    for own in dict.fromkeys((*was, *would)):
        one, other = was.get(own), would.get(own)
        yield PurseDifference(
            *own,
            one.supported.fen if one else 0,
            other.supported.fen if other else 0,
            one.unproven.fen if one else 0,
            other.unproven.fen if other else 0,
        )


def _as_judged(pair: ReportPair) -> Shelf:
    """The rulebooks with the very version that the report that counts was judged by, where it is at hand."""
    named = pair.before.policy
    book = pair.shelf.version(named.sha256) if named and named.sha256 else None
    if book is None or book in pair.shelf.books:
        return pair.shelf
    return pair.shelf.with_version(book, pair.shelf.texts.get(book.sha256, ""))


def _swapped(found: Iterable[ReadReport | ReadFile], pair: ReportPair) -> Iterator[ReadReport | ReadFile]:
    """The report that counts replaced by what it would be."""
    for one in found:
        if isinstance(one, ReadReport) and one.file.path.endswith(f" report:{pair.number}"):
            yield replace(one, report=pair.after)
        else:
            yield one
