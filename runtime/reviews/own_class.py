"""``xueshi review``: an institution marks its own class in a service of its own, for itself alone."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.report import ClassReport
from facts.verdict import Status
from pipeline.accounts.rights import Role
from runtime.accounts.sign_in_link import sign_in_link
from runtime.classes.addresses import class_path, review_path
from runtime.platform.database import database_at
from runtime.platform.folders import class_folder, placed
from runtime.platform.settings import Settings
from runtime.sealing.enqueue import SEAL
from runtime.verification.command import VerificationResult
from runtime.verification.job import ClassVerifier
from storage.database import jobs
from storage.database.accounts import accounts
from storage.database.classes.classes import ClassRow, add_class, add_file, classes, files
from storage.database.classes.settings import SettingsChange, keep_settings, newest_settings
from storage.database.connection import writing
from storage.database.tables.accounts import INSTITUTIONS
from storage.database.tables.classes import CLASSES, FILES
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.ledger import EvidenceLog

_PERSON, _SHOWN, _NOBODY = "self", "机构自标", "本机构"
_ROLES = frozenset({"recording", "roster", "timetable", "checkins", "leave"})


@dataclass(frozen=True, slots=True)
class OwnClass:
    """A class folder, just verified, put into the service of one person; what she marked earlier stays."""

    settings: Settings
    clock: Callable[[], datetime]
    folder: Path

    def opened(self, made: VerificationResult) -> str:
        """The link that signs her in and opens the first hour that is not proven, or the class where all are."""
        self.settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        ring = KeyRing(self.settings.home / "keys")
        if not ring.entries():
            ring.init(self.clock())
        engine = database_at(self.settings.home, self.settings.database)
        try:
            with writing(engine, "putting a class on the desk") as connection:
                owner = self._class(connection, made.report)
                self._files(connection, owner, made.report)
                self._settings(connection, engine, owner, made.report)
            self._kept(engine, owner, made)
            with writing(engine, "offering a link") as connection:
                person = self._person(connection, owner)
                return sign_in_link(connection, self.settings, person, _first_open(owner, made.report), self.clock())
        finally:
            engine.dispose()

    def _class(self, connection: Connection, report: ClassReport) -> ClassRow:
        course, at = report.training_class, self.clock()
        name, place = course.institution.name or _NOBODY, course.locality or course.institution.locality
        known = accounts.institutions(connection, INSTITUTIONS.c.name == name)
        school = known[0] if known else accounts.add_institution(connection, name, course.institution.uscc, place, at)
        found = classes(connection, CLASSES.c.institution_id == school.id, CLASSES.c.code == course.id)
        if found:
            return found[0]
        texts = {"code": course.id, "name": course.name, "locality": place, "programme": course.programme}
        texts |= {"trainee_group": course.group, "occupation": course.occupation, "level": course.level}
        return add_class(connection, school.id, at, **texts, policy=report.policy.id if report.policy else "")

    def _files(self, connection: Connection, owner: ClassRow, report: ClassReport) -> None:
        known = {file.name: file.sha256 for file in files(connection, FILES.c.class_id == owner.id)}
        for one in report.inputs:
            source = self.folder / one.path
            if one.digest is None or one.role not in _ROLES or not source.is_file():
                continue
            target = class_folder(self.settings.home, owner.id) / one.path
            if known.get(one.path) != one.digest.sha256:
                target.unlink(missing_ok=True)
            if not target.exists():
                placed(source, target)
            if one.path not in known:
                sha, at = one.digest.sha256, self.clock()
                add_file(connection, owner.id, one.path, one.role, one.size_bytes, sha, _PERSON, at)

    def _settings(self, connection: Connection, engine: Engine, owner: ClassRow, report: ClassReport) -> None:
        """What ``class.toml`` states of cameras and recordings: the windows under review lie on that clock."""
        stated = tuple(one for one in report.cameras if one.room or one.clock_offset_s or one.lectern)
        wanted, before = replace(report.settings, cameras=stated), newest_settings(connection, owner.id)
        if wanted != before.settings:
            change = SettingsChange(owner.id, before.version, wanted, _PERSON)
            keep_settings(connection, EvidenceLog(engine), change, self.clock())

    def _kept(self, engine: Engine, owner: ClassRow, made: VerificationResult) -> None:
        """The report as a worker would keep it; nothing is sealed, because nothing is handed in."""
        at = self.clock()
        with writing(engine, "queueing a verdict") as connection:
            wanted = jobs.enqueue(connection, "verify", f"own {owner.id} {at.isoformat()}", owner.id, at)
            held = jobs.lease(connection, _PERSON, at, only=wanted.id)
        if held is not None:
            ClassVerifier(engine, self.settings, self.clock).keep(held, owner, made)
        with writing(engine, "sealing nothing") as connection:
            jobs.withdraw(connection, SEAL, owner.id)

    def _person(self, connection: Connection, owner: ClassRow) -> int:
        known = accounts.account_named(connection, _PERSON)
        if known:
            return known[0].id
        made = accounts.add_account(connection, _PERSON, _SHOWN, self.clock())
        accounts.grant(connection, made.id, Role.CLERK.value, owner.institution_id)
        return made.id


def _first_open(owner: ClassRow, report: ClassReport) -> str:
    proven = {verdict.hour_id: verdict.status for verdict in report.verdicts}
    ordered = sorted(report.hours, key=lambda hour: (hour.span, hour.room, hour.id))
    index = next((n for n, hour in enumerate(ordered) if proven.get(hour.id) is Status.UNPROVEN), None)
    return class_path(owner.id) if index is None else review_path(owner.id, index)
