"""Which of several documents in force governs: what each says it replaces, never merely which is the newest."""

from collections.abc import Iterable, Iterator, Sequence

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text
from policy.places import contains, place_text
from policy.rulebook import Rulebook


def prevailing(holding: Sequence[Rulebook]) -> tuple[Rulebook, ...]:
    """The documents that no other of them puts aside; more than one where neither yields, or each puts one aside."""
    return tuple(book for book in holding if not any(puts_aside(other, book) for other in holding)) or tuple(holding)


def puts_aside(later: Rulebook, other: Rulebook) -> bool:
    """Whether the one says that it replaces the other and is of a level that may."""
    said = later.replaces
    if said is None or later is other or not may_replace(later, other):
        return False
    return other.id in said.books or (said.earlier and _began(other) < _began(later))


def may_replace(later: Rulebook, other: Rulebook) -> bool:
    """A county cannot put a city's document aside, whatever it says; a city can its county's, never another city's."""
    return later.level.rank <= other.level.rank and akin(later, other)


def akin(one: Rulebook, other: Rulebook) -> bool:
    """Whether a place of the one is a place of the other, or lies in one; a document without place is akin to none."""
    pairs = ((left, right) for left in one.places for right in other.places)
    return any(contains(left, right) or contains(right, left) for left, right in pairs)


def contested(books: Sequence[Rulebook], locality: str) -> Text:
    """Both named, and how to say which."""
    zh = "；".join(f"{book.id}（{book.level.text.zh}，{book.number or book.title.zh}）" for book in books)
    en = "; ".join(f"{book.id} ({book.level.text.en}, {book.number or book.title.en})" for book in books)
    place = locality or "…"
    return Text(
        f"{place}同时有 {len(books)} 份现行文件，互不言明取代：{zh}；请在班期写明 policy",
        f"{counted(len(books), 'document is', 'documents are')} in force at {place} and none says that it replaces the other: {en}; "
        "name one as the class's policy",
    )


def replacement_faults(books: Sequence[Rulebook], *, missing: bool = True) -> Iterator[Fault]:
    """Replacements that cannot be: of a document that is not at hand, of a higher level, or of each other.

    One that is ``missing`` governs nobody: its author is told, but nothing else hangs on it.
    """
    known = {book.id: book for book in books}
    for book in books:
        for name in book.replaces.books if book.replaces else ():
            where, other = f"{book.id}: replaces.books", known.get(name)
            if other is None:
                if missing:
                    wanted = "the id of a rulebook that is loaded"
                    yield Fault(where, f"the unknown rulebook {name}", wanted, "leave it out")
            elif not akin(book, other):
                yield Fault(
                    where, f"{name} of {_places(other)}", f"a document of {_places(book)}, or above or within it"
                )
            elif not may_replace(book, other):
                yield Fault(
                    where,
                    f"{name} of the {other.level.text.en}, replaced by the {book.level.text.en}",
                    "a document of the same or a lower level",
                )
            elif other.replaces and book.id in other.replaces.books:
                yield Fault(where, f"{name}, which replaces {book.id} in turn", "one of the two to yield")


def own_replacement_faults(book: Rulebook, beside: Sequence[Rulebook]) -> Iterator[Fault]:
    """Those of one book among others."""
    yield from (one for one in replacement_faults([book, *beside]) if one.where.startswith(f"{book.id}:"))


def version_faults(before: Iterable[Rulebook], book: Rulebook) -> Iterator[Fault]:
    """A further version of a document is that document: the same issuer's, of its level, of its places."""
    for one in before:
        where, remedy = f"{book.id}: ", f"give another document an id of its own; {one.id} is {_called(one)}"
        if place_text(one.issuer) != place_text(book.issuer):
            yield Fault(f"{where}issuer", book.issuer, f"{one.issuer}, whose document has this id", remedy)
        if one.level is not book.level:
            yield Fault(f"{where}level", book.level.value, f"{one.level.value}, as version {one.version} says", remedy)
        for path in book.places:
            if not any(contains(path, known) or contains(known, path) for known in one.places):
                yield Fault(f"{where}places", path, f"a place of version {one.version}: {_places(one)}", remedy)


def shared_ids(books: Iterable[Rulebook]) -> Iterator[Fault]:
    """Ids that two rulebooks share: `xueshi explain` finds a rule by its id alone, so each must name one rule."""
    owners: dict[str, Rulebook] = {}
    for book in books:
        for name in (book.id, *(rule.id for rule in book.rules)):
            if (owner := owners.setdefault(name, book)) is not book:
                yield Fault(f"{book.id}: {name}", f"an id that {owner.id} has too", "an id of its own")


def _places(book: Rulebook) -> str:
    return "、".join(book.places) or "no place"


def _called(book: Rulebook) -> str:
    return f"{book.number or book.title.zh} ({book.issuer})"


def _began(book: Rulebook) -> tuple[int, str]:
    return ((book.issued or book.valid.first).toordinal(), book.id)
