"""One job: the class's folder is verified as a clerk's own would be, and its report is kept whole or not at all."""

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.codec import dumps, plain
from facts.digest import Digest
from facts.errors import InputError
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import HourVerdict, gravest
from ingest.manifest import MANIFEST_NAME
from pipeline.doubts.fingerprint import fingerprints
from report.doubts import in_order
from runtime.classes.manifest import manifest_text
from runtime.cluster.address import ClusterUse
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import pictures_folder
from runtime.platform.settings import Settings
from runtime.policy.shelf import service_shelf
from runtime.recognition.class_faces import ServiceFaces
from runtime.recognition.face_sampling import OpenEngine, open_engine
from runtime.reviews.agreement import agreed_reviews
from runtime.reviews.enqueue import ask_judging_again
from runtime.roll_call.sign_in_table import write_sign_ins
from runtime.sealing.enqueue import ask_sealing
from runtime.uploads.class_originals import class_originals
from runtime.uploads.strays import recorded_folder
from runtime.verification.command import (
    FinderOf,
    Verification,
    VerificationRequest,
    VerificationResult,
    begin_verification,
    finish_verification,
    hash_inputs,
)
from runtime.verification.job_progress import JobProgress, LostJobError
from runtime.verification.own_papers import share_own_papers
from runtime.verification.queue import provisional_of
from runtime.verification.replay_search import ServiceReplays
from runtime.verification.settled_replays import settled_replays
from runtime.verification.stored_recordings import StoredRecordings
from storage.database import jobs
from storage.database.classes.classes import ClassRow, classes, files
from storage.database.connection import reading, writing
from storage.database.jobs import Job
from storage.database.notifications.events import raise_event
from storage.database.recordings.origins import class_origins
from storage.database.roll_call.code_keys import code_keys
from storage.database.roll_call.code_times import code_times
from storage.database.tables.classes import CLASSES, FILES
from storage.database.verification.class_doubts import NewFlag
from storage.database.verification.motions import NewMotion, keep_motions
from storage.database.verification.reports import HourRow, NewReport, keep_report
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class ClassVerifier:
    """Verifies classes for the queue."""

    engine: Engine
    settings: Settings
    clock: Clock
    opening: OpenEngine = open_engine

    def do(self, job: Job) -> bool:
        """Whether the result was kept; a worker that lost its lease meanwhile keeps nothing."""
        with reading(self.engine, "reading a class") as connection:
            owner = classes(connection, CLASSES.c.id == job.class_id)[0]
        with (
            class_originals(self.engine, self.settings, owner.id) as stored,
            tempfile.TemporaryDirectory() as aside,
        ):
            tried = provisional_of(job)
            request = self.request_for(owner, Path(aside), stored=stored, tried=tried, urgency=-job.rank)
            begun = hash_inputs(begin_verification(request))
            share_own_papers(self.settings, request.folder)
            filmed: list[NewMotion] = []
            finder = self.finder_for(owner, begun, filmed)
            faces = ServiceFaces(self.engine, owner, begun.folder, self.opening, request.processes)
            try:
                made = finish_verification(begun, JobProgress(self.engine, self.clock, job), finder, faces)
            except LostJobError:
                return False
        return self.keep(job, owner, made, filmed=filmed, faces=faces)

    def request_for(
        self,
        owner: ClassRow,
        aside: Path,
        *,
        stored: StoredRecordings,
        policy: str = "",
        tried: str = "",
        urgency: int = 0,
    ) -> VerificationRequest:
        """The class's folder with everything that the service knows of it beside; the report's files go ``aside``."""
        with reading(self.engine, "reading a class") as connection:
            manifest = manifest_text(connection, owner)
            agreed = agreed_reviews(connection, owner.id)
            keys = code_keys(connection)
            origins = class_origins(connection, owner.id)
            shown = code_times(connection, owner.id)
            settled = settled_replays(connection, owner.id)
        folder = recorded_folder(self.engine, self.settings.home, owner.id)
        if not folder.is_dir():
            raise InputError(f"class {owner.code}: got no file yet, expected recordings, a roster and a timetable")
        (folder / MANIFEST_NAME).write_text(manifest, "utf-8")
        write_sign_ins(self.engine, owner.id, folder)
        address = self.settings.cluster
        return VerificationRequest(
            folder,
            tried or policy or owner.policy,
            aside,
            workers=self.settings.workers_each,
            apart=True,
            provisional=bool(tried),
            shelf=service_shelf(self.engine, self.settings, local_day(self.clock())),
            reviews=agreed,
            code_keys=keys,
            origins=origins,
            code_times=shown,
            settled=settled,
            cluster=ClusterUse(address, self.settings.home, urgency) if address else None,
            stored=stored,
        )

    def finder_for(self, owner: ClassRow, begun: Verification, filmed: list[NewMotion]) -> FinderOf:
        """What seeks the class's footage in that of other classes; it leaves in ``filmed`` what moved in it."""
        hours = begun.folder.inputs.hours
        return partial(ServiceReplays, self.engine, owner, hours, self.clock(), filmed=filmed)

    def keep(
        self,
        job: Job,
        owner: ClassRow,
        made: VerificationResult,
        pictures: Callable[[int], None] | None = None,
        filmed: Sequence[NewMotion] | None = None,
        faces: ServiceFaces | None = None,
    ) -> bool:
        """The report with everything in it, unless the job has been taken by another worker meanwhile.

        ``filmed`` is what moved in the recordings, where they were looked at anew.
        ``pictures`` puts the pictures of the report of that number in their place, where they are not drawn anew.
        """
        document = json.dumps(made.document, ensure_ascii=False, allow_nan=False)
        facts = dumps(made.report)
        status = gravest(verdict.status for verdict in made.report.verdicts)
        at = self.clock()
        new = NewReport(owner.id, job.id, at, status.value, document, facts, Digest.of(document.encode()).sha256)
        with writing(self.engine, "keeping a report") as connection:
            if not jobs.finish(connection, job, at):
                return False
            if faces and faces.forbidden_since(connection):
                return True  # whoever withdrew asked for another verification, which looks at no face
            number = keep_report(connection, new, hour_rows(made.report), flag_rows(made))
            if pictures:
                pictures(number)
            else:
                self._draw(number, made)
            if files(connection, FILES.c.class_id == owner.id):  # a report over no file has nothing to be kept
                ask_sealing(connection, owner.id, number, at)
            agreed = agreed_reviews(connection, owner.id)
            settled = settled_replays(connection, owner.id)
            if (agreed, settled) != (
                made.report.reviews,
                made.report.settled,
            ):  # people agreed while this was under way
                ask_judging_again(connection, owner.id, len(agreed), at, after=number)
            if filmed is not None:
                keep_motions(connection, owner.id, filmed)
            if faces:
                faces.keep(connection, self.settings.home, at)
            _tell(connection, number, owner, made, status.value, at)
            EvidenceLog(self.engine).append_within(connection, report_leaves(made.report, number, facts, owner, at))
        return True

    def _draw(self, number: int, made: VerificationResult) -> None:
        """The masked pictures, before the report that shows them counts."""
        place = pictures_folder(self.settings.home, number)
        ordered = sorted(
            made.report.hours, key=lambda hour: (hour.span, hour.room, hour.id)
        )  # as the document has them
        order = {hour.id: index for index, hour in enumerate(ordered)}
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for key, data in made.pictures.items():
            kind, _, hour_id = key.partition(":")
            (place / f"{kind}-{order[hour_id]}.jpg").write_bytes(data)
        blob_folder(self.settings).keep(place)


