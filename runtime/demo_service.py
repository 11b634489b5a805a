"""``xueshi demo --serve``: a service with something in it, so that whoever opens the console sees what it is for."""

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Connection, Engine

from demo.claim import FILE, ClaimStory, write_claim
from demo.dossier import Manifest
from demo.identity import identities
from facts.class_settings import ClassSettings
from facts.doubtcase import Deed, DoubtEvent
from facts.report import ClassReport
from facts.span import local_day
from facts.spotcheck import DrawClass, DrawRules, Inspector, Stratum
from facts.verdict import Status
from pipeline.outcome import outcome
from pipeline.rights import OF_AREA, OF_INSTITUTION, Role
from pipeline.verify import ClassInputs, Making, lay_out
from pipeline.verify import report as judged
from report.document import document
from runtime import passwords
from runtime.asking import ask_verification
from runtime.claim_service import Given, book, kept, screened, taken
from runtime.class_settings import change_settings
from runtime.draw import announce, bind, person_id, secret_folder, sheet_from
from runtime.holding import CheckHolds
from runtime.judging import Judge
from runtime.law import law_of
from runtime.places import class_folder, inside
from runtime.sealing import SEAL
from runtime.settings import Settings
from runtime.spotchecks import SpotChecks
from runtime.verify import Made
from runtime.work import Worker
from storage.database import accounts, jobs
from storage.database.class_settings import Change
from storage.database.classes import ClassRow, add_class, add_file, classes
from storage.database.opening import reading, writing
from storage.database.schema import open_database
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.service import CLASSES
from storage.log.keyring import KeyRing
from storage.log.leaf import Leaf, LeafKind
from storage.log.ledger import EvidenceLog

Clock = Callable[[], datetime]
PEOPLE = (
    (Role.SYSTEM_ADMIN, "sysadmin", "示范系统管理员"),
    (Role.SECURITY_ADMIN, "security", "示范安全管理员"),
    (Role.AUDITOR, "auditor", "示范审计员"),
    (Role.CLERK, "clerk", "示范经办员"),
    (Role.TEACHER, "teacher", "示范教师"),
    (Role.TRAINEE, "trainee", "示范学员"),
    (Role.INSPECTOR, "inspector", "示范抽查员甲"),
    (Role.INSPECTOR, "inspector2", "示范抽查员乙"),
    (Role.REVIEWER, "reviewer", "示范审核员甲"),
    (Role.REVIEWER, "reviewer2", "示范审核员乙"),
)
AREA, SECOND = "山西省阳泉市", "示范第二职业培训学校"
_PARTS = (
    ("demo-2025-jz-02", "家政服务员示范2班（达标）", Status.PASS),
    ("demo-2025-jz-03", "家政服务员示范3班（存疑）", Status.UNPROVEN),
    ("demo-2025-jz-04", "家政服务员示范4班（不达标）", Status.FAIL),
)
_LEAVES = {"recording": LeafKind.RECORDING, "roster": LeafKind.ROSTER, "timetable": LeafKind.TIMETABLE}
_ROLES = frozenset({"recording", "roster", "timetable", "checkins", "leave"})
_GROUPS, _CHARS, _LETTERS = 4, 4, "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Login:
    """A person of the demo with a password that was drawn by lot and is told this once."""

    role: Role
    name: str
    password: str


