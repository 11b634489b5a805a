"""The demo's classes with their files and verdicts: one verified by the service's own worker, one of each kind beside it."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Engine

from demo.dossier import SampleManifest
from demo.sample import write_todays_class
from facts.class_settings import ClassSettings
from facts.report import ClassReport
from facts.span import local_day
from facts.verdict import Status
from runtime.classes.settings import change_settings
from runtime.demo.parts import part_of
from runtime.demo.people import AREA, SECOND, Clock, institution_of
from runtime.platform.folders import class_folder, inside, placed
from runtime.platform.settings import Settings
from runtime.platform.version import TOOL
from runtime.platform.worker import Worker
from runtime.roll_call.rolls import refresh_rolls
from runtime.sealing.enqueue import SEAL
from runtime.verification.command import (
    VerificationRequest,
    VerificationResult,
    begin_verification,
    hash_inputs,
)
from runtime.verification.job import ClassVerifier
from runtime.verification.queue import ask_verification
from storage.database import jobs
from storage.database.classes.classes import ClassRow, add_class, add_file, classes
from storage.database.classes.settings import SettingsChange
from storage.database.connection import writing
from storage.database.tables.classes import CLASSES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog

_PARTS = (
    ("demo-2025-jz-02", "家政服务员示范2班（达标）", Status.PASS),
    ("demo-2025-jz-03", "家政服务员示范3班（存疑）", Status.UNPROVEN),
    ("demo-2025-jz-04", "家政服务员示范4班（不达标）", Status.FAIL),
)
_LEAVES = {"recording": LeafKind.RECORDING, "roster": LeafKind.ROSTER, "timetable": LeafKind.TIMETABLE}
_ROLES = frozenset({"recording", "roster", "timetable", "checkins", "leave"})


@dataclass(frozen=True, slots=True)
class SampleClasses:
    """Adds the sample classes to a service; what is there already is left as it is."""

    settings: Settings
    engine: Engine
    clock: Clock

    def sample(self, made: VerificationResult, folder: Path | None) -> None:
        """The class that was drawn with its files, and a class of each kind made from its hours."""
        course = made.report.training_class
        owner = self._class(course.institution.name, course.id, course.name, made.report)
        if owner:
            self._files(owner, made.report, folder)
            self._verified(owner, made, with_files=folder is not None)
        for code, name, status in _PARTS:
            part = part_of(made, code, name, status)
            own = self._class(SECOND, code, name, part.report) if part.report.hours else None
            if own:
                self._files(own, part.report, folder)
                self._judged(own, part)

    def open_class(self, folder: Path, institution: str = SECOND) -> ClassRow | None:
        """A class that a person has to look at, verified by the service's own worker; nothing where it is there."""
        session = hash_inputs(begin_verification(VerificationRequest(folder)))
        inputs = session.folder.inputs
        report = ClassReport(TOOL, session.made_at, inputs.training_class, None, inputs=inputs.files)
        owner = self._class(institution, inputs.training_class.id, inputs.training_class.name, report)
        if owner:
            self._files(owner, report, folder)
            with writing(self.engine, "queueing the demo's verification") as connection:
                ask_verification(connection, owner, self.clock())
            self.work()
        return owner

    def todays(self, institution: str, seed: int) -> ClassRow | None:
        """A class of the day on which the service is filled, so that roll call works at once; nothing where it is there."""
        at = self.clock()
        code = f"demo-{local_day(at):%Y%m%d}-jz-06"
        manifest = SampleManifest(code, f"家政服务员示范6班（{local_day(at):%m-%d} 开课）", institution, policy="")
        with TemporaryDirectory() as aside:
            folder = Path(aside)
            write_todays_class(folder, manifest, at, seed=seed)
            session = hash_inputs(begin_verification(VerificationRequest(folder, cache=False)))
            inputs = session.folder.inputs
            report = ClassReport(TOOL, session.made_at, inputs.training_class, None, inputs=inputs.files)
            owner = self._class(institution, code, manifest.name, report)
            if owner:
                self._files(owner, report, folder)
        if owner:
            refresh_rolls(self.engine, self.settings.home, self.clock)
        return owner

    def work(self) -> None:
        """Everything in the queue is done."""
        worker = Worker(self.engine, self.settings, self.clock)
        while worker.step():
            pass

    def _verified(self, owner: ClassRow, made: VerificationResult, *, with_files: bool) -> None:
        """The drawn class, verified and sealed as the service's worker does it; without its files its report is kept."""
        if not with_files:
            self._judged(owner, made)
            return
        stated = ClassSettings(tuple(camera for camera in made.report.cameras if camera.room))
        wanted = SettingsChange(owner.id, 0, stated, "demo")
        with writing(self.engine, "queueing the demo's verification") as connection:
            change_settings(connection, EvidenceLog(self.engine), owner, wanted, self.clock())
            ask_verification(connection, owner, self.clock())
        self.work()

    def _class(self, institution: str, code: str, name: str, report: ClassReport) -> ClassRow | None:
        """A new class, or nothing where it is there already."""
        course = report.training_class
        texts = {"code": code, "name": name, "locality": f"{AREA}平定县", "programme": course.programme}
        texts |= {"trainee_group": course.group, "occupation": course.occupation, "level": course.level}
        with writing(self.engine, "making a demo class") as connection:
            number = institution_of(connection, institution, self.clock())
            if classes(connection, CLASSES.c.institution_id == number, CLASSES.c.code == code):
                return None
            policy = report.policy.id if report.policy else ""
            return add_class(connection, number, self.clock(), **texts, policy=policy)

    def _files(self, owner: ClassRow, report: ClassReport, folder: Path | None) -> None:
        """The drawn files where the service would have put them; linked where the disk allows, else copied."""
        for one in report.inputs:
            source = folder / one.path if folder else None
            if source is None or one.digest is None or one.role not in _ROLES or not source.is_file():
                continue
            target = inside(class_folder(self.settings.home, owner.id), one.path)
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists():
                placed(source, target)
            with writing(self.engine, "keeping a demo file") as connection:
                at = self.clock()
                number = add_file(
                    connection, owner.id, one.path, one.role, one.size_bytes, one.digest.sha256, "demo", at
                )
                leaf = Leaf(_LEAVES.get(one.role, LeafKind.PAPER), at, one.digest, f"class:{owner.id} file:{number}")
                EvidenceLog(self.engine).append_within(connection, [leaf])

    def _judged(self, owner: ClassRow, made: VerificationResult) -> None:
        """Kept as a worker would keep it, by a job of its own."""
        at = self.clock()
        with writing(self.engine, "queueing a demo verdict") as connection:
            wanted = jobs.enqueue(connection, "verify", f"demo {owner.code}", owner.id, at)
            held = jobs.lease(connection, "demo", at, only=wanted.id)
        if held is not None:
            ClassVerifier(self.engine, self.settings, self.clock).keep(held, owner, made)
        with writing(self.engine, "sealing no part") as connection:  # a part of a class is no class that was taught
            jobs.withdraw(connection, SEAL, owner.id)