def hour_rows(report: ClassReport) -> list[HourRow]:
    """The verdicts, as lists filter them."""
    spans = {hour.id: hour for hour in report.hours}
    return [_hour_row(verdict, spans[verdict.hour_id].span.start, report) for verdict in report.verdicts]


def _hour_row(verdict: HourVerdict, starts_at: datetime, report: ClassReport) -> HourRow:
    hour = next(one for one in report.hours if one.id == verdict.hour_id)
    reasons = ",".join(sorted({finding.reason for finding in verdict.findings if finding.status is verdict.status}))
    day = local_day(starts_at).isoformat()
    return HourRow(hour.id, day, starts_at, hour.span.end, hour.room, verdict.status.value, reasons, verdict.expected)


def flag_rows(made: VerificationResult) -> list[NewFlag]:
    """The doubts, as the masked document tells them."""
    entries = made.document["doubts"]
    if not isinstance(entries, list):
        return []
    same = fingerprints(in_order(made.report), made.report.trainees)
    return [
        NewFlag(one["no"], one["kind"], one["rule"], json.dumps(one, ensure_ascii=False), same[one["no"] - 1])
        for one in entries
    ]


def report_leaves(report: ClassReport, number: int, facts: str, owner: ClassRow, at: datetime) -> list[Leaf]:
    """What the log says of a report: each verdict, and the facts behind them."""
    subject = f"class:{owner.id} report:{number}"
    said = [
        Leaf(
            LeafKind.VERDICT,
            at,
            Digest.of(json.dumps(plain(verdict), ensure_ascii=False, sort_keys=True).encode()),
            f"{subject} {verdict.hour_id}",
            verdict.status.value,
        )
        for verdict in report.verdicts
    ]
    return [*said, Leaf(LeafKind.FACTS, at, Digest.of(facts.encode()), subject)]


def _tell(
    connection: Connection, number: int, owner: ClassRow, made: VerificationResult, status: str, at: datetime
) -> None:
    counts: dict[str, int] = {}
    for verdict in made.report.verdicts:
        counts[verdict.status.value] = counts.get(verdict.status.value, 0) + 1
    base = {"class_id": owner.id, "code": owner.code, "report_id": number}
    told = {**base, "status": status, "hours": counts, "doubts": len(made.report.doubts)}
    raise_event(connection, "verdict.made", owner, at, json.dumps(told))
    for flag in flag_rows(made):
        told = {**base, "number": flag.number, "kind": flag.kind, "rule": flag.rule}
        raise_event(connection, "flag.raised", owner, at, json.dumps(told))