@dataclass(frozen=True, slots=True)
class Filler:
    """Fills one service; what is there already is left as it is."""

    settings: Settings
    engine: Engine
    clock: Clock

    def people(self, institution: str) -> tuple[Login, ...]:
        """One of each role, two where two must sign; nobody who is there already gets another password."""
        with writing(self.engine, "making the demo's people") as connection:
            number = _institution(connection, institution, self.clock())
            return tuple(self._people(connection, number))

    def _people(self, connection: Connection, institution: int) -> Iterator[Login]:
        for role, name, shown in PEOPLE:
            if accounts.account_named(connection, name):
                continue
            made = accounts.add_account(connection, name, shown, self.clock())
            own, area = (institution if role in OF_INSTITUTION else None), (AREA if role in OF_AREA else None)
            accounts.grant(connection, made.id, role.value, own, area)
            password = "-".join("".join(secrets.choice(_LETTERS) for _ in range(_CHARS)) for _ in range(_GROUPS))
            accounts.set_password(connection, made.id, passwords.hashed(password))
            yield Login(role, name, password)

    def sample(self, made: Made, folder: Path | None) -> None:
        """The class that was drawn with its files, and a class of each kind made from its hours."""
        course = made.report.training_class
        owner = self._class(course.institution.name, course.id, course.name, made.report)
        if owner:
            self._files(owner, made.report, folder)
            self._verified(owner, made, with_files=folder is not None)
        for code, name, status in _PARTS:
            part = _part(made, code, name, status)
            if status is Status.UNPROVEN and not part.report.hours:
                part = _unseen(made, code, name)
            own = self._class(SECOND, code, name, part.report) if part.report.hours else None
            if own:
                self._files(own, part.report, folder)
                self._judged(own, part)

    def _verified(self, owner: ClassRow, made: Made, *, with_files: bool) -> None:
        """The drawn class, verified and sealed as the service's worker does it; without its files its report is kept."""
        if not with_files:
            self._judged(owner, made)
            return
        stated = ClassSettings(tuple(camera for camera in made.report.cameras if camera.room))
        wanted = Change(owner.id, 0, stated, self._key("clerk"))
        with writing(self.engine, "queueing the demo's verification") as connection:
            change_settings(connection, EvidenceLog(self.engine), owner, wanted, self.clock())
            ask_verification(connection, owner, self.clock())
        worker = Worker(self.engine, self.settings, self.clock)
        while worker.step():
            pass

    def claim(self, aside: Path, class_code: str, seed: int) -> None:
        """One claim that asks for more than was held, screened, with a doubt that its institution explained."""
        owner = self._owner(class_code)
        manifest = replace(Manifest(), class_id=class_code)
        write_claim(aside / FILE, identities(24, seed), ClaimStory(manifest))
        given = Given(aside / FILE, FILE, owner.institution_id, self._key("clerk"), self.clock())
        read = taken(given, self.settings)
        made = screened(self.engine, read, owner, given.at)
        kept(self.engine, given, read, owner, made)
        words = "已核对：两名学员系同村，登记时误填同一账号，附更正说明。"
        for case in book(self.engine).cases()[:1]:
            book(self.engine).happen(case.id, DoubtEvent(Deed.EXPLAIN, given.by, self.clock(), words))

    def spot_check(self) -> None:
        """One draw over all sample classes, announced and revealed; its evidence is held."""
        with reading(self.engine, "reading the demo's classes") as connection:
            names = {one.id: one.name for one in accounts.institutions(connection)}
            listed = [
                DrawClass(one.code, names[one.institution_id], one.locality, one.programme)
                for one in classes(connection)
            ]
            people = [one for one in accounts.accounts(connection) if one.role == Role.INSPECTOR.value]
        sent = [Inspector(person_id(one.id), one.shown, one.area or "") for one in people]
        rules = DrawRules("示范：双随机抽查", (Stratum("", share=Fraction(1, 2)),))
        checks = self._checks()
        bound = bind(listed, sent, rules)
        folder = secret_folder(self.settings.home, bound.published["commitment"])
        announce(checks, bound, folder)
        checks.reveal(sheet_from(folder, "")[0])

    def keys(self) -> None:
        """The key that signs the log's heads, certificates and packages."""
        ring = KeyRing(self.settings.home / "keys")
        if not ring.entries():
            ring.init(self.clock())

    def empty(self, class_code: str) -> bool:
        """Whether the demo was not poured in yet."""
        with reading(self.engine, "looking for the demo") as connection:
            return not classes(connection, CLASSES.c.code == class_code)

    def _checks(self) -> SpotChecks:
        holds = CheckHolds(self.engine, self.settings.home, self.clock)
        return SpotChecks(self.engine, EvidenceLog(self.engine), self.clock, holds)

    def _owner(self, code: str) -> ClassRow:
        with reading(self.engine, "reading the demo's class") as connection:
            return classes(connection, CLASSES.c.code == code)[0]

    def _key(self, name: str) -> str:
        with reading(self.engine, "reading the demo's people") as connection:
            found = accounts.account_named(connection, name)
        return f"account:{found[0].id}" if found else "demo"

    def _class(self, institution: str, code: str, name: str, report: ClassReport) -> ClassRow | None:
        """A new class, or nothing where it is there already."""
        course = report.training_class
        texts = {"code": code, "name": name, "locality": f"{AREA}平定县", "programme": course.programme}
        texts |= {"trainee_group": course.group, "occupation": course.occupation, "level": course.level}
        with writing(self.engine, "making a demo class") as connection:
            number = _institution(connection, institution, self.clock())
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
                _placed(source, target)
            with writing(self.engine, "keeping a demo file") as connection:
                at = self.clock()
                number = add_file(
                    connection, owner.id, one.path, one.role, one.size_bytes, one.digest.sha256, "demo", at
                )
                leaf = Leaf(_LEAVES.get(one.role, LeafKind.PAPER), at, one.digest, f"class:{owner.id} file:{number}")
                EvidenceLog(self.engine).append_within(connection, [leaf])

    def _judged(self, owner: ClassRow, made: Made) -> None:
        """Kept as a worker would keep it, by a job of its own."""
        at = self.clock()
        with writing(self.engine, "queueing a demo verdict") as connection:
            wanted = jobs.enqueue(connection, "verify", f"demo {owner.code}", owner.id, at)
            held = jobs.lease(connection, "demo", at, only=wanted.id)
        if held is not None:
            Judge(self.engine, self.settings, self.clock).keep(held, owner, made)
        with writing(self.engine, "sealing no part") as connection:  # a part of a class is no class that was taught
            jobs.withdraw(connection, SEAL, owner.id)


