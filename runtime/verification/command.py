"""``xueshi verify`` put together: folder, law, looker, report, files."""

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

import av
import cv2
import numpy as np

from facts.errors import InputError, SetupError
from facts.report import ClassReport
from facts.sighting import Box, SampledFrame, SeatKind, Sighting, View
from facts.span import local_day
from pipeline.verification.outcome import ReportOutcome, outcome
from pipeline.verification.ports import Progress
from pipeline.verification.report import ReportOrigin, VerificationCase, prepare, verify
from report.contact_sheet import Shot, best_frame, contact_sheet
from report.document import document
from report.page import page
from runtime.platform.cache import Cache, default_folder
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.version import TOOL
from runtime.verification.class_folder import REPORT_FOLDER, ClassFolder, FileProgress, read_folder, with_digests
from runtime.verification.frame_sampling import PoolLooker, detector, hour_pictures
from runtime.verification.law import law_of


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the caller asked for."""

    folder: Path
    policy: str = ""
    out: Path | None = None
    lang: str = "zh"
    workers: int = 0
    show_faces: bool = False
    cache: bool = True
    card: str = ""

    @property
    def out_folder(self) -> Path:
        """Where the report goes: beside the evidence unless said otherwise."""
        return self.out or self.folder / REPORT_FOLDER

    @property
    def crew(self) -> int:
        """How many processes: as asked, else one for each processor."""
        return self.workers or processors()


def processors() -> int:
    """The processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Made:
    """A finished verification: the report, its JSON, and where the files lie."""

    report: ClassReport
    document: dict[str, object]
    outcome: ReportOutcome
    files: tuple[Path, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """One verification under way; its stages are called in order by the command line, which shows progress between."""

    wishes: Wishes
    made_at: datetime
    folder: ClassFolder
    desk: VerificationCase

    @property
    def store(self) -> Cache | None:
        """Remembered work, unless the caller wants none."""
        return Cache(default_folder(environment())) if self.wishes.cache else None


def begin(wishes: Wishes, heard: FileProgress | None = None) -> Session:
    """Reads everything cheap: tables, names, packet times; the first doubts are known after this."""
    if not wishes.folder.is_dir():
        raise InputError(f"{wishes.folder}: got no folder, expected the folder of one class; check the path")
    made_at = now()
    folder = read_folder(wishes.folder, heard)
    law = law_of(folder.inputs, local_day(made_at), wishes.policy)
    return Session(wishes, made_at, folder, prepare(folder.inputs, law))


def hash_inputs(session: Session, heard: FileProgress | None = None) -> Session:
    """The digests of every file; they name the evidence and seed the sampling."""
    folder = with_digests(session.folder, session.wishes.crew, session.store, heard)
    return replace(session, folder=folder, desk=prepare(folder.inputs, session.desk.law))


def finish(session: Session, progress: Progress) -> Made:
    """Looks, judges and writes ``report.html`` and ``report.json``."""
    looker = PoolLooker(
        session.folder.footage, session.folder.digests, session.wishes.crew, session.store, session.wishes.card
    )
    made = verify(session.desk, looker, ReportOrigin(TOOL, session.made_at, versions(session.wishes.card)), progress)
    written = _write(session, made, looker)
    if session.store:
        session.store.prune()
    return written


def versions(card: str = "") -> dict[str, str]:
    """What the verdicts depend on, printed in every report."""
    eyes = detector(card)
    return {
        "python": platform.python_version(),
        "av": av.__version__,
        "opencv": cv2.__version__,
        "numpy": np.__version__,
        "detector": f"{eyes.name} sha256:{eyes.digest.short}",
    }


def _write(session: Session, made: ClassReport, looker: PoolLooker) -> Made:
    spoken = document(made)
    out = session.wishes.out_folder
    files = (out / "report.html", out / "report.json")
    pictures = _pictures(session, made, looker)
    try:
        out.mkdir(parents=True, exist_ok=True)
        files[0].write_text(page(spoken, pictures, session.wishes.lang), "utf-8")
        files[1].write_text(json.dumps(spoken, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8")
    except OSError as fault:
        raise SetupError(
            f"{out}: cannot write the report ({fault.strerror}); choose another place with --out"
        ) from fault
    return Made(made, dict(spoken), outcome(made), files, pictures)


def counted(frame: SampledFrame, view: View) -> tuple[Sighting, ...]:
    """The heads of the frame that count: neither portraits nor whoever walks about."""
    people = [seat.box for seat in view.seats if seat.kind is SeatKind.PERSON]
    return tuple(head for head in frame.sightings if any(_near(head.box, box) for box in people))


def _near(head: Box, seat: Box) -> bool:
    aside = abs(head.x + head.w / 2 - seat.x - seat.w / 2)
    down = abs(head.y + head.h / 2 - seat.y - seat.h / 2)
    return aside < seat.w and down < 1.7 * seat.h  # a bowed head is found lower


def _pictures(session: Session, made: ClassReport, looker: PoolLooker) -> dict[str, bytes]:
    pictures: dict[str, bytes] = {}
    show = session.wishes.show_faces
    expected = {verdict.hour_id: verdict.expected for verdict in made.verdicts}
    for hour in made.hours:
        views = [view for view in made.views if hour.span.covers(view.span)]
        shots = [
            Shot(image, frame, session.folder.digests.get(frame.path), counted(frame, view))
            for view in views
            for image, frame in hour_pictures(looker.pictures, view, hour.span)
        ]
        if shots:
            # Somebody whose head was bowed in every frame has a seat all the same.
            seats = [seat for view in views for seat in view.seats]
            wanted = expected[hour.id]
            pictures[f"sheet:{hour.id}"] = contact_sheet(shots, wanted, show_faces=show, seats=seats)
            pictures[f"best:{hour.id}"] = best_frame(shots, wanted, show_faces=show, seats=seats)
    return pictures
