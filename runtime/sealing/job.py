"""One job: what a report speaks of goes into the evidence store, and into a checked package for each class day, once."""

import json
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine

from facts.codec import loads
from facts.errors import InternalError, SetupError
from facts.report import ClassReport
from facts.span import local_day
from pipeline.verification.outcome import outcome
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, packages_folder
from runtime.platform.settings import Settings
from runtime.policy.shelf import service_shelf
from runtime.sealing.command import prepare
from runtime.sealing.enqueue import key_fault
from runtime.sealing.evidence_upload import SPELL
from runtime.sealing.package_batch import PackageBag, export_leaves, write_packages
from runtime.sealing.package_check import PackageCheckRequest, check
from runtime.sealing.package_parts import PreparedClass
from runtime.sealing.report_to_seal import ReportToSeal, pictures_of, session_of
from runtime.sealing.request import SealRequest
from runtime.uploads.class_originals import class_originals
from runtime.verification.command import VerificationRequest, VerificationResult
from runtime.verification.own_papers import bring_own_papers
from runtime.verification.stored_recordings import StoredRecordings
from storage.database import jobs
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.notifications.events import raise_event
from storage.database.recordings.origins import class_origins
from storage.database.sealing import NewPackage, keep_packages, packages
from storage.database.tables.classes import CLASSES
from storage.database.tables.sealing import PACKAGES
from storage.database.verification.reports import document_of, facts_of
from storage.evidence_log.ledger import EvidenceLog
from storage.sealing.examination import BAD

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Sealer:
    """Seals reports for the queue."""

    engine: Engine
    settings: Settings
    clock: Clock
    spell: timedelta = SPELL

    def do(self, job: Job) -> bool:
        """Whether this worker made the class's packages; without a signing key the job waits."""
        if fault := key_fault(self.settings):
            raise SetupError(fault)
        report = self._report(job)
        top = packages_folder(self.settings.home)
        for left in top.glob(f".{job.id}-*"):  # a killed worker's; one that only lost its lease fails, as it should
            shutil.rmtree(left, ignore_errors=True)
        stage = top / f".{job.id}-{job.lease}-{job.attempts}"
        try:
            stage.mkdir(parents=True, mode=0o700)
            with class_originals(self.engine, self.settings, report.owner.id) as stored:
                return self._sealed(job, report, stage, stored)
        except OSError as error:
            raise SetupError(f"{top}: cannot be written ({error.strerror}); free some space, it goes on") from error
        finally:
            shutil.rmtree(stage, ignore_errors=True)

    def _report(self, job: Job) -> ReportToSeal:
        told = json.loads(job.payload)
        with reading(self.engine, "reading a report") as connection:
            owner = classes(connection, CLASSES.c.id == job.class_id)[0]
            facts, document = facts_of(connection, told["report"]), document_of(connection, told["report"])
            origins = class_origins(
                connection, owner.id
            )  # as the log knows them now: an earlier report says nothing of them
        report = replace(loads(ClassReport, facts), origins=origins)
        return ReportToSeal(owner, told["report"], report, json.loads(document), told["identified"])

    def _sealed(self, job: Job, report: ReportToSeal, stage: Path, stored: StoredRecordings) -> bool:
        request = VerificationRequest(
            class_folder(self.settings.home, report.owner.id),
            report.owner.policy,
            stage,
            workers=self.settings.workers_each,
            show_faces=report.identified,
            shelf=service_shelf(self.engine, self.settings, local_day(self.clock())),
            stored=stored,
        )
        bring_own_papers(self.settings, request.folder, report.report)
        session = session_of(request, report.report)
        sealing = SealRequest(
            request,
            self.settings.store,
            identified=report.identified,
            without_originals=report.identified,  # they stay in the store, so that the package travels
            home=self.settings.home,
            clock=self.clock,
            follows=self._before(report),
            spell=self.spell,
        )
        made = VerificationResult(
            report.report, report.document, outcome(report.report), (), pictures_of(self.settings, report)
        )
        work = prepare(sealing, session, made, EvidenceLog(self.engine))
        bags, head, _ = write_packages(work)
        rows = [self._row(job, report, bag, head.size) for bag in bags]
        return self._keep(job, report.owner, stage, (work, bags, rows))

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
        blob_folder(self.settings).keep_as(stage, top / str(owner.id) / str(job.id))
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

    def _before(self, report: ReportToSeal) -> dict[date, str]:
        """The newest package of each day of the class, which the new ones come after."""
        own = (PACKAGES.c.class_id == report.owner.id, PACKAGES.c.masked == (not report.identified))
        with reading(self.engine, "reading packages") as connection:
            found = packages(connection, *own)
        return {date.fromisoformat(row.made.day): row.made.sha256 for row in found}

    def _row(self, job: Job, report: ReportToSeal, bag: PackageBag, head_size: int) -> NewPackage:
        """What the table says of a package; one in which its own verifier finds a fault is refused."""
        lines = check(PackageCheckRequest(bag.place, recompute=True)).lines
        bad = [line.en for line in lines if line.mark == BAD]
        if bad or not lines:
            raise InternalError(f"{bag.place.name}: got a package that does not check ({'; '.join(bad)[:400]})")
        sizes = [path.stat().st_size for path in bag.place.rglob("*") if path.is_file()]
        return NewPackage(
            class_id=report.owner.id,
            report_id=report.number,
            job_id=job.id,
            day=bag.day.isoformat(),
            path=f"{report.owner.id}/{job.id}/{bag.place.name}",
            masked=not report.identified,
            sha256=bag.digest.sha256,
            size_bytes=sum(sizes),
            files=len(sizes),
            head_size=head_size,
            checks=len(lines),
            faults=len(bad),
            made_at=self.clock(),
        )


def _moved(stage: Path, place: Path) -> None:
    """Whatever is at the place was moved there by a worker that was killed before its database commit; it is replaced."""
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    stage.rename(place)
    for folder in (place.parent, stage.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
