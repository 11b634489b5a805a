"""``xueshi seal`` put together: verify, store, log, sign, and one package for each class day."""

import tempfile
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from facts.errors import InputError
from facts.text import Text
from pipeline.retention.terms import RetentionPeriod, retention_period
from pipeline.sealing.day_facts import class_days, facts_of_day, sealed_facts
from pipeline.sealing.pseudonyms import Pseudonyms
from pipeline.verification.ports import Progress
from runtime.evidence_log.time_stamps import SealingStamps, stamp_line, stamp_shelf
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.secrets import secret_value
from runtime.retention.entry import Duties
from runtime.sealing.evidence_upload import EvidenceUpload
from runtime.sealing.originals import originals_of
from runtime.sealing.package_batch import export_leaves, remove_packages, write_head, write_packages
from runtime.sealing.package_parts import PackageDay, PreparedClass, SealContext
from runtime.sealing.page_version import package_versions
from runtime.sealing.recorder_papers import recorder_papers
from runtime.sealing.request import SealRequest
from runtime.verification.command import Verification, VerificationRequest, VerificationResult, finish_verification
from storage.evidence.address import open_store
from storage.evidence_log.keyring import MASK, KeyEntry, KeyRing, load_signer
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.signature import DigitalSigner
from storage.retention.register import EvidenceRegister

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class SealResult:
    """What was made: packages, the head to hand out, and how well the originals are kept."""

    packages: tuple[Path, ...]
    head_file: Path
    fingerprint: str
    retention_period: RetentionPeriod
    lapsed: bool
    level: str
    level_text: Text
    stamp: Text
    stamp_faults: tuple[str, ...]


def seal(request: SealRequest, session: Verification, progress: Progress) -> SealResult:
    """Verifies with what is remembered, then stores, logs and packs every class day."""
    engine = database_at(
        request.home, request.db or secret_value(environment(), "XUESHI_DB")
    )  # first: a wrong address should not cost an hour of looking
    try:
        return _sealed(request, session, progress, EvidenceLog(engine))
    finally:
        engine.dispose()


def _sealed(request: SealRequest, session: Verification, progress: Progress, log: EvidenceLog) -> SealResult:
    keys_of(request)  # before the hour of looking, which a missing key would make useless
    with tempfile.TemporaryDirectory() as folder:
        made = finish_verification(replace(session, request=_to_folder(request, Path(folder))), progress)
    prepared = prepare(request, session, made, log)
    context, store = prepared.context, prepared.context.store
    bags, head, stamp = write_packages(prepared)
    try:
        context.log.append(export_leaves(prepared, bags))
    except BaseException:
        remove_packages(bags)
        raise
    packages, head_file = tuple(bag.place for bag in bags), write_head(context, head)
    level, text = (
        (store.enforcement.value, store.enforcement.text) if store else ("none", Text("未存入证据库", "not stored"))
    )
    faults, lapsed = tuple(context.stamping.faults), prepared.period.until <= request.clock()
    stamp_text = stamp_line(stamp, faults)
    return SealResult(
        packages, head_file, context.signer.public.key_id, prepared.period, lapsed, level, text, stamp_text, faults
    )


def prepare(request: SealRequest, session: Verification, made: VerificationResult, log: EvidenceLog) -> PreparedClass:
    """The originals go into the store and the register; done again, nothing is stored or registered twice."""
    signer, chain, pseudonyms = keys_of(request)
    stamping = SealingStamps(request.authority.stamper(), stamp_shelf(request.home))
    store = open_store(request.store_url, environment(), request.clock) if request.store_url else None
    days = class_days(made.report)
    if not days:
        raise InputError(f"{request.verify.folder}: got no class hour, expected a timetable; run `xueshi doctor` first")
    law = session.case.law
    duties = Duties.of(made.report, law, EvidenceRegister(log.engine) if store else None, request.verify.shelf)
    period = retention_period(duties.books, made.report, longest_years=duties.longest_years)
    upload = EvidenceUpload(store, duties.register, request.clock, request.spell) if store else None
    if upload:
        upload.most = len({file.digest for file in session.folder.inputs.files if file.digest})
    originals = originals_of(
        session.folder,
        upload,
        lambda file: max(duties.use(file).keep_until, request.clock() + _ONE_DAY),
        lambda file, stored: duties.record(store, stored, file) if store else None,
    )
    context = SealContext(request, session, made, law, store, signer, chain, pseudonyms, originals, log, stamping)
    return PreparedClass(context, tuple(_day(context, day) for day in days), period)


def _to_folder(request: SealRequest, folder: Path) -> VerificationRequest:
    return replace(request.verify, out=folder, show_faces=request.identified)


def keys_of(request: SealRequest) -> tuple[DigitalSigner, tuple[KeyEntry, ...], Pseudonyms | None]:
    """Who signs, the keys that vouch for it, and who turns names into pseudonyms."""
    ring = KeyRing(request.home / "keys")
    signer = load_signer(request.key) if request.key else ring.signer()
    entries = ring.entries()
    known = [index for index, entry in enumerate(entries) if entry.public == signer.public]
    chain = entries[: known[-1] + 1] if known else (KeyEntry(signer.public, request.clock()),)
    beside = KeyRing(request.key.parent) if request.key and (request.key.parent / MASK).exists() else ring
    return signer, chain, None if request.identified else Pseudonyms(beside.mask_key())


def _day(context: SealContext, day: date) -> PackageDay:
    whole = context.made.report
    own = facts_of_day(whole, context.law, day)
    sealed = sealed_facts(whole, context.law, day, context.pseudonyms)
    sealed = replace(sealed, versions={**sealed.versions, **package_versions()})
    paths = dict(zip((file.path for file in own.inputs), (file.path for file in sealed.inputs), strict=True))
    originals = tuple(context.originals[file.path] for file in own.inputs if file.path in context.originals)
    papers = recorder_papers(context.log.engine, context.request.home, sealed.origins)
    return PackageDay(day, sealed, paths, originals, papers)
