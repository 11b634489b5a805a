"""The words that the form of a claim offers, taken from the rulebooks, because its readers know no law."""

from claims.facts_of_claim import CERTIFICATES, SKILL_LEVELS
from facts.errors import InputError
from ingest.claims.fields import Vocabulary
from policy.kinds.process import Event
from policy.shelf import Shelf
from policy.vocabulary import OPENING

_LEVELS = ("初级工", "中级工", "高级工", "技师", "高级技师")


def vocabulary(shelf: Shelf, programme: str = "") -> Vocabulary:
    """Everything that a field of the form may hold; the papers are those that any document asks of the programme."""
    return Vocabulary(
        programmes=tuple(shelf.programmes),
        groups=tuple(shelf.groups),
        levels=(*_LEVELS, *sorted(CERTIFICATES - SKILL_LEVELS)),
        events={event.value: event.zh for event in Event},
        policies=tuple(book.id for book in shelf.books),
        papers=papers_of(shelf, programme) if programme else (),
        spellings={
            "programme": tuple(one for book in shelf.books for word in book.programmes.words for one in word.spellings),
            "group": tuple(one for book in shelf.books for word in book.groups.words for one in word.spellings),
        },
    )


def papers_of(shelf: Shelf, programme: str) -> tuple[str, ...]:
    """The papers of the programme and of opening a class, each once."""
    lists = [
        papers
        for book in shelf.books
        for papers in book.papers
        if papers.programme == OPENING or book.programmes.among(programme, (papers.programme, *papers.also_for))
    ]
    return tuple(dict.fromkeys(name for papers in lists for any_of in papers.needs for name in any_of))


def known_programme(shelf: Shelf, programme: str) -> str:
    """The programme by its name in the first rulebook that knows it, or one line that names the nearest."""
    for book in shelf.books:
        if found := book.programmes.find(programme):
            return found.name
    near = dict.fromkeys(name for book in shelf.books for name in book.programmes.nearest(programme)[:3])
    raise InputError(
        f"programme {programme[:40]!r}: got a programme that no rulebook knows, expected one of "
        f"{'、'.join(shelf.programmes)}; did you mean {'、'.join(tuple(near)[:3])}?"
    )
