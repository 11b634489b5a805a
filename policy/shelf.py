from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from facts.digest import Digest
from facts.errors import Fault, FaultsError, InputError
from facts.text import Text
from policy.gaps import (
    Gap,
    NoRulebook,
    UnusableRulebook,
    ambiguous_place,
    out_of_force,
    unfit,
    unknown_place,
    unusable,
)
from policy.loader import parse
from policy.place_search import alike, hints, several
from policy.places import lies_in, place_text
from policy.replacement import contested, prevailing, puts_aside, replacement_faults, shared_ids, version_faults
from policy.rulebook import Rule, Rulebook
from policy.vocabulary import WordList


@dataclass(frozen=True, slots=True)
class RulebookInForce:
    """The rulebook that governs the class, and whether it is still in force today."""

    book: Rulebook
    text: Text


@dataclass(frozen=True, slots=True)
class OldStandard:
    """The class falls under a transitional clause: its money follows an older policy, so no sum here is proven."""

    book: Rulebook
    rule: Rule
    text: Text


Choice = RulebookInForce | OldStandard | NoRulebook


@dataclass(frozen=True, slots=True)
class Shelf:
    """All the rulebooks that are loaded; ``earlier`` are versions that a later one of the same id has replaced.

    ``texts`` are the very texts that they were read from, by their SHA-256; ``unusable`` could not be taken in.
    """

    books: tuple[Rulebook, ...]
    earlier: tuple[Rulebook, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    unusable: tuple[UnusableRulebook, ...] = ()

    def with_version(self, book: Rulebook, text: str) -> "Shelf":
        """The shelf with the book in the place of the earlier version of the same id, which stays at hand."""
        before = tuple(one for one in self.books if one.id == book.id)
        books = (*(one for one in self.books if one.id != book.id), book)
        broken = tuple(one for one in self.unusable if one.takes != book.id)
        return Shelf(books, (*self.earlier, *before), {**self.texts, book.sha256: text}, broken)

    def without(self, broken: UnusableRulebook) -> "Shelf":
        """The shelf that knows of a document that cannot be used."""
        return replace(self, unusable=(*self.unusable, broken))

    def clashes(self, book: Rulebook, *, missing: bool = True) -> tuple[Fault, ...]:
        """What the book would bring about: another document's ids, replacements that cannot be, or another document's id.

        Versions of one document share their ids; ``missing``: documents that it replaces must be at hand.
        """
        beside = [*(one for one in self.books if one.id != book.id), book]
        before = {*shared_ids(self.books), *replacement_faults(self.books)}
        found = (
            *version_faults(self.versions(book.id), book),
            *shared_ids(beside),
            *replacement_faults(beside, missing=missing),
        )
        return tuple(one for one in found if one not in before)

    def versions(self, book_id: str) -> tuple[Rulebook, ...]:
        """Every version of that id that is at hand."""
        return tuple(one for one in (*self.books, *self.earlier) if one.id == book_id)

    def put_aside(self, book: Rulebook) -> tuple[Rulebook, ...]:
        """The documents that would yield to the book."""
        return tuple(one for one in self.books if one.id != book.id and puts_aside(book, one))

    def version(self, sha256: str) -> Rulebook | None:
        """The rulebook that was read from the text of that digest, however old; nothing where it is not at hand."""
        return next((book for book in (*self.books, *self.earlier) if book.sha256 == sha256), None)

    def knows(self, book_id: str) -> bool:
        """Whether there is a document of that id, be it one that cannot be used."""
        return any(one.id == book_id for one in self.books) or any(one.takes == book_id for one in self.unusable)

    def book(self, book_id: str) -> Rulebook:
        """The rulebook of that id."""
        found = next((book for book in self.books if book.id == book_id), None)
        if found is None:
            known = ", ".join(book.id for book in self.books) or "none"
            raise InputError(
                f"rulebook {book_id}: got an unknown id, expected one of {known}; see `xueshi policy list`"
            ).in_chinese(f"没有编号为 {book_id} 的规则文件；可用：{known}（xueshi policy list）")
        return found

    def rule(self, rule_id: str) -> tuple[Rulebook, Rule]:
        """The rule of that id, in whichever rulebook it stands."""
        for book in self.books:
            for rule in book.rules:
                if rule.id.upper() == rule_id.upper():
                    return book, rule
        known = [rule.id for book in self.books for rule in book.rules]
        close = ", ".join(get_close_matches(rule_id.upper(), known, 3)) or "an id such as YQ-V1"
        raise InputError(
            f"rule {rule_id}: got an unknown id, expected {close}; see `xueshi policy show ID`"
        ).in_chinese(f"没有规则 {rule_id}；相近的有：{close}（xueshi policy show 文件编号）")

    @property
    def groups(self) -> Mapping[str, str]:
        """The groups that any of the rulebooks knows, each name once, with its English."""
        return _named(book.groups for book in self.books)

    @property
    def programmes(self) -> Mapping[str, str]:
        """The programmes that any of the rulebooks knows, each name once, with its English."""
        return _named(book.programmes for book in self.books)

    def at(self, locality: str) -> tuple[Rulebook, ...]:
        """The rulebooks of the place, whatever their dates."""
        return tuple(book for book in self.books if any(lies_in(locality, path) for path in book.places))

    def choose(
        self,
        locality: str,
        class_day: date,
        as_of: date,
        *,
        began: date | None = None,
        paid: bool = False,
        policy: str = "",
    ) -> Choice:
        """What governs a class of that place and day (A13).

        ``policy`` names a rulebook where the place leaves several, or is not known; it must be one of the place.
        """
        book = self._governing(locality, class_day, policy)
        if isinstance(book, NoRulebook):
            return book
        return _transition(book, began or class_day, paid=paid) or RulebookInForce(book, book.valid.banner(as_of))

    def _governing(self, locality: str, day: date, policy: str) -> Rulebook | NoRulebook:
        if bar := self._bar(locality, day, policy):
            return bar
        local = (self.book(policy),) if policy else self.at(locality)
        if not local:
            text = unknown_place(locality, alike(self.books, locality))
            return NoRulebook(Gap.UNKNOWN_PLACE, text, hints(self.books, locality))
        holding = [book for book in local if book.valid.covers(day)]
        if not holding:
            return out_of_force(local, day)
        book, *others = prevailing(holding)
        if others:
            rivals = (book, *others)
            return NoRulebook(Gap.CONTESTED, contested(rivals, locality), tuple(one.id for one in rivals))
        return book

    def _bar(self, locality: str, day: date, policy: str) -> NoRulebook | None:
        """Why no document can be chosen, whatever their days: which place, what is broken, or what is named."""
        if not policy and (apart := several(self.books, locality)):
            return NoRulebook(Gap.UNKNOWN_PLACE, ambiguous_place(locality, apart))
        if broken := self._broken(locality, day, policy):
            return unusable(broken)
        return self._unfit(self.book(policy), locality, day) if policy else None

    def may_govern(self, book: Rulebook, locality: str) -> bool:
        """Whether the place is the document's, as far as both are known."""
        known = bool(book.places and place_text(locality))
        return not known or any(lies_in(locality, path) for path in book.places)

    def _unfit(self, book: Rulebook, locality: str, day: date) -> NoRulebook | None:
        """Why a document that the class names cannot be its: another place's, or one that yields on that day."""
        here = prevailing([one for one in self.at(locality) if one.valid.covers(day)])
        yields = book.valid.covers(day) and bool(here) and book not in here
        return unfit(book, locality, here) if yields or not self.may_govern(book, locality) else None

    def _broken(self, locality: str, day: date, policy: str) -> tuple[UnusableRulebook, ...]:
        """Documents that cannot be used and might govern; of a named one its newest version."""
        ids = {policy} if policy else {book.id for book in self.at(locality) if book.valid.covers(day)}
        taken = [one for one in self.unusable if one.takes in ids and one.first <= day <= one.last]
        near = [one for one in self.unusable if one.would_hold(locality, day)]
        return tuple(dict.fromkeys((*taken, *near)))


def shelf_of(texts: Mapping[str, str]) -> Shelf:
    """The rulebooks spelled by TOML texts by file name; every fault of all of them at once, or all are loaded."""
    books: list[Rulebook] = []
    faults: list[Fault] = []
    for name, text in texts.items():
        try:
            books.append(parse(text, name))
        except FaultsError as error:
            faults.extend(error.faults)
    faults.extend((*shared_ids(books), *replacement_faults(books)))
    if faults:
        raise FaultsError(faults)
    return Shelf(tuple(books), (), {Digest.of(text.encode()).sha256: text for text in texts.values()})


def shelf_with(texts: Mapping[str, str]) -> Shelf:
    """The shipped rulebooks and further ones by file name, such as a county's own."""
    return shelf_of({**packaged_texts(), **texts}) if texts else packaged()


@cache
def packaged() -> Shelf:
    """The rulebooks that ship with the program."""
    return shelf_of(packaged_texts())


def packaged_texts() -> dict[str, str]:
    """The shipped TOML texts by file name, in order."""
    folder = files("policy") / "rulebooks"
    found = [item for item in folder.iterdir() if item.name.endswith(".toml")]
    return {item.name: item.read_text("utf-8") for item in sorted(found, key=lambda item: item.name)}


def _named(lists: Iterable[WordList]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in lists:
        for word in one.words:
            found.setdefault(word.name, word.en)
    return found


def _transition(book: Rulebook, began: date, *, paid: bool) -> OldStandard | None:
    if book.transition is None:
        return None
    rule, clause = book.transition
    if began >= clause.began_before or (paid and clause.only_unpaid):
        return None
    text = Text(
        f"{began} 已开展且尚未支出：{rule.article}「{rule.quotes[0]}」；原标准未载入，金额存疑待核",
        f"begun {began} and unpaid: {rule.id} keeps the older standard, which is not loaded; its sum is unproven",
    )
    return OldStandard(book, rule, text)
