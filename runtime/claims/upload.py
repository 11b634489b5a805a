"""A claim that is handed in: read from its file, screened under the service's own verdicts, kept with its doubts."""

import hmac
import json
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.digest import Digest
from facts.doubt_case import Deed, DoubtEvent
from facts.refusals import Refusal, RefusalsError
from facts.span import local_day
from facts.text import Text
from ingest.claims.reader import ReadClaim
from pipeline.claims.decision_stages import claim_stage
from pipeline.doubts.doubt_stages import MACHINE
from policy.shelf import Shelf, packaged
from runtime.claims.command import ScreenedClaim, ScreeningRequest, digester, read, screen_read_claim
from runtime.claims.decision import refuse_decided
from runtime.claims.doubt_book import doubt_book, doubt_cases
from runtime.claims.events import tell_screened
from runtime.claims.history_source import DatabaseHistory, history_in
from runtime.claims.own_payments import OwnPayments, keep_people
from runtime.claims.report_database import read_database
from runtime.claims.report_selection import select_reports
from runtime.platform.settings import Settings
from runtime.supervision.claim_measures import OwnMeasures
from storage.claims.decision_book import DecisionBook
from storage.database.claims import ClaimRow, NewClaim, keep
from storage.database.classes.classes import ClassRow, classes
from storage.database.connection import reading, writing
from storage.database.tables.classes import CLASSES
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.history.keys import keys_in

SUFFIXES = (".xlsx", ".json", ".toml")
_MOST_NAME_CHARS, _MOST_SHOWN_CHARS = 150, 40


@dataclass(frozen=True, slots=True)
class ClaimUpload:
    """A claim's file that somebody handed in for an institution; ``key`` is that under which its people are known again."""

    file: Path
    name: str
    institution_id: int
    by: str
    at: datetime
    key: bytes = field(repr=False)


def upload_name(sent: str | None) -> str:
    """The file's name without any path or sign that could be misread; other kinds of file are refused."""
    name = Path((sent or "").replace("\\", "/")).name
    name = "".join(char for char in name if char.isprintable())[-_MOST_NAME_CHARS:]
    if not name.lower().endswith(SUFFIXES):
        text = Text(
            "请上传申领模板（.xlsx）或 .json、.toml 文件", "hand in the claim's workbook (.xlsx), or .json or .toml"
        )
        expected = f"a name that ends in {', '.join(SUFFIXES)}"
        raise RefusalsError([Refusal("file", text, name[:_MOST_SHOWN_CHARS] or "no name", expected)])
    return name


def claim_history(engine: Engine, settings: Settings) -> DatabaseHistory | None:
    """The history that this service's database holds, if it holds one."""
    return history_in(engine, lambda: keys_in(settings.home / "keys"))


def read_upload(
    upload: ClaimUpload, settings: Settings, history: DatabaseHistory | None = None, shelf: Shelf | None = None
) -> ReadClaim:
    """The claim in the file, or every fault of it at once, by row and column."""
    digest = history.digest if history else digester(accounts_key(settings))
    return replace(read(upload.file, shelf or packaged(), digest), file=upload.name)


def class_of_claim(engine: Engine, institution_id: int, claim: ReadClaim) -> ClassRow:
    """The institution's class that the claim is for, by its code."""
    code = claim.claim.training_class.id
    with reading(engine, "reading a class") as connection:
        found = classes(connection, CLASSES.c.code == code, CLASSES.c.institution_id == institution_id)
    if not found:
        text = Text(f"班期编号“{code}”不在贵机构的班期中", f"the class {code!r} is none of the institution's classes")
        expected = "the code of one of the institution's classes"
        raise RefusalsError([Refusal("class_id", text, code[:_MOST_SHOWN_CHARS], expected)])
    return found[0]


def screen_upload(
    engine: Engine,
    claim: ReadClaim,
    owner: ClassRow,
    upload: ClaimUpload,
    history: DatabaseHistory | None = None,
    shelf: Shelf | None = None,
) -> ScreenedClaim:
    """Judged under the newest verdicts on its class, what was approved here, and the history where there is one."""
    request = ScreeningRequest(Path(claim.file), policy=owner.policy, as_of=local_day(upload.at))
    found = read_database(engine, owner.id)
    # Whose class it is was settled when it was looked up: the claim's own words need not say it the same way.
    chosen, own = select_reports(claim.claim, None, found), OwnPayments(engine, upload.key, owner.id)
    supervision = OwnMeasures(engine, owner, upload.key)
    return screen_read_claim(claim, chosen, request, shelf or packaged(), history, own, supervision)


def keep_claim(
    engine: Engine, upload: ClaimUpload, claim: ReadClaim, owner: ClassRow, screened: ScreenedClaim
) -> ClaimRow:
    """The claim with its screening, its leaf and its doubts, in one transaction."""
    with writing(engine, "keeping a claim") as connection:
        return keep_claim_within(engine, connection, upload, claim, owner, screened)


def keep_claim_within(
    engine: Engine,
    connection: Connection,
    upload: ClaimUpload,
    claim: ReadClaim,
    owner: ClassRow,
    screened: ScreenedClaim,
) -> ClaimRow:
    """The same within a transaction of the caller's."""
    body = json.dumps(screened.document, ensure_ascii=False, allow_nan=False)
    totals = screened.document["totals"]
    new = NewClaim(
        institution_id=upload.institution_id,
        class_id=owner.id,
        locality=owner.locality,
        code=claim.claim.id,
        file=upload.name,
        size_bytes=claim.size_bytes,
        sha256=claim.digest.sha256,
        made_by=upload.by,
        made_at=upload.at,
        outcome=int(screened.outcome),
        claimed_fen=totals["claimed"]["fen"] if totals["claimed"] else None,
        supported_fen=totals["supported"]["fen"],
        unproven_fen=totals["unproven"]["fen"],
        doubts=len(screened.document["doubts"]),
        document=body,
    )
    refuse_decided(DecisionBook(engine, claim_stage), connection, new.institution_id, new.code)
    row = keep(connection, new)
    keep_people(connection, row.id, claim.claim, owner.id, upload.key, screened.screened.screen)
    tell_screened(connection, row, owner)
    subject = f"claim:{row.id} class:{owner.id}"
    leaves = [
        Leaf(LeafKind.PAPER, upload.at, claim.digest, subject),
        Leaf(LeafKind.FACTS, upload.at, Digest.of(body.encode()), subject),
    ]
    EvidenceLog(engine).append_within(connection, leaves)
    raised = DoubtEvent(Deed.OPEN, MACHINE, upload.at)
    doubt_book(engine).raise_within(connection, doubt_cases(screened.document, upload.institution_id), raised)
    return row


def people_key(settings: Settings) -> bytes:
    """The key under which claimed people are known again, the same for every claim of this service."""
    return hmac.digest(settings.secret.encode(), b"claim\npeople", "sha256")


def accounts_key(settings: Settings) -> bytes:
    """The key under which account numbers are compared, the same for every claim of this service."""
    return hmac.digest(settings.secret.encode(), b"claim\naccounts", "sha256")
