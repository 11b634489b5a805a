"""One job: what a report speaks of goes into the evidence store, and into a checked package for each class day, once."""

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Engine

from facts.codec import loads
from facts.errors import InputError, InternalError, SetupError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.verification.outcome import outcome
from pipeline.verification.report import prepare
from runtime.platform.folders import class_folder, packages_folder, pictures_folder
from runtime.platform.settings import Settings
from runtime.recordings.unmasked_sheet import unmasked_sheet
from runtime.sealing.command import prepare
from runtime.sealing.enqueue import keyless
from runtime.sealing.package_batch import PackageBag, export_leaves, write_packages
from runtime.sealing.package_check import PackageCheckRequest, check
from runtime.sealing.package_parts import PreparedClass
from runtime.sealing.request import SealRequest
from runtime.verification.command import (
    Verification,
    VerificationRequest,
    VerificationResult,
    begin_verification,
    hash_inputs,
)
from runtime.verification.law import law_of
from storage.database import jobs
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.notifications.events import raise_event
from storage.database.sealing import NewPackage, keep_packages
from storage.database.tables.classes import CLASSES
from storage.database.verification.reports import document_of, facts_of
from storage.evidence_log.ledger import EvidenceLog
from storage.sealing.verifier import BAD

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Asked:
    """What one job is about: a report as it was kept, and whose class it is on."""

    owner: ClassRow
    number: int
    report: ClassReport
    document: dict[str, object]
    identified: bool


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals reports for the queue."""

    engine: Engine
    settings: Settings
    clock: Clock

    def do(self, job: Job) -> bool:
        """Whether the packages became the class's by this very worker; without a key it waits."""
        if fault := keyless(self.settings):
            raise SetupError(fault)
        asked = self._asked(job)
        top = packages_folder(self.settings.home)
        for left in top.glob(f".{job.id}-*"):  # a killed worker's; one that only lost its lease fails, as it should
            shutil.rmtree(left, ignore_errors=True)
        stage = top / f".{job.id}-{job.lease}-{job.attempts}"
        try:
            stage.mkdir(parents=True, mode=0o700)
            return self._sealed(job, asked, stage)
        except OSError as error:
            raise SetupError(f"{top}: cannot be written ({error.strerror}); free some space, it goes on") from error
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _asked(self, job: Job) -> Asked:
        told = json.loads(job.payload)
        with reading(self.engine, "reading a report") as connection:
            owner = classes(connection, CLASSES.c.id == job.class_id)[0]
            facts, document = facts_of(connection, told["report"]), document_of(connection, told["report"])
        return Asked(owner, told["report"], loads(ClassReport, facts), json.loads(document), told["identified"])

    def _sealed(self, job: Job, asked: Asked, stage: Path) -> bool:
        wishes = VerificationRequest(
            class_folder(self.settings.home, asked.owner.id),
            asked.owner.policy,
            stage,
            workers=self.settings.workers_each,
            show_faces=asked.identified,
        )
        session = session_of(wishes, asked.report)
        sealing = SealRequest(
            wishes,
            self.settings.store,
            identified=asked.identified,
            without_originals=asked.identified,  # they stay in the store, so that the package travels
            home=self.settings.home,
            clock=self.clock,
        )
        made = VerificationResult(asked.report, asked.document, outcome(asked.report), (), self._pictures(asked))
        work = prepare(sealing, session, made, EvidenceLog(self.engine))
        bags, head, _ = write_packages(work)
        rows = [self._row(job, asked, bag, head.size) for bag in bags]
        return self._keep(job, asked.owner, stage, (work, bags, rows))

    def _keep(
        self,
        job: Job,
        owner: ClassRow,
        stage: Path,
        done: tuple[PreparedClass, Sequence[PackageBag], Sequence[NewPackage]],
    ) -> bool:
        """Rows, log and files together: where the commit fails, the next attempt puts its own files in their place."""
        work, bags, rows = done
        at, top = self.clock(), packages_folder(self.settings.home)
        with writing(self.engine, "keeping packages") as connection:
            if not jobs.finish(connection, job, at):
                return False
            _moved(stage, top / str(owner.id) / str(job.id))
            numbers = keep_packages(connection, rows)
            for number, row in zip(numbers, rows, strict=True):
                told = {"class_id": owner.id, "code": owner.code, "package_id": number, "day": row.day}
                raise_event(connection, "package.made", owner, at, json.dumps(told | {"sha256": row.sha256}))
            EvidenceLog(self.engine).append_within(connection, export_leaves(work, bags))
        return True

    def _row(self, job: Job, asked: Asked, bag: PackageBag, head_size: int) -> NewPackage:
        """What the table says of a package; one that its own verifier finds fault with is handed to nobody."""
        lines = check(PackageCheckRequest(bag.place, recompute=True)).lines
        bad = [line.en for line in lines if line.mark == BAD]
        if bad or not lines:
            raise InternalError(f"{bag.place.name}: got a package that does not check ({'; '.join(bad)[:400]})")
        sizes = [path.stat().st_size for path in bag.place.rglob("*") if path.is_file()]
        return NewPackage(
            class_id=asked.owner.id,
            report_id=asked.number,
            job_id=job.id,
            day=bag.day.isoformat(),
            path=f"{asked.owner.id}/{job.id}/{bag.place.name}",
            masked=not asked.identified,
            sha256=bag.digest.sha256,
            size_bytes=sum(sizes),
            files=len(sizes),
            head_size=head_size,
            checks=len(lines),
            faults=len(bad),
            made_at=self.clock(),
        )

    def _pictures(self, asked: Asked) -> Mapping[str, bytes]:
        if not asked.identified:
            return dict(_drawn(pictures_folder(self.settings.home, asked.number), asked.report))
        return dict(_unmasked(self.settings.home, asked))


def session_of(wishes: VerificationRequest, report: ClassReport) -> Verification:
    """The class's folder under the law of the report's day; files that came or changed since are another report's."""
    session = hash_inputs(begin_verification(wishes))
    told = {file.digest for file in report.inputs if file.digest}
    here = {file.digest for file in session.folder.inputs.files if file.digest}
    if told != here:
        raise InputError(
            f"class {report.training_class.id}: got {len(here - told)} files that the report does not know and"
            f" {len(told - here)} of its files changed or gone, expected those of the report; verify again, and the new"
            " report is sealed"
        )
    inputs, law = session.folder.inputs, law_of(session.folder.inputs, local_day(report.made_at), wishes.policy)
    return replace(session, made_at=report.made_at, desk=prepare(inputs, law))


def _drawn(folder: Path, report: ClassReport) -> Iterator[tuple[str, bytes]]:
    """The masked pictures that were drawn with the report."""
    for index, hour in enumerate(report.hours):
        for kind in ("sheet", "best"):
            file = folder / f"{kind}-{index}.jpg"
            if file.is_file():
                yield f"{kind}:{hour.id}", file.read_bytes()


def _unmasked(home: Path, asked: Asked) -> Iterator[tuple[str, bytes]]:
    for hour in asked.report.hours:
        try:
            yield f"sheet:{hour.id}", unmasked_sheet(home, asked.owner.id, asked.report, hour.id)
        except InputError:
            continue  # nothing was seen in this hour, so there is no sheet of it


def _moved(stage: Path, place: Path) -> None:
    """What lies there belongs to nobody: whoever moved it did not live to say so in the database."""
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stage.rename(place)
    for folder in (place.parent, stage.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
