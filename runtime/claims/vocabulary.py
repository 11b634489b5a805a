"""The words that the form of a claim offers, taken from the rulebooks, because its readers know no law."""

from difflib import get_close_matches

from claims.facts_of_claim import CERTIFICATES, SKILL_LEVELS
from facts.errors import InputError
from ingest.claims.fields import Vocabulary
from policy.kinds.process import Event
from policy.shelf import Shelf
from policy.vocabulary import GROUPS, PROGRAMMES

_OPENING = "开班"
_LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")
# 「订单式培训同」: the list for projects is that for orders too.
_SAME_LIST = {"订单式培训": "项目制培训"}


def vocabulary(shelf: Shelf, programme: str = "") -> Vocabulary:
    """Everything that a field of the form may hold; the papers are those that any document asks of the programme."""
    return Vocabulary(
        programmes=tuple(PROGRAMMES),
        groups=tuple(GROUPS),
        levels=(*_LEVELS, *sorted(CERTIFICATES - SKILL_LEVELS)),
        events={event.value: event.zh for event in Event},
        policies=tuple(book.id for book in shelf.books),
        papers=papers_of(shelf, programme) if programme else (),
    )


def papers_of(shelf: Shelf, programme: str) -> tuple[str, ...]:
    """The papers of the programme and of opening a class, each once."""
    wanted = {_OPENING, programme, _SAME_LIST.get(programme, programme)}
    lists = [papers for book in shelf.books for papers in book.papers if papers.programme in wanted]
    return tuple(dict.fromkeys(name for papers in lists for any_of in papers.needs for name in any_of))


def known_programme(programme: str) -> str:
    """The programme, or one line that names those there are."""
    if programme in PROGRAMMES:
        return programme
    close = get_close_matches(programme, PROGRAMMES, 1, 0.3)
    hint = f"; did you mean {close[0]}?" if close else ""
    raise InputError(
        f"programme {programme[:40]!r}: got an unknown programme, expected one of {'、'.join(PROGRAMMES)}{hint}"
    )
