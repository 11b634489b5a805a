"""What a person's marks make of hours on real pictures: three frames with the true heads, and what she might get wrong.

python -m benchmarks.review_bench OUT [--with ../shared/accuracy] [--only jan,stj3] [--most 8]

OUT is the folder that ``benchmarks.accuracy --out OUT`` filled. Each hour is verified, then reviewed by a reader who
marks the heads that are labelled as there at that moment: whoever is away, or is cardboard, is not marked. Of a
print or a monitor the reader is fooled and marks everybody.
"""

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

from cli.progress import ProgressDisplay, ProgressMode
from cli.terminal import Lang
from facts.counting import counted
from facts.review import Review, ReviewAgreement, ReviewAnswer, ReviewFrame, ReviewReading
from facts.sighting import Box
from facts.span import local_day
from facts.verdict import HourVerdict, Status
from pipeline.reviews.sheet import ReviewSheet, further_frame, inside, review_sheet
from pipeline.verification.ports import LookResult
from pipeline.verification.report import ReportOrigin, VerificationCase, plan, verify
from runtime.platform.cache import Cache
from runtime.platform.clock import now
from runtime.reviews.review_view import film_of, first_review
from runtime.verification.command import Verification, VerificationRequest, begin_verification, hash_inputs
from runtime.verification.frame_sampling import PoolLooker
from vision.people import apart, one_to_one

# Film seconds during which the victim of a "left" hour is away (``truth.py``).
LEFT = (130, 610)
# A machine's box is taken for a labelled head up to this distance, in head sizes.
FOUND = 0.95


@dataclass(frozen=True, slots=True)
class TriedHour:
    """One hour: its truth, the machine's word, the word after the review, and the seconds that the second judgement took."""

    truth: dict[str, Any]
    machine: Status
    reviewed: Status
    reason: str
    seconds: float
    frames: int


def main() -> None:
    """Verifies, reviews, and prints a table by kind of hour."""
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("out", type=Path)
    ask.add_argument("--with", dest="tools", type=Path, default=Path("../shared/accuracy"))
    ask.add_argument("--only", default="")
    ask.add_argument("--most", type=int, default=8, help="frames that the reader is ready to mark")
    ask.add_argument("--cache", type=Path)
    told = ask.parse_args()
    known = json.loads((told.tools / "labels.json").read_text("utf-8"))
    labels = {**known["pictures"], **known.get("clips", {})}
    table: dict[str, list[TriedHour]] = defaultdict(list)
    for path in sorted(told.out.glob("*.truth.json")):
        key = path.name.removesuffix(".truth.json")
        if told.only and key not in told.only.split(","):
            continue
        truth = json.loads(path.read_text("utf-8"))
        heads = [share_of(head["box"], labels[key]["size"]) for head in labels[key]["heads"]]
        for hour in tried(told.out / key, truth, heads, told.most, told.cache):
            kind = hour.truth["hour"].rstrip("0123456789")
            table[kind].append(hour)
            sys.stdout.write(
                f"{key} {hour.truth['hour']}: {hour.machine} -> {hour.reviewed} {hour.reason} {counted(hour.frames, 'frame')} {hour.seconds:.1f} s\n"
            )
            sys.stdout.flush()
    sys.stdout.write("\n".join(rows(table)) + "\n")


def rows(table: dict[str, list[TriedHour]]) -> Iterator[str]:
    """Passes by the machine alone and after the review, by kind of hour."""
    yield "| hours | of them | PASS by the machine | PASS after review |"
    yield "|---|---|---|---|"
    for kind, hours in sorted(table.items()):
        machine = sum(hour.machine is Status.PASS for hour in hours)
        after = sum(hour.reviewed is Status.PASS for hour in hours)
        yield f"| {kind} | {len(hours)} | {machine} | {after} |"


def tried(
    folder: Path, truth: dict[str, Any], heads: Sequence[Box], most: int, cache: Path | None
) -> Iterator[TriedHour]:
    """Each hour of one class folder, verified and reviewed."""
    verification = hash_inputs(begin_verification(VerificationRequest(folder, workers=1, cache=False)))
    looker = PoolLooker(verification.folder.footage, verification.folder.digests, 1, Cache(cache) if cache else None)
    report = verify(
        verification.case,
        looker,
        ReportOrigin("bench", verification.made_at),
        ProgressDisplay(ProgressMode.NONE, Lang.ZH),
    )
    for job, view in zip(plan(verification.case), report.views, strict=True):
        own = truth[local_day(job.span.start).isoformat()]
        verdict = next(one for one in report.verdicts if one.hour_id == job.hour_id)
        asked = review_sheet(verification.case, report.views, job.hour_id)
        if not isinstance(asked, ReviewSheet):
            sys.stdout.write(f"{folder.name} {own['hour']}: {asked.en}\n")
            continue
        start = process_time()
        film = film_of(verification.folder.footage, asked, view)
        marks = [marked(frame, [*there(own, heads, frame.at, job.span.start)]) for frame in asked.frames]
        while True:
            reading = ReviewReading("甲", now(), ReviewAnswer.HEADS, tuple(marks))
            first = first_review(asked, view, reading, film)
            both = first.agreed_by(ReviewAgreement(replace(reading, by="乙", at=now()), agrees=True))
            after = judged(verification, both, verdict.hour_id, report.views)
            found = next(finding for finding in after.findings if finding.rule.endswith("V2"))
            more = further_frame(view, first)
            if found.status is Status.PASS or more is None or len(marks) >= most:
                break
            marks.append(marked(more, [*there(own, heads, more.at, job.span.start)]))
        machine = next(finding for finding in verdict.findings if finding.rule.endswith("V2"))
        seconds = process_time() - start
        yield TriedHour(own, machine.status, found.status, found.reason, seconds, len(marks))


def marked(frame: ReviewFrame, heads: Sequence[Box]) -> ReviewFrame:
    """The machine's boxes that are somebody's heads, the heads that it missed, and its boxes that are nobody, struck."""
    if len({*heads}) < len(heads):  # a clip whose heads nobody labelled: the reader leaves the machine's boxes
        return frame
    pairs = one_to_one(frame.heads, heads, apart, FOUND)
    own = [frame.heads[pairs[number]] if number in pairs else head for number, head in enumerate(heads)]
    nobody = [box for index, box in enumerate(frame.heads) if index not in pairs.values()]
    return replace(frame, heads=tuple(own), struck=tuple(nobody))


def share_of(box: Sequence[float], size: Sequence[float]) -> Box:
    """A labelled head in pixels as shares of the picture."""
    x, y, w, h = box
    return inside(Box(x / size[0], y / size[1], w / size[0], h / size[1]))


def there(truth: dict[str, Any], heads: Sequence[Box], at: datetime, start: datetime) -> Iterator[Box]:
    """The heads that a careful reader marks at this moment."""
    second = (at - start).total_seconds()
    for number, head in enumerate(heads):
        if number == truth["victim"] and (not truth["hour"].startswith("left") or LEFT[0] <= second <= LEFT[1]):
            continue
        yield head


def judged(verification: Verification, review: Review, hour_id: str, views: Sequence[Any]) -> HourVerdict:
    """The hour judged again with the review."""
    case = verification.case
    again: VerificationCase = replace(case, inputs=replace(case.inputs, reviews=(review,)))
    jobs = plan(case)
    found: dict[str, list[Any]] = {}
    for job, view in zip(jobs, views, strict=True):
        found.setdefault(job.hour_id, []).append(LookResult(view))
    return next(one for one in again.judged(found) if one.hour_id == hour_id)


if __name__ == "__main__":
    main()
