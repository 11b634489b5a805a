"""All packages of one class: logged, written, and the tree head that knows of them."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from facts.digest import Digest
from facts.errors import SetupError
from runtime.sealing.contents import contents
from runtime.sealing.package_parts import PackageDay, PreparedClass, SealContext
from storage.evidence_log.head import TreeHead
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.proofs import canonical
from storage.evidence_log.stamp import Stamp
from storage.sealing.bag import Contents, safe_path, write_bag
from storage.sealing.stamps import stamp_files


@dataclass(frozen=True, slots=True)
class PackageBag:
    """One package that lies at its place, and is in no log yet."""

    day: date
    place: Path
    digest: Digest


def write_packages(prepared: PreparedClass) -> tuple[tuple[PackageBag, ...], TreeHead, Stamp | None]:
    """Leaves first, then one head over all of them, then a package for each day: all of the packages or none."""
    context = prepared.context
    before = [one for one in context.log.landmarks() if one.size > 0]
    heads = Digest.of(canonical([one.plain() for one in before])).sha256
    drafts = {
        day.day: replace(contents(context, day, prepared.period), log={"heads": heads, "leaves": _spoken(day).sha256})
        for day in prepared.days
    }
    places = {day.day: _logged(context, day, drafts[day.day]) for day in prepared.days}
    head = context.log.sign(context.signer, context.request.clock())
    stamp = context.stamping.over(head)
    bags: list[PackageBag] = []
    try:
        for day in prepared.days:
            place = _free(context.request.out_folder / safe_path(f"{context.made.report.training_class.id}-{day.day}"))
            extract = _log_files(context, places[day.day], head, before)
            bags.append(PackageBag(day.day, place, write_bag(place, drafts[day.day], extract, context.signer)))
    except BaseException:
        remove_packages(bags)
        raise
    return tuple(bags), head, stamp


def export_leaves(prepared: PreparedClass, bags: Sequence[PackageBag]) -> list[Leaf]:
    """What the log says of the packages once they are handed out."""
    moment, note = prepared.context.request.clock(), "identified" if prepared.context.request.identified else ""
    return [Leaf(LeafKind.EXPORT, moment, bag.digest, bag.place.name, note) for bag in bags]


def write_head(context: SealContext, head: TreeHead) -> Path:
    """The small file for the regulator: a head that knows of the packages, and the proof that leads there."""
    last = context.log.sign(context.signer, context.request.clock())
    head_file = context.request.out_folder / f"树头-{last.size}.json"
    stamp = context.stamping.over(last)
    try:
        head_file.write_bytes(context.log.head_file((head, last)).to_bytes())
        if stamp:
            head_file.with_suffix(".tsr").write_bytes(stamp.response)
    except OSError as error:
        raise SetupError(
            f"{head_file}: cannot write the tree head ({error.strerror}); the packages are sealed and in the log: free"
            " some space, then write it with `xueshi log heads --out FILE`"
        ) from error
    return head_file


def remove_packages(bags: Sequence[PackageBag]) -> None:
    """Removes packages that nobody was given and no log names."""
    for bag in bags:
        shutil.rmtree(bag.place, ignore_errors=True)


def _free(place: Path) -> Path:
    """The place, or the next one beside it: what was sealed once is never written over."""
    number = 1
    free = place
    while free.exists():
        number += 1
        free = place.with_name(f"{place.name}-{number}")
    return free


def _spoken(day: PackageDay) -> Digest:
    """Of what the log speaks for the day, beside its manifest: so that none of it can be left out later."""
    spoken = {(one.kind, one.digest.sha256) for one in day.originals}
    spoken |= {(LeafKind.VERDICT, Digest.of(line).sha256) for line in day.verdicts}
    spoken |= {(LeafKind.SEGMENT, digest.sha256) for digest in day.recorder.leaves.values()}
    spoken.add((LeafKind.FACTS, Digest.of(day.facts).sha256))
    return Digest.of(canonical(sorted([kind.value, digest] for kind, digest in spoken)))


def _logged(context: SealContext, day: PackageDay, draft: Contents) -> tuple[int, ...]:
    """Where the log speaks of the day, its manifest last; what it knows already keeps its earlier, stronger place."""
    moment = context.request.clock()
    subject = day.sealed.training_class.id
    wanted = [Leaf(one.kind, moment, one.digest, subject) for one in day.originals]
    wanted += [
        Leaf(LeafKind.VERDICT, moment, Digest.of(line), f"{subject} {verdict.hour_id}", verdict.status.value)
        for line, verdict in zip(day.verdicts, day.sealed.verdicts, strict=True)
    ]
    wanted.append(Leaf(LeafKind.FACTS, moment, Digest.of(day.facts), f"{subject} {day.day}"))
    wanted.append(Leaf(LeafKind.PACKAGE, moment, Digest.of(draft.manifest), f"{subject} {day.day}"))
    return tuple(sorted({*context.log.append_once(wanted), *day.recorder.leaves}))


def _log_files(
    context: SealContext, places: Sequence[int], head: TreeHead, before: Sequence[TreeHead]
) -> dict[str, bytes]:
    """The leaves with their way to the head, and earlier heads with their way there."""
    heads = context.log.head_file([*before, head])
    return {
        "log/leaves.jsonl": b"".join(canonical(one.plain()) + b"\n" for one in context.log.prove(places, head.size)),
        "log/heads.json": heads.to_bytes(),
        **stamp_files(context.stamping.known(heads.heads)),
    }