def fill(
    settings: Settings, clock: Clock, made: Made, folder: Path | None, aside: Path, *, seed: int = 1
) -> tuple[Login, ...]:
    """Everything; a second time it changes nothing and tells no password."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = open_database(settings.database)
    try:
        filler = Filler(settings, engine, clock)
        filler.keys()
        code = made.report.training_class.id
        fresh = filler.empty(code)
        logins = filler.people(made.report.training_class.institution.name)
        if fresh:
            filler.sample(made, folder)
            filler.claim(aside, code, seed)
            filler.spot_check()
        return logins
    finally:
        engine.dispose()


def _placed(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)


def _institution(connection: Connection, name: str, at: datetime) -> int:
    found = accounts.institutions(connection, INSTITUTIONS.c.name == name)
    return found[0].id if found else accounts.add_institution(connection, name, "", f"{AREA}平定县", at).id


def _part(made: Made, code: str, name: str, status: Status) -> Made:
    """A class made of those hours of the sample that ended in one way: the same facts, told by the same code."""
    whole = made.report
    verdicts = tuple(one for one in whole.verdicts if one.status is status)
    ids = {one.hour_id for one in verdicts}
    course = replace(
        whole.training_class, id=code, name=name, institution=replace(whole.training_class.institution, name=SECOND)
    )
    report = replace(
        whole,
        training_class=course,
        hours=tuple(one for one in whole.hours if one.id in ids),
        verdicts=verdicts,
        attendance=tuple(one for one in whole.attendance if one.hour_id in ids),
        doubts=tuple(one for one in whole.doubts if one.hours and ids.issuperset(one.hours)),
    )
    shown = {key: data for key, data in made.pictures.items() if key.partition(":")[2] in ids}
    return Made(report, dict(document(report)), outcome(report), (), shown) if ids else replace(made, report=report)


def _unseen(made: Made, code: str, name: str) -> Made:
    """The same recordings and lists, judged as if nobody could look into the pictures: the evidence does not decide."""
    whole = made.report
    course = replace(
        whole.training_class, id=code, name=name, institution=replace(whole.training_class.institution, name=SECOND)
    )
    inputs = ClassInputs(
        course, whole.hours, whole.trainees, whole.checkins, whole.cameras, whole.segments, whole.inputs
    )
    law = law_of(inputs, local_day(whole.made_at), whole.policy.id if whole.policy else "")
    found = judged(lay_out(inputs, law), {}, Making(whole.tool, whole.made_at, whole.versions))
    return _part(Made(found, dict(document(found)), outcome(found)), code, name, Status.UNPROVEN)
