"""``xueshi seal`` put together: verify, store, log, sign, and one package for each class day."""

import os
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError
from facts.text import Text
from pipeline.keeping import Keeping, keeping
from pipeline.ports import Progress
from pipeline.pseudonyms import Pseudonyms
from pipeline.seal import class_days, facts_of_day, judged_again, sealed_facts
from runtime.clock import now
from runtime.originals import originals_of
from runtime.packing import Day, Desk, SealWishes, contents, json_bytes
from runtime.registering import Duties, open_register
from runtime.verify import Session, Wishes, finish
from storage.evidence.opening import open_store
from storage.log.file import EvidenceLog
from storage.log.head import HeadFile, TreeHead
from storage.log.keyring import MASK, KeyEntry, KeyRing, load_signer
from storage.log.leaf import Leaf, LeafKind
from storage.log.proofs import canonical
from storage.log.signing import Signer
from storage.package.bag import safe_path, write_bag

_ONE_DAY = timedelta(days=1)


def home(environ: Mapping[str, str]) -> Path:
    """Where this user's keys and log lie unless said otherwise."""
    if own := environ.get("XUESHI_HOME"):
        return Path(own)
    return Path(environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / "xueshi"


@dataclass(frozen=True, slots=True)
class Sealed:
    """What was made: packages, the head to hand out, and how well the originals are kept."""

    packages: tuple[Path, ...]
    head_file: Path
    fingerprint: str
    keeping: Keeping
    lapsed: bool
    level: str
    level_text: Text


def seal(wishes: SealWishes, session: Session, progress: Progress) -> Sealed:
    """Verifies with what is remembered, then stores, logs and packs every class day."""
    signer, chain, pseudonyms = _keys(wishes)
    store = open_store(wishes.store_url, os.environ, now) if wishes.store_url else None
    with tempfile.TemporaryDirectory() as aside:
        made = finish(replace(session, wishes=_aside(wishes, Path(aside))), progress)
    days = class_days(made.report)
    if not days:
        raise InputError(f"{wishes.verify.folder}: got no class hour, expected a timetable; run `xueshi doctor` first")
    law = session.desk.law
    duties = Duties.of(made.report, law, open_register(wishes.database, wishes.home) if store else None)
    kept = keeping(duties.books, made.report, longest_years=duties.longest_years)
    lapsed = kept.until <= now()
    originals = originals_of(
        session.folder,
        store,
        lambda file: max(duties.use(file).keep_until, now() + _ONE_DAY),
        lambda file, stored: duties.record(store, stored, file) if store else None,
    )
    log = EvidenceLog(wishes.home / "log")
    desk = Desk(wishes, session, made, law, store, signer, chain, pseudonyms, originals, log)
    packages, head_file = _pack(desk, [_day(desk, day) for day in days], kept)
    level, text = (
        (store.enforcement.value, store.enforcement.text) if store else ("none", Text("未存入证据库", "not stored"))
    )
    return Sealed(packages, head_file, signer.public.key_id, kept, lapsed, level, text)


def _aside(wishes: SealWishes, folder: Path) -> Wishes:
    return replace(wishes.verify, out=folder, show_faces=wishes.identified)


def _keys(wishes: SealWishes) -> tuple[Signer, tuple[KeyEntry, ...], Pseudonyms | None]:
    ring = KeyRing(wishes.home / "keys")
    signer = load_signer(wishes.key) if wishes.key else ring.signer()
    entries = ring.entries()
    known = [index for index, entry in enumerate(entries) if entry.public == signer.public]
    chain = entries[: known[-1] + 1] if known else (KeyEntry(signer.public, now()),)
    beside = KeyRing(wishes.key.parent) if wishes.key and (wishes.key.parent / MASK).exists() else ring
    return signer, chain, None if wishes.identified else Pseudonyms(beside.mask_key())


def _day(desk: Desk, day: date) -> Day:
    whole = desk.made.report
    own = facts_of_day(whole, desk.law, day)
    sealed = sealed_facts(whole, desk.law, day, desk.pseudonyms)
    paths = dict(zip((file.path for file in own.inputs), (file.path for file in sealed.inputs), strict=True))
    originals = tuple(desk.originals[file.path] for file in own.inputs if file.path in desk.originals)
    return Day(day, sealed, judged_again(own, desk.law), paths, originals)


def _pack(desk: Desk, days: Sequence[Day], kept: Keeping) -> tuple[tuple[Path, ...], Path]:
    """Leaves first, then one head over all of them, then the packages, then the head that knows of the packages."""
    before = desk.log.heads()
    places = {day.day: _logged(desk, day) for day in days}
    head = desk.log.sign(desk.signer, now())
    packages, exports = [], []
    for day in days:
        place = _free(desk.wishes.out_folder / safe_path(f"{desk.made.report.training_class.id}-{day.day}"))
        digest = write_bag(place, contents(desk, day, kept, _proven(desk, places[day.day], head, before)), desk.signer)
        packages.append(place)
        exports.append(Leaf(LeafKind.EXPORT, now(), digest, place.name, "identified" if desk.wishes.identified else ""))
    desk.log.append(exports)
    last = desk.log.sign(desk.signer, now())
    file = HeadFile((head, last), (desk.log.growth(head.size, last.size),))
    head_file = desk.wishes.out_folder / f"树头-{last.size}.json"
    head_file.write_bytes(file.to_bytes())
    return tuple(packages), head_file


def _free(place: Path) -> Path:
    """The place, or the next one beside it: what was sealed once is never written over."""
    number = 1
    free = place
    while free.exists():
        number += 1
        free = place.with_name(f"{place.name}-{number}")
    return free


def _logged(desk: Desk, day: Day) -> tuple[int, ...]:
    """Where the log speaks of the day; what it knows already keeps its earlier, stronger place."""
    moment = now()
    subject = day.sealed.training_class.id
    wanted = [Leaf(one.kind, moment, one.digest, subject) for one in day.originals]
    wanted += [
        Leaf(LeafKind.VERDICT, moment, Digest.of(line), f"{subject} {verdict.hour_id}", verdict.status.value)
        for line, verdict in zip(day.verdicts, day.sealed.verdicts, strict=True)
    ]
    wanted.append(Leaf(LeafKind.FACTS, moment, Digest.of(day.facts), f"{subject} {day.day}"))
    known = {(leaf.kind, leaf.sha256, leaf.subject): index for index, leaf in reversed([*enumerate(desk.log.leaves)])}
    fresh = list({key(leaf): leaf for leaf in wanted if key(leaf) not in known}.values())
    known |= dict(zip(map(key, fresh), desk.log.append(fresh), strict=True))
    return tuple(sorted({known[key(leaf)] for leaf in wanted}))


def key(leaf: Leaf) -> tuple[LeafKind, Digest, str]:
    """What makes two leaves one."""
    return leaf.kind, leaf.sha256, leaf.subject


def _proven(desk: Desk, places: Sequence[int], head: TreeHead, before: Sequence[TreeHead]) -> dict[str, bytes]:
    """The leaves with their way to the head, every earlier head with its way there, and the keys."""
    log = desk.log
    rows = [
        {
            "index": index,
            "leaf": log.leaves[index].to_bytes().decode(),
            "path": [step.hex() for step in log.tree.inclusion(index, head.size)],
        }
        for index in places
    ]
    earlier = [one for one in before if one.size > 0]
    heads = HeadFile((*earlier, head), tuple(log.growth(size, head.size) for size in sorted({e.size for e in earlier})))
    keys = {"schema": "xueshi.keys/1", "keys": [entry.plain() for entry in desk.chain]}
    return {
        "log/leaves.jsonl": b"".join(canonical(row) + b"\n" for row in rows),
        "log/heads.json": heads.to_bytes(),
        "log/keys.json": json_bytes(keys),
    }
