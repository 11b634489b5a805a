"""What people of the service do about a doubt: explain it with sealed files, accept the explanation, or uphold it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from fractions import Fraction

from sqlalchemy import Connection

from facts.doubt_case import Deed, DoubtCase, DoubtEvent
from facts.errors import ConflictError, InputError
from facts.money import Fen
from facts.refusals import Refusal, RefusalsError, refuse
from facts.text import Text
from pipeline.doubts.doubt_stages import step
from runtime.accounts.caller import Caller
from runtime.doubts.attachments import NO_WORDS, AttachedFile, seal_attachments
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of
from storage.database.connection import writing
from storage.doubts.doubt_book import DoubtBook


def explanation(
    service: Service, caller: Caller, cases: Sequence[DoubtCase], words: str, files: Sequence[AttachedFile]
) -> DoubtEvent:
    """One explanation of all the doubts, its files in the store; where a doubt's stage does not allow it, no file is."""
    event = DoubtEvent(Deed.EXPLAIN, caller.key, service.clock(), words.strip())
    try:
        for case in cases:
            step(case, event)
    except InputError:
        return event  # recording it is refused with the reason
    return replace(event, files=seal_attachments(service.store, files, event.at, shelf_of(service)))


def decision(service: Service, caller: Caller, deed: Deed, words: str, refused: Fen | None = None) -> DoubtEvent:
    """A reviewer's decision, which takes words."""
    refuse([] if words.strip() else [NO_WORDS])
    return DoubtEvent(deed, caller.key, service.clock(), words.strip(), (), refused)


def refused_sum(text: str) -> Fen | None:
    """The sum that is refused, as a person writes it in yuan; nothing where none is."""
    try:
        return Fen.yuan(Fraction(text.strip())) if text.strip() else None
    except (ValueError, ZeroDivisionError, InputError) as error:
        words = Text("金额应写成 1700 或 1700.50", "a sum is written 1700 or 1700.50")
        raise RefusalsError([Refusal("refuse", words, text, "yuan such as 1700 or 1700.50")]) from error


def record(
    service: Service, book: DoubtBook, case_id: str, event: DoubtEvent, connection: Connection | None = None
) -> DoubtCase:
    """One more event in the doubt's life, in a transaction of the caller's where one is given."""
    if connection is None:
        with writing(service.engine, f"writing on doubt {case_id}") as own:
            return record(service, book, case_id, event, own)
    with told_as_conflict():
        return book.happen_within(connection, case_id, replace(event, at=service.clock()))


@contextmanager
def told_as_conflict() -> Iterator[None]:
    """A step that the doubt's stage does not allow stands against what somebody did before."""
    try:
        yield
    except InputError as error:
        raise ConflictError(str(error), "a step that the doubt's stage allows", "read the doubt again") from error
