"""Documents that have lapsed, which a class that no document judges may be tried under."""

from facts.refusals import Refusal, refuse
from facts.span import local_day
from facts.text import Text
from policy.rulebook import Rulebook
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of

_MOST_SHOWN = 40


def lapsed_documents(service: Service, locality: str) -> tuple[Rulebook, ...]:
    """Those that may have governed the place and whose last day is over, the latest first."""
    today, shelf = local_day(service.clock()), shelf_of(service)
    books = [book for book in shelf.books if shelf.may_govern(book, locality)]
    found = [(book.valid.last, book) for book in books if book.valid.last]
    over = [(last, book) for last, book in found if last < today]
    return tuple(book for _, book in sorted(over, key=lambda pair: pair[0], reverse=True))


def refuse_unless_lapsed(service: Service, document: str, locality: str) -> None:
    """A document that still holds needs no trial; one that nobody knows, or of another place, cannot be tried."""
    known = [book.id for book in lapsed_documents(service, locality)] if document else []
    if document and document not in known:
        text = Text("只能暂按当地一份已失效的文件试判", "only a document of the place that has lapsed can be tried")
        refuse([Refusal("document", text, document[:_MOST_SHOWN], f"one of {', '.join(known) or 'none'}")])
