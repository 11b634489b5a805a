"""The follow-through of doubts put together: raised by a screening, explained with sealed files, decided by people."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from facts.digest import Digest
from facts.doubt_case import Attachment, Deed, DoubtCase, DoubtEvent
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text
from pipeline.claims.doubt_stages import step
from policy.kinds import EvidenceRetention
from policy.shelf import packaged
from report.claims.schema import ClaimDocument
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from storage.claims.doubt_book import DoubtBook
from storage.evidence.address import open_store

_MOST_FILES, _MOST_BYTES = 20, 512 << 20
_YEAR = timedelta(days=366)  # never shorter than a year
_MACHINE = "xueshi"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody does about a doubt, as the command line has it."""

    doubt: str
    deed: Deed
    by: str
    words: str
    files: tuple[Path, ...] = ()
    store: str = ""
    refused: Fen | None = None


def book_at(db: str, *, must_exist: bool = True) -> DoubtBook:
    """The doubts of a database."""
    return DoubtBook(open_db(environment(), db, must_exist=must_exist), step)


def raise_doubts(document: ClaimDocument, db: str) -> tuple[str, ...]:
    """The doubts of a screening, kept as open; those that are known already keep their life."""
    claim = document["claim"]
    cases = [
        DoubtCase(
            one["id"],
            claim["id"],
            claim["class_id"],
            one["kind"],
            one["rule"],
            Text(one["text"]["zh"], one["text"]["en"]),
        )
        for one in document["doubts"]
    ]
    return book_at(db, must_exist=False).raise_all(cases, DoubtEvent(Deed.OPEN, _MACHINE, now()))


def happen(said: Said, db: str) -> DoubtCase:
    """One more event; files are in the store before anything says so."""
    book = book_at(db)
    step(book.case(said.doubt), _event(said, ()))  # what may not happen stores no file
    return book.happen(said.doubt, _event(said, _stored(said)))


def _event(said: Said, files: tuple[Attachment, ...]) -> DoubtEvent:
    return DoubtEvent(said.deed, said.by.strip(), now(), said.words.strip(), files, said.refused)


def _stored(said: Said) -> tuple[Attachment, ...]:
    """The files, kept as long as the longest duty of any rulebook asks."""
    if not said.files:
        return ()
    if not said.store:
        raise InputError("--file: got files without a store, expected --store URL: explanations are kept sealed")
    if len(said.files) > _MOST_FILES:
        raise InputError(f"--file: got {len(said.files)} files, expected at most {_MOST_FILES}; pack them into one")
    sizes = [_size(path) for path in said.files]
    store = open_store(said.store, environment(), now)
    until = now() + _YEAR * _longest_years()
    kept = []
    for path, size in zip(said.files, sizes, strict=True):
        digest = store.put(path, retain_until=until, name=path.name).ref.digest
        kept.append(Attachment(path.name, size, Digest(digest.sha256)))
    return tuple(kept)


def _size(path: Path) -> int:
    if not path.is_file():
        raise InputError(f"{path}: got no such file, expected one; check the path")
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise InputError(f"{path}: got {size >> 20} MB, expected at most {_MOST_BYTES >> 20} MB")
    return size


def _longest_years() -> int:
    return max(params.years for book in packaged().books for _, params in book.of_kind(EvidenceRetention))
