"""Documents that have lapsed, which a class that no document judges may be tried under."""

from facts.refusals import Refusal, refuse
from facts.span import local_day
from facts.text import Text
from policy.rulebook import Rulebook
from runtime.platform.service import Service
from runtime.policy.shelf import shelf_of

_MOST_SHOWN = 40


def lapsed_documents(service: Service) -> tuple[Rulebook, ...]:
    """Those whose last day is over, the latest first."""
    today = local_day(service.clock())
    found = [(book.valid.last, book) for book in shelf_of(service).books if book.valid.last]
    over = [(last, book) for last, book in found if last < today]
    return tuple(book for _, book in sorted(over, key=lambda pair: pair[0], reverse=True))


def refuse_unless_lapsed(service: Service, document: str) -> None:
    """A document that still holds needs no trial, and one that nobody knows cannot be tried."""
    known = [book.id for book in lapsed_documents(service)]
    if document and document not in known:
        text = Text("只能暂按一份已失效的文件试判", "only a document that has lapsed can be tried")
        refuse([Refusal("document", text, document[:_MOST_SHOWN], f"one of {', '.join(known) or 'none'}")])
