"""The follow-through of doubts put together: raised by a screening, explained with sealed files, decided by people."""

from dataclasses import dataclass
from pathlib import Path

from facts.counting import counted
from facts.doubt_case import Attachment, Deed, DoubtCase, DoubtEvent
from facts.errors import InputError
from facts.money import Fen
from pipeline.doubts.doubt_stages import MACHINE, step
from report.claims.schema import ClaimDocument
from runtime.claims.doubt_book import doubt_cases
from runtime.doubts.attachments import AttachedFile, seal_attachments
from runtime.platform.clock import now
from runtime.platform.database import open_db
from runtime.platform.environment import environment
from runtime.policy.folder import folder_shelf
from storage.doubts.doubt_book import DoubtBook
from storage.evidence.address import open_store

_MOST_FILES, _MOST_BYTES = 20, 512 << 20


@dataclass(frozen=True, slots=True)
class DoubtAction:
    """What somebody does about a doubt, as the command line has it."""

    doubt: str
    deed: Deed
    by: str
    words: str
    files: tuple[Path, ...] = ()
    store: str = ""
    refused: Fen | None = None


def doubt_book_at(db: str, *, must_exist: bool = True) -> DoubtBook:
    """The doubts of a database."""
    return DoubtBook(open_db(environment(), db, must_exist=must_exist), step)


def raise_doubts(document: ClaimDocument, db: str) -> tuple[str, ...]:
    """The doubts of a screening, kept as open; those that are known already keep their life."""
    cases = doubt_cases(document)
    return doubt_book_at(db, must_exist=False).raise_all(cases, DoubtEvent(Deed.OPEN, MACHINE, now()))


def record_action(action: DoubtAction, db: str, rulebooks: Path | None = None) -> DoubtCase:
    """One more event; files are in the store before anything says so."""
    book = doubt_book_at(db)
    case = book.case(action.doubt)
    if not case.claim:
        raise InputError(f"doubt {case.id}: got one about a class, expected one about a claim; the console decides it")
    step(case, _event(action, ()))  # what may not happen stores no file
    return book.happen(action.doubt, _event(action, _stored(action, rulebooks)))


def _event(action: DoubtAction, files: tuple[Attachment, ...]) -> DoubtEvent:
    return DoubtEvent(action.deed, action.by.strip(), now(), action.words.strip(), files, action.refused)


def _stored(action: DoubtAction, rulebooks: Path | None) -> tuple[Attachment, ...]:
    """The files, kept as long as the longest duty of any rulebook asks."""
    if not action.files:
        return ()
    if not action.store:
        raise InputError("--file: got files without a store, expected --store URL: explanations are kept sealed")
    if len(action.files) > _MOST_FILES:
        raise InputError(
            f"--file: got {counted(len(action.files), 'file')}, expected at most {_MOST_FILES}; pack them into one"
        )
    for path in action.files:
        _check_size(path)
    store = open_store(action.store, environment(), now)
    files = [AttachedFile(path.name, path) for path in action.files]
    return seal_attachments(store, files, now(), folder_shelf(rulebooks))


def _check_size(path: Path) -> None:
    if not path.is_file():
        raise InputError(f"{path}: got no such file, expected one; check the path")
    size = path.stat().st_size
    if size > _MOST_BYTES:
        raise InputError(f"{path}: got {size >> 20} MB, expected at most {_MOST_BYTES >> 20} MB")
