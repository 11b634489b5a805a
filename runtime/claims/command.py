"""``xueshi claim screen`` put together: the claim read, its verdicts found, the history asked, the answer written."""

import hmac
import json
import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from sqlalchemy import Engine

from facts.claim import Claim
from facts.errors import InputError, SetupError
from facts.span import local_day
from facts.text import Text
from ingest.claims.reader import ReadClaim, filled_claim, read_claim
from pipeline.claims.screening import ClaimScreening, Supervision
from pipeline.sealing.pseudonyms import Pseudonyms
from pipeline.verification.outcome import ReportOutcome
from policy.gaps import NoRulebook
from policy.shelf import OldStandard, Shelf
from report.claims.document import document
from report.claims.page import claim_page
from report.claims.schema import ClaimDocument
from report.claims.source import ReadFile, ScreeningResult
from runtime.claims.history_source import DatabaseHistory
from runtime.claims.own_payments import OwnPayments
from runtime.claims.report_search import find_reports
from runtime.claims.report_selection import FoundReports
from runtime.claims.vocabulary import vocabulary
from runtime.platform.child_limits import TABLE, Reach
from runtime.platform.child_process import in_child
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.folders import CLAIM_FOLDER
from runtime.platform.home import home
from runtime.platform.version import TOOL
from storage.evidence_log.keyring import MASK, KeyRing

_NO_HISTORY = Text(
    "没有接入历史台账，重复享受、跨机构重叠等未核",
    "no history was given, so repetition and overlaps with other institutions were not looked at",
)


@dataclass(frozen=True, slots=True)
class ScreeningRequest:
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
    words, own = vocabulary(shelf), digest or digester(own_account_key(environment()))
    if not path.is_file():
        return read_claim(path, words, own)  # which says so
    reach = Reach((Path(os.path.realpath(path)),))
    return in_child(TABLE, reach, path.name, filled_claim, path, words).claim(words, own)


def screen_claim(request: ScreeningRequest, shelf: Shelf, history: DatabaseHistory | None = None) -> ScreenedClaim:
    """The claim read, its reports found and judged; nothing is written yet."""
    claim_file = read(request.claim, shelf, history.digest if history else None)
    return screen_read_claim(claim_file, _reports(request, claim_file.claim), request, shelf, history)


def screen_read_claim(
    claim_file: ReadClaim,
    found: FoundReports,
    request: ScreeningRequest,
    shelf: Shelf,
    history: DatabaseHistory | None = None,
    own: OwnPayments | None = None,
    supervision: Supervision | None = None,
) -> ScreenedClaim:
    """The same of a claim that was read already, under the verdicts that were found for it."""
    made_at, claim = now(), claim_file.claim
    today = request.as_of or local_day(made_at)
    judged = ClaimScreening(shelf, found, history, own, supervision).judge(claim, as_of=today, policy=request.policy)
    if isinstance(judged, NoRulebook):
        near = f"; nearest: {', '.join(judged.nearest)}" if judged.nearest else ""
        raise InputError(f"{judged.text.zh} / {judged.text.en}{near}; --policy ID")
    choice, ends = judged.choice, judged.outcome
    sent = ReadFile(claim_file.file, "claim", claim_file.size_bytes, claim_file.digest, claim_file.notes)
    files = (sent, *found.files, *(history.files if history else ()))
    limits = (
        *((choice.text,) if isinstance(choice, OldStandard) else ()),
        *found.limits,
        *(() if history else (_NO_HISTORY,)),
    )
    made = ScreeningResult(
        TOOL, made_at, today, claim, judged.screen, choice.book, int(ends), found.reports, files, found.sources, limits
    )
    return ScreenedClaim(made, document(made), ends)


def write(request: ScreeningRequest, made: ScreenedClaim) -> ScreenedClaim:
    """``claim.html``, ``claim.json`` and, where asked for, the workbook."""
    out = request.out_folder
    parts: dict[Path, bytes] = {
        out / "claim.html": claim_page(made.document, request.lang).encode(),
        out / "claim.json": json_text(made.document).encode(),
    }
    if request.workbook:
        from report.claims.workbook import screening_workbook  # noqa: PLC0415 - openpyxl, which few calls need

        parts[request.workbook] = screening_workbook(made.document)
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


def _reports(request: ScreeningRequest, claim: Claim) -> FoundReports:
    keys = home(environment()) / "keys"
    own = Pseudonyms(KeyRing(keys).mask_key()) if (keys / MASK).exists() else None
    return find_reports(claim, own, folder=request.reports, key=request.key, service=request.service)


def own_account_key(environ: Mapping[str, str]) -> bytes:
    """The key under which accounts are compared: this machine's own where it has one, else one for this run alone."""
    keys = home(environ) / "keys"
    return KeyRing(keys).mask_key() if (keys / MASK).exists() else secrets.token_bytes(32)


def digester(key: bytes) -> Callable[[str], str]:
    """The keyed digest (HMAC-SHA-256) of a text."""

    def digest(text: str) -> str:
        return hmac.digest(key, f"claim\n{text}".encode(), "sha256").hex()

    return digest
