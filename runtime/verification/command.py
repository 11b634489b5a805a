"""One verification in its stages: the folder is read, its files hashed, its recordings looked at, the report written."""

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from facts.errors import InputError, SetupError
from facts.recording_origin import RecordingOrigin
from facts.report import ClassReport
from facts.review import Review
from facts.span import Span, local_day
from pipeline.recognition.ports import Recogniser
from pipeline.verification.outcome import ReportOutcome, outcome
from pipeline.verification.ports import CloserLook, Progress, ReplayFinder
from pipeline.verification.report import ReportOrigin, VerificationCase, prepare, verify
from policy.shelf import Shelf, packaged
from report.document import document
from report.page import page
from runtime.cluster.address import ClusterUse
from runtime.platform.cache import Cache, default_folder
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.folders import REPORT_FOLDER
from runtime.platform.version import TOOL
from runtime.verification.class_folder import ClassFolder, FileProgress, read_folder, with_digests
from runtime.verification.code_reading import CodeBook, CodeLooker, folder_keys
from runtime.verification.frame_sampling import PoolLooker, senses
from runtime.verification.law import law_of
from runtime.verification.replays import ClassReplays
from runtime.verification.report_pictures import report_pictures
from runtime.verification.stored_recordings import NOTHING_STORED, StoredRecordings
from runtime.verification.versions import versions

FinderOf = Callable[[CloserLook], ReplayFinder]


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """What the caller asked for.

    ``code_keys`` are the public keys of time codes; none named means those that the folder itself carries.
    A ``cluster`` looks instead of this machine's processes.
    ``settled`` are doubts about footage that people closed; none named means those that the folder's ``class.toml`` states.
    """

    folder: Path
    policy: str = ""
    out: Path | None = None
    lang: str = "zh"
    workers: int = 0
    show_faces: bool = False
    cache: bool = True
    card: str = ""
    provisional: bool = False
    reviews: tuple[Review, ...] = ()
    settled: tuple[str, ...] | None = None
    shelf: Shelf = field(default_factory=packaged)
    apart: bool = False
    code_keys: tuple[str, ...] | None = None
    origins: tuple[RecordingOrigin, ...] = ()
    code_times: Mapping[str, tuple[Span, ...]] = field(default_factory=dict)
    cluster: ClusterUse | None = None
    stored: StoredRecordings = NOTHING_STORED

    @property
    def out_folder(self) -> Path:
        """Where the report goes: beside the evidence unless said otherwise."""
        return self.out or self.folder / REPORT_FOLDER

    @property
    def processes(self) -> int:
        """How many processes: as asked, else one for each processor."""
        return self.workers or processors()


def processors() -> int:
    """The processors that this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class VerificationResult:
    """A finished verification: the report, its JSON, and where the files lie."""

    report: ClassReport
    document: dict[str, object]
    outcome: ReportOutcome
    files: tuple[Path, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verification:
    """One verification under way; whoever runs its stages in order may show progress between them."""

    request: VerificationRequest
    made_at: datetime
    folder: ClassFolder
    case: VerificationCase

    @property
    def store(self) -> Cache | None:
        """Where finished looks are remembered, unless the caller wants none."""
        return Cache(default_folder(environment())) if self.request.cache else None


def begin_verification(request: VerificationRequest, progress: FileProgress | None = None) -> Verification:
    """Reads everything cheap: tables, names, packet times; the first doubts are known after this."""
    if not request.folder.is_dir():
        raise InputError(
            f"{request.folder}: got no folder, expected the folder of one class; check the path"
        ).in_chinese(f"{request.folder}：没有这个文件夹，应为一个班期的文件夹；请核对路径，或用 xueshi example 建一个")
    made_at = now()
    folder = read_folder(request.folder, progress, request.reviews, request.settled, request.stored)
    keys = folder_keys(request.folder) if request.code_keys is None else request.code_keys
    told = replace(folder.inputs, code_keys=keys, origins=request.origins, code_times=request.code_times)
    folder = replace(folder, inputs=told)
    today = local_day(made_at)
    law = law_of(folder.inputs, today, request.policy, provisional=request.provisional, shelf=request.shelf)
    return Verification(request, made_at, folder, prepare(folder.inputs, law))


def hash_inputs(verification: Verification, progress: FileProgress | None = None) -> Verification:
    """The digests of every file; they name the evidence and seed the sampling."""
    folder = with_digests(verification.folder, verification.request.processes, verification.store, progress)
    return replace(verification, folder=folder, case=prepare(folder.inputs, verification.case.law))


def finish_verification(
    verification: Verification,
    progress: Progress,
    finder: FinderOf | None = None,
    recogniser: Recogniser | None = None,
) -> VerificationResult:
    """Looks, judges and writes ``report.html`` and ``report.json``; footage seen before is sought in the class alone.

    Faces are compared by a recogniser alone, and a folder on a clerk's disk has none.
    """
    request, folder = verification.request, verification.folder
    looker = PoolLooker(
        folder.footage,
        folder.digests,
        request.processes,
        verification.store,
        request.card,
        apart=request.apart,
        cluster=request.cluster,
        stored=request.stored,
    )
    inputs = folder.inputs
    reading = CodeLooker(looker, CodeBook(inputs.code_keys, inputs.training_class, inputs.hours))
    origin = ReportOrigin(TOOL, verification.made_at, versions(), senses(request.card).facts)
    found = finder(looker) if finder else ClassReplays(inputs.hours, looker)
    with request.stored.certain():
        made = verify(verification.case, reading, origin, progress, found, recogniser)
    made = replace(made, stored_reads=request.stored.reads)
    written = _write(verification, made, looker)
    if verification.store:
        verification.store.prune()
    return written


def _write(verification: Verification, made: ClassReport, looker: PoolLooker) -> VerificationResult:
    spoken, request = document(made), verification.request
    out = request.out_folder
    files = (out / "report.html", out / "report.json")
    pictures = report_pictures(made, looker.pictures, verification.folder.digests, show_faces=request.show_faces)
    try:
        out.mkdir(parents=True, exist_ok=True)
        files[0].write_text(page(spoken, pictures, request.lang), "utf-8")
        files[1].write_text(json.dumps(spoken, ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8")
    except OSError as fault:
        raise SetupError(
            f"{out}: cannot write the report ({fault.strerror}); choose another place with --out"
        ) from fault
    return VerificationResult(made, dict(spoken), outcome(made), files, pictures)
