"""``xueshi seal`` put together: verify, store, log, sign, and one package for each class day."""

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError, SetupError
from facts.text import Text
from pipeline.retention.terms import RetentionPeriod, retention_period
from pipeline.sealing.day_facts import class_days, facts_of_day, judged_again, sealed_facts
from pipeline.sealing.pseudonyms import Pseudonyms
from pipeline.verification.ports import Progress
from runtime.evidence_log.time_stamps import SealingStamps, stamp_line, stamp_shelf
from runtime.platform.database import database_at
from runtime.platform.environment import environment
from runtime.platform.secrets import secret_value
from runtime.retention.entry import Duties
from runtime.sealing.contents import contents, json_bytes
from runtime.sealing.originals import originals_of
from runtime.sealing.package_parts import LogExtract, PackageDay, SealContext
from runtime.sealing.request import SealRequest
from runtime.verification.command import Verification, VerificationRequest, VerificationResult, finish_verification
from storage.evidence.address import open_store
from storage.evidence_log.head import TreeHead
from storage.evidence_log.keyring import MASK, KeyEntry, KeyRing, load_signer
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical
from storage.evidence_log.signature import DigitalSigner
from storage.evidence_log.stamp import Stamp
from storage.retention.register import EvidenceRegister
from storage.sealing.bag import safe_path, write_bag
from storage.sealing.stamps import stamp_files

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was made: packages, the head to hand out, and how well the originals are kept."""

    packages: tuple[Path, ...]
    head_file: Path
    fingerprint: str
    keeping: RetentionPeriod
    lapsed: bool
    level: str
    level_text: Text
    stamp: Text
    stamp_faults: tuple[str, ...]


def seal(wishes: SealRequest, session: Verification, progress: Progress) -> Sealed:
    """Verifies with what is remembered, then stores, logs and packs every class day."""
    engine = database_at(
        wishes.home, wishes.db or secret_value(environment(), "XUESHI_DB")
    )  # first: a wrong address should not cost an hour of looking
    try:
        return _sealed(wishes, session, progress, EvidenceLog(engine))
    finally:
        engine.dispose()


def _sealed(wishes: SealRequest, session: Verification, progress: Progress, log: EvidenceLog) -> Sealed:
    keys_of(wishes)  # before the hour of looking, which a missing key would make useless
    with tempfile.TemporaryDirectory() as aside:
        made = finish_verification(replace(session, wishes=_aside(wishes, Path(aside))), progress)
    work = prepared(wishes, session, made, log)
    packages, head_file, stamp = _pack(work)
    store, desk = work.desk.store, work.desk
    level, text = (
        (store.enforcement.value, store.enforcement.text) if store else ("none", Text("未存入证据库", "not stored"))
    )
    faults, lapsed = tuple(desk.stamping.faults), work.kept.until <= wishes.clock()
    told = stamp_line(stamp, faults)
    return Sealed(packages, head_file, desk.signer.public.key_id, work.kept, lapsed, level, text, told, faults)


@dataclass(frozen=True, slots=True)
class Work:
    """A class whose originals are stored and registered, ready to be logged and packed."""

    desk: SealContext
    days: tuple[PackageDay, ...]
    kept: RetentionPeriod


@dataclass(frozen=True, slots=True)
class Bagged:
    """One package that lies at its place, and is in no log yet."""

    day: date
    place: Path
    digest: Digest


def prepared(wishes: SealRequest, session: Verification, made: VerificationResult, log: EvidenceLog) -> Work:
    """The originals go into the store and the register; done again, nothing is stored or registered twice."""
    signer, chain, pseudonyms = keys_of(wishes)
    stamping = SealingStamps(wishes.authority.stamper(), stamp_shelf(wishes.home))
    store = open_store(wishes.store_url, environment(), wishes.clock) if wishes.store_url else None
    days = class_days(made.report)
    if not days:
        raise InputError(f"{wishes.verify.folder}: got no class hour, expected a timetable; run `xueshi doctor` first")
    law = session.desk.law
    duties = Duties.of(made.report, law, EvidenceRegister(log.engine) if store else None)
    kept = retention_period(duties.books, made.report, longest_years=duties.longest_years)
    originals = originals_of(
        session.folder,
        store,
        lambda file: max(duties.use(file).keep_until, wishes.clock() + _ONE_DAY),
        lambda file, stored: duties.record(store, stored, file) if store else None,
    )
    desk = SealContext(wishes, session, made, law, store, signer, chain, pseudonyms, originals, log, stamping)
    return Work(desk, tuple(_day(desk, day) for day in days), kept)


def _aside(wishes: SealRequest, folder: Path) -> VerificationRequest:
    return replace(wishes.verify, out=folder, show_faces=wishes.identified)


def keys_of(wishes: SealRequest) -> tuple[DigitalSigner, tuple[KeyEntry, ...], Pseudonyms | None]:
    """Who signs, the keys that vouch for it, and who turns names into pseudonyms."""
    ring = KeyRing(wishes.home / "keys")
    signer = load_signer(wishes.key) if wishes.key else ring.signer()
    entries = ring.entries()
    known = [index for index, entry in enumerate(entries) if entry.public == signer.public]
    chain = entries[: known[-1] + 1] if known else (KeyEntry(signer.public, wishes.clock()),)
    beside = KeyRing(wishes.key.parent) if wishes.key and (wishes.key.parent / MASK).exists() else ring
    return signer, chain, None if wishes.identified else Pseudonyms(beside.mask_key())


def _day(desk: SealContext, day: date) -> PackageDay:
    whole = desk.made.report
    own = facts_of_day(whole, desk.law, day)
    sealed = sealed_facts(whole, desk.law, day, desk.pseudonyms)
    paths = dict(zip((file.path for file in own.inputs), (file.path for file in sealed.inputs), strict=True))
    originals = tuple(desk.originals[file.path] for file in own.inputs if file.path in desk.originals)
    return PackageDay(day, sealed, judged_again(own, desk.law), paths, originals)


def _pack(work: Work) -> tuple[tuple[Path, ...], Path, Stamp | None]:
    """The packages, then the head that knows of them."""
    desk = work.desk
    bags, head, stamp = bagged(work)
    try:
        desk.log.append(exports(work, bags))
    except BaseException:
        _take_back(bags)
        raise
    return tuple(bag.place for bag in bags), _handed_out(desk, head), stamp


def bagged(work: Work) -> tuple[tuple[Bagged, ...], TreeHead, Stamp | None]:
    """Leaves first, then one head over all of them, then a package for each day: all of them or none."""
    desk = work.desk
    before = desk.log.landmarks()
    places = {day.day: _logged(desk, day) for day in work.days}
    head = desk.log.sign(desk.signer, desk.wishes.clock())
    stamp = desk.stamping.over(head)
    bags: list[Bagged] = []
    try:
        for day in work.days:
            place = _free(desk.wishes.out_folder / safe_path(f"{desk.made.report.training_class.id}-{day.day}"))
            proven = LogExtract(_proven(desk, places[day.day], head, before), stamp)
            bags.append(Bagged(day.day, place, write_bag(place, contents(desk, day, work.kept, proven), desk.signer)))
    except BaseException:
        _take_back(bags)
        raise
    return tuple(bags), head, stamp


def exports(work: Work, bags: Sequence[Bagged]) -> list[Leaf]:
    """What the log says of the packages once they are handed out."""
    moment, note = work.desk.wishes.clock(), "identified" if work.desk.wishes.identified else ""
    return [Leaf(LeafKind.EXPORT, moment, bag.digest, bag.place.name, note) for bag in bags]


def _take_back(bags: Sequence[Bagged]) -> None:
    """What was not handed out and is in no log is taken back."""
    for bag in bags:
        shutil.rmtree(bag.place, ignore_errors=True)


def _handed_out(desk: SealContext, head: TreeHead) -> Path:
    """The small file for the regulator: a head that knows of the packages, and the proof that leads there."""
    last = desk.log.sign(desk.signer, desk.wishes.clock())
    head_file = desk.wishes.out_folder / f"树头-{last.size}.json"
    stamp = desk.stamping.over(last)
    try:
        head_file.write_bytes(desk.log.head_file((head, last)).to_bytes())
        if stamp:
            head_file.with_suffix(".tsr").write_bytes(stamp.response)
    except OSError as error:
        raise SetupError(
            f"{head_file}: cannot write the tree head ({error.strerror}); the packages are sealed and in the log: free"
            " some space, then write it with `xueshi log heads --out FILE`"
        ) from error
    return head_file


def _free(place: Path) -> Path:
    """The place, or the next one beside it: what was sealed once is never written over."""
    number = 1
    free = place
    while free.exists():
        number += 1
        free = place.with_name(f"{place.name}-{number}")
    return free


def _logged(desk: SealContext, day: PackageDay) -> tuple[int, ...]:
    """Where the log speaks of the day; what it knows already keeps its earlier, stronger place."""
    moment = desk.wishes.clock()
    subject = day.sealed.training_class.id
    wanted = [Leaf(one.kind, moment, one.digest, subject) for one in day.originals]
    wanted += [
        Leaf(LeafKind.VERDICT, moment, Digest.of(line), f"{subject} {verdict.hour_id}", verdict.status.value)
        for line, verdict in zip(day.verdicts, day.sealed.verdicts, strict=True)
    ]
    wanted.append(Leaf(LeafKind.FACTS, moment, Digest.of(day.facts), f"{subject} {day.day}"))
    return tuple(sorted(set(desk.log.append_once(wanted))))


def _proven(desk: SealContext, places: Sequence[int], head: TreeHead, before: Sequence[TreeHead]) -> dict[str, bytes]:
    """The leaves with their way to the head, earlier heads with their way there, and the keys."""
    heads = desk.log.head_file([*(one for one in before if one.size > 0), head])
    keys = {"schema": "xueshi.keys/1", "keys": [entry.plain() for entry in desk.chain]}
    return {
        "log/leaves.jsonl": b"".join(canonical(one.plain()) + b"\n" for one in desk.log.prove(places, head.size)),
        "log/heads.json": heads.to_bytes(),
        "log/keys.json": json_bytes(keys),
        **stamp_files(desk.stamping.known(heads.heads)),
    }
