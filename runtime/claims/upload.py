"""Claims in the service: read from what was handed in, screened under its own verdicts, doubts raised with the log."""

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine

from facts.claim import Notice
from facts.digest import Digest
from facts.doubt_case import Attachment, Deed, DoubtCase, DoubtEvent
from facts.span import local_day
from facts.text import Text
from ingest.claims.reader import ReadClaim
from pipeline.claims.doubt_stages import step
from policy.shelf import packaged
from report.claims.notice import notice_entry
from report.claims.schema import ClaimDocument, NoticeEntry
from runtime.claims.command import ClaimWishes, ScreenedClaim, digester, read, screen_read_claim
from runtime.claims.events import tell_doubts, tell_screened
from runtime.claims.history_source import DatabaseHistory, history_in
from runtime.claims.notice import CONTENTS, replace_last
from runtime.claims.report_database import read_database
from runtime.claims.report_selection import select_reports
from runtime.platform.settings import Settings
from runtime.retention.entry import longest_years
from storage.claims.doubt_book import DoubtBook
from storage.database.claims import ClaimRow, NewClaim, keep
from storage.database.classes.classes import ClassRow
from storage.database.connection import writing
from storage.evidence.port import EvidenceStore
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.history.keys import keys_in

_MACHINE = "xueshi"
_YEAR = timedelta(days=366)  # never shorter than a year


@dataclass(frozen=True, slots=True)
class Given:
    """A claim's file that somebody handed in, and the institution's number under which accounts are compared."""

    file: Path
    name: str
    institution_id: int
    by: str
    at: datetime


def past(engine: Engine, settings: Settings) -> DatabaseHistory | None:
    """The history that this service's database holds, if it holds one."""
    return history_in(engine, lambda: keys_in(settings.home / "keys"))


def taken(given: Given, settings: Settings, history: DatabaseHistory | None = None) -> ReadClaim:
    """The claim in the file, or every fault of it at once, by row and column."""
    digest = history.digest if history else digester(accounts_key(settings))
    return replace(read(given.file, packaged(), digest), file=given.name)


def screened(
    engine: Engine, claim: ReadClaim, owner: ClassRow, at: datetime, history: DatabaseHistory | None = None
) -> ScreenedClaim:
    """Judged under the newest verdicts on its class, and against the history where there is one."""
    wishes = ClaimWishes(Path(claim.file), policy=owner.policy, as_of=local_day(at))
    found = read_database(engine, owner.id)
    # Whose class it is was settled when it was looked up: the claim's own words need not say it the same way.
    return screen_read_claim(claim, select_reports(claim.claim, None, found), wishes, packaged(), history)


def kept(engine: Engine, given: Given, claim: ReadClaim, owner: ClassRow, made: ScreenedClaim) -> ClaimRow:
    """The claim with its screening, its leaf and its doubts, in one transaction."""
    with writing(engine, "keeping a claim") as connection:
        return keep_within(engine, connection, given, claim, owner, made)


def keep_within(
    engine: Engine, connection: Connection, given: Given, claim: ReadClaim, owner: ClassRow, made: ScreenedClaim
) -> ClaimRow:
    """The same within a transaction of the caller's."""
    body = json.dumps(made.document, ensure_ascii=False, allow_nan=False)
    totals = made.document["totals"]
    new = NewClaim(
        given.institution_id,
        owner.id,
        owner.locality,
        claim.claim.id,
        given.name,
        claim.size_bytes,
        claim.digest.sha256,
        given.by,
        given.at,
        int(made.outcome),
        totals["claimed"]["fen"] if totals["claimed"] else None,
        totals["supported"]["fen"],
        totals["unproven"]["fen"],
        len(made.document["doubts"]),
        body,
    )
    row = keep(connection, new)
    tell_screened(connection, row, owner)
    subject = f"claim:{row.id} class:{owner.id}"
    leaves = [
        Leaf(LeafKind.PAPER, given.at, claim.digest, subject),
        Leaf(LeafKind.FACTS, given.at, Digest.of(body.encode()), subject),
    ]
    EvidenceLog(engine).append_within(connection, leaves)
    opened = DoubtEvent(Deed.OPEN, _MACHINE, given.at)
    book(engine).raise_within(connection, _cases(made.document, given.institution_id), opened)
    return row


def accounts_key(settings: Settings) -> bytes:
    """The key under which account numbers are compared, the same for every claim of this service."""
    return hmac.digest(settings.secret.encode(), b"claim\naccounts", "sha256")


def book(engine: Engine) -> DoubtBook:
    """The life of every doubt, of which listeners hear."""
    return DoubtBook(engine, step, tell_doubts)


def case_id(doubt: str, institution_id: int) -> str:
    """A doubt's own name here: two institutions may number their claims alike."""
    return f"{doubt}-{institution_id}"


def claim_id(code: str, institution_id: int) -> str:
    """A claim's own name among the doubts."""
    return f"{institution_id}/{code}"


def sealed(store: EvidenceStore, files: Sequence[tuple[str, Path]], at: datetime) -> tuple[Attachment, ...]:
    """Files that explain a doubt, in the store before anything says so, for as long as the longest duty asks."""
    until = at + _YEAR * longest_years()
    found = []
    for name, path in files:
        stored = store.put(path, retain_until=until, name=name)
        found.append(Attachment(name, path.stat().st_size, Digest(stored.ref.digest.sha256)))
    return tuple(found)


def noticed(body: ClaimDocument, first: date, today: date) -> tuple[ClaimDocument, NoticeEntry] | None:
    """The document with a public notice from that day, counted on the official calendar."""
    law = packaged().book(body["policy"]["id"])
    entry = notice_entry(law, (Notice(first, None, CONTENTS),), today)
    if entry is None:
        return None
    entry = replace_last(entry)
    return {**body, "notice": entry}, entry


def _cases(body: ClaimDocument, institution_id: int) -> list[DoubtCase]:
    claim = body["claim"]
    name = claim_id(claim["id"], institution_id)
    return [
        DoubtCase(
            case_id(one["id"], institution_id),
            name,
            claim["class_id"],
            one["kind"],
            one["rule"],
            Text(one["text"]["zh"], one["text"]["en"]),
        )
        for one in body["doubts"]
    ]
