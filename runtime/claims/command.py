"""``xueshi claim screen`` put together: the claim read, its verdicts found, the history asked, the answer written."""

import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from claims.outcome import ClaimScreen
from claims.screening import asked_of_history, screen
from facts.claim import Claim
from facts.errors import InputError, SetupError
from facts.money import Fen
from facts.span import local_day
from facts.text import Text
from facts.verdict import Status
from ingest.claims.reader import ReadClaim, read_claim
from pipeline.claims.screening import governing
from pipeline.sealing.pseudonyms import Pseudonyms
from pipeline.verification.outcome import ReportOutcome
from policy.rulebook import Rulebook
from policy.shelf import Choice, NoRulebook, OldStandard, Shelf
from report.claims.document import document
from report.claims.page import claim_page
from report.claims.schema import ClaimDocument
from report.claims.source import ReadFile, ScreeningResult
from runtime.claims.history_source import DatabaseHistory
from runtime.claims.report_database import NONE_KEPT, read_database
from runtime.claims.report_folder import read_folder
from runtime.claims.report_selection import FoundReports, select_reports
from runtime.claims.vocabulary import vocabulary
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.home import home
from runtime.platform.version import TOOL
from storage.evidence_log.keyring import MASK, KeyRing

CLAIM_FOLDER = "申领核查"
_NO_HISTORY = Text(
    "没有接入历史台账，重复享受、跨机构重叠等未核",
    "no history was given, so repetition and overlaps with other institutions were not looked at",
)


@dataclass(frozen=True, slots=True)
class ClaimWishes:
    """What the caller asked for."""

    claim: Path
    reports: Path | None = None
    out: Path | None = None
    policy: str = ""
    lang: str = "zh"
    workbook: Path | None = None
    key: str = ""
    as_of: date | None = None
    service: Engine | None = None

    @property
    def out_folder(self) -> Path:
        """Where the page goes: beside the claim unless said otherwise."""
        return self.out or self.claim.parent / CLAIM_FOLDER


@dataclass(frozen=True, slots=True)
class ScreenedClaim:
    """A finished screening and the files that were written."""

    screened: ScreeningResult
    document: ClaimDocument
    outcome: ReportOutcome
    files: tuple[Path, ...] = ()


def read(path: Path, shelf: Shelf, digest: Callable[[str], str] | None = None) -> ReadClaim:
    """The claim in the file; account numbers become keyed digests before anything else sees them."""
    return read_claim(path, vocabulary(shelf), digest or digester(desk_key(environment())))


def screen_claim(wishes: ClaimWishes, shelf: Shelf, history: DatabaseHistory | None = None) -> ScreenedClaim:
    """Reads, finds, asks and judges; nothing is written yet."""
    taken = read(wishes.claim, shelf, history.digest if history else None)
    return screen_taken(taken, _reports(wishes, taken.claim), wishes, shelf, history)


def screen_taken(
    taken: ReadClaim, found: FoundReports, wishes: ClaimWishes, shelf: Shelf, history: DatabaseHistory | None = None
) -> ScreenedClaim:
    """The same of a claim that was read already, under the verdicts that were found for it."""
    made_at, claim = now(), taken.claim
    today = wishes.as_of or local_day(made_at)
    reports = found.of(claim)
    book, limits = _book(governing(shelf, claim, reports, as_of=today, policy=wishes.policy))
    asked = history.under(book, reports) if history else None
    answer = asked.answer(claim, asked_of_history(book, claim, reports)) if asked else None
    judged = screen(book, claim, reports, answer, as_of=today)
    ends = outcome(judged, found.reports)
    own = ReadFile(taken.file, "claim", taken.size_bytes, taken.digest, taken.notes)
    files = (own, *found.files, *(history.files if history else ()))
    limits += found.limits + (() if asked else (_NO_HISTORY,))
    made = ScreeningResult(
        TOOL, made_at, today, claim, judged, book, int(ends), found.reports, files, found.sources, limits
    )
    return ScreenedClaim(made, document(made), ends)


def write(wishes: ClaimWishes, made: ScreenedClaim) -> ScreenedClaim:
    """``claim.html``, ``claim.json`` and, where asked for, the workbook."""
    out = wishes.out_folder
    parts: dict[Path, bytes] = {
        out / "claim.html": claim_page(made.document, wishes.lang).encode(),
        out / "claim.json": json_text(made.document).encode(),
    }
    if wishes.workbook:
        from report.claims.workbook import screening_workbook  # noqa: PLC0415 - openpyxl, which few calls need

        parts[wishes.workbook] = screening_workbook(made.document)
    for path, content in parts.items():
        write_whole(path, content)
    return replace(made, files=tuple(parts))


def json_text(body: Mapping[str, object] | ClaimDocument) -> str:
    """JSON for people and machines alike."""
    return json.dumps(body, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def write_whole(path: Path, content: bytes) -> None:
    """The file, or one line that says why it could not be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    except OSError as fault:
        raise SetupError(f"{path}: cannot be written ({fault.strerror}); choose another place") from fault


def outcome(judged: ClaimScreen, reports: object) -> ReportOutcome:
    """Money refused or a rule broken, else no verdicts to go by, else something open or doubtful, else good."""
    statuses = {one.finding.status for one in judged.findings}
    over = judged.difference is not None and judged.difference > Fen(0)
    if Status.FAIL in statuses or (over and judged.difference > judged.unproven and not judged.open_ended):  # type: ignore[operator] # over says that there is one
        return ReportOutcome.FAILS
    if not reports:
        return ReportOutcome.INPUTS_INSUFFICIENT
    doubtful = judged.doubts or over or judged.unproven > Fen(0) or judged.open_ended
    return ReportOutcome.DOUBTS if doubtful or Status.UNPROVEN in statuses else ReportOutcome.GOOD


def _book(choice: Choice) -> tuple[Rulebook, tuple[Text, ...]]:
    """The document that governs, or one line that says why there is none."""
    if isinstance(choice, NoRulebook):
        near = f"; nearest: {', '.join(choice.nearest)}" if choice.nearest else ""
        raise InputError(f"{choice.text.zh} / {choice.text.en}{near}; --policy ID")
    return choice.book, (choice.text,) if isinstance(choice, OldStandard) else ()


def _reports(wishes: ClaimWishes, claim: Claim) -> FoundReports:
    keys = home(environment()) / "keys"
    own = Pseudonyms(KeyRing(keys).mask_key()) if (keys / MASK).exists() else None
    loose = read_folder(wishes.reports, wishes.key) if wishes.reports else []
    kept = read_database(wishes.service, claim) if wishes.service else []
    limits = (NONE_KEPT,) if wishes.service and not kept else ()
    return select_reports(claim, own, [*loose, *kept], limits)


def desk_key(environ: Mapping[str, str]) -> bytes:
    """The key under which accounts are compared: the desk's own where it has one, else one for this run alone."""
    keys = home(environ) / "keys"
    return KeyRing(keys).mask_key() if (keys / MASK).exists() else secrets.token_bytes(32)


def digester(key: bytes) -> Callable[[str], str]:
    """The keyed digest (HMAC-SHA-256) of a text."""

    def digest(text: str) -> str:
        return hmac.digest(key, f"claim\n{text}".encode(), "sha256").hex()

    return digest
