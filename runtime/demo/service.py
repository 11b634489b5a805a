"""``xueshi demo --serve``: a service with sample data, so that the console has something to show."""

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from sqlalchemy import Engine

from demo.claim import FILE, ClaimStory, write_claim
from demo.dossier import SampleManifest
from demo.identity import identities
from facts.doubt_case import Deed, DoubtEvent
from facts.spot_check import DrawClass, DrawRules, Inspector, Stratum
from pipeline.accounts.rights import Role
from runtime.claims.doubt_book import doubt_book
from runtime.claims.upload import ClaimUpload, keep_claim, people_key, read_upload, screen_upload
from runtime.demo.classes import SampleClasses
from runtime.demo.people import Clock, Login, institution_of, make_people
from runtime.demo.replay_class import ReplayClass
from runtime.demo.review_class import OpenClass
from runtime.platform.database import database_at
from runtime.platform.settings import Settings
from runtime.spot_checks.draw_folder import announce, bind, secret_folder, sheet_from
from runtime.spot_checks.draw_lists import inspector_id
from runtime.spot_checks.holds import SpotCheckHolds
from runtime.spot_checks.register import SpotChecks
from runtime.verification.command import VerificationResult
from storage.database.accounts import accounts
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.ledger import EvidenceLog


@dataclass(frozen=True, slots=True)
class ServiceFiller:
    """Fills one service; what is there already is left as it is."""

    settings: Settings
    engine: Engine
    clock: Clock

    def people(self, institution: str) -> tuple[Login, ...]:
        """One of each role, two where two must sign; nobody who is there already gets another password."""
        with writing(self.engine, "making the demo's people") as connection:
            number = institution_of(connection, institution, self.clock())
            return tuple(make_people(connection, number, self.clock))

    def claim(self, aside: Path, class_code: str, seed: int) -> None:
        """One claim that asks for more than was held, screened, with a doubt that its institution explained."""
        owner = self._owner(class_code)
        manifest = replace(SampleManifest(), class_id=class_code)
        write_claim(aside / FILE, identities(24, seed), ClaimStory(manifest))
        by, key = self._key("clerk"), people_key(self.settings)
        given = ClaimUpload(aside / FILE, FILE, owner.institution_id, by, self.clock(), key)
        read = read_upload(given, self.settings)
        made = screen_upload(self.engine, read, owner, given)
        keep_claim(self.engine, given, read, owner, made)
        words = "已核对：两名学员系同村，登记时误填同一账号，附更正说明。"
        for case in doubt_book(self.engine).cases()[:1]:
            doubt_book(self.engine).happen(case.id, DoubtEvent(Deed.EXPLAIN, given.by, self.clock(), words))

    def spot_check(self) -> None:
        """One draw over all sample classes, announced and revealed; its evidence is held."""
        with reading(self.engine, "reading the demo's classes") as connection:
            names = {one.id: one.name for one in accounts.institutions(connection)}
            listed = [
                DrawClass(one.code, names[one.institution_id], one.locality, one.programme)
                for one in classes(connection)
            ]
            people = [one for one in accounts.accounts(connection) if one.role == Role.INSPECTOR.value]
        sent = [Inspector(inspector_id(one.id), one.shown, one.area or "") for one in people]
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
        """Whether the sample data is not there yet."""
        with reading(self.engine, "looking for the demo") as connection:
            return not classes(connection, CLASSES.c.code == class_code)

    def _checks(self) -> SpotChecks:
        holds = SpotCheckHolds(self.engine, self.settings.home, self.clock)
        return SpotChecks(self.engine, EvidenceLog(self.engine), self.clock, holds)

    def _owner(self, code: str) -> ClassRow:
        with reading(self.engine, "reading the demo's class") as connection:
            return classes(connection, CLASSES.c.code == code)[0]

    def _key(self, name: str) -> str:
        with reading(self.engine, "reading the demo's people") as connection:
            found = accounts.account_named(connection, name)
        return f"account:{found[0].id}" if found else "demo"


def fill(
    settings: Settings,
    clock: Clock,
    made: VerificationResult,
    folder: Path | None,
    aside: Path,
    *,
    seed: int = 1,
    further: OpenClass | None = None,
) -> tuple[Login, ...]:
    """Everything; a second time it adds the class of that day alone and tells no password.

    ``further`` is a class that the machine leaves open: one of its hours is reviewed by two people.
    """
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = database_at(settings.home, settings.database)
    try:
        filler = ServiceFiller(settings, engine, clock)
        filler.keys()
        code = made.report.training_class.id
        fresh = filler.empty(code)
        logins = filler.people(made.report.training_class.institution.name)
        if fresh:
            SampleClasses(settings, engine, clock).sample(made, folder)
            if folder:
                ReplayClass(made.report, folder).into(SampleClasses(settings, engine, clock))
            if further:
                further.into(settings, engine, clock)
            filler.claim(aside, code, seed)
            filler.spot_check()
        SampleClasses(settings, engine, clock).todays(made.report.training_class.institution.name, seed)
        return logins
    finally:
        engine.dispose()
