from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from difflib import get_close_matches
from typing import Any, TypeVar

from facts.codec import build
from facts.digest import Digest
from facts.errors import Fault, FaultsError
from facts.text import Text
from policy.assumptions import Assumptions
from policy.faults import book_faults
from policy.kinds import KINDS, Params
from policy.quotes import quote_digest
from policy.review import ReviewRules
from policy.rulebook import BookStatus, Hardness, IssuerLevel, Level, Papers, Replaces, Rule, Rulebook, Validity
from policy.toml_text import IdLines, toml_tree
from policy.vocabulary import BookWord, WordList
from policy.word_faults import GROUP, PROGRAMME

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class _Head:
    id: str
    title: Text
    number: str
    issuer: str
    level: IssuerLevel
    source: str
    valid: Validity
    places: tuple[str, ...] = ()
    issued: date | None = None
    status: BookStatus = BookStatus.COMPLETE
    note: Text | None = None
    version: str = "1"


@dataclass(frozen=True, slots=True)
class _Meta:
    id: str
    kind: str
    title: Text
    article: str
    level: Level
    quote: str = ""
    quotes: tuple[str, ...] = ()
    hardness: Hardness = Hardness.MUST
    binds: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    whatever_group: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    note: Text | None = None
    sic: str = ""
    since: date | None = None
    until: date | None = None


_META = tuple(item.name for item in fields(_Meta))
_PARTS = ("assumptions", "group", "programme", "replaces", "review", "rule", "papers", "quote_sha256")


@dataclass(frozen=True, slots=True)
class Quotation:
    """One quote with the place in the rulebook where it stands."""

    where: str
    owner: str
    text: str


@dataclass(frozen=True, slots=True)
class RulebookDraft:
    """What could be read of a rulebook's text: the book where nothing is wrong, else every fault and broken seal."""

    name: str
    book: Rulebook | None
    faults: tuple[Fault, ...]
    broken_seals: tuple[Fault, ...]
    quotes: tuple[Quotation, ...]
    digests: Mapping[str, tuple[str, ...]]
    source: str = ""
    number: str = ""
    id: str = ""


def parse(text: str, name: str) -> Rulebook:
    """The rulebook that the TOML spells; any fault at all and nothing is loaded."""
    draft = read_draft(text, name)
    if draft.book is None:
        raise FaultsError((*draft.faults, *draft.broken_seals))
    return draft.book


def read_draft(text: str, name: str) -> RulebookDraft:
    """Everything that can be said about a rulebook's text without its source."""
    return _Reader(text, name).draft()


class _Reader:
    def __init__(self, text: str, name: str) -> None:
        self.name = name
        # Half a character is a fault that the reader of TOML tells; its digest is of no use to anybody.
        self.sha256 = Digest.of(text.encode(errors="surrogatepass")).sha256
        self.faults: list[Fault] = []
        self.quotes: list[Quotation] = []
        self.lines = IdLines(text)
        self.tree = toml_tree(text, name, self.faults)

    def draft(self) -> RulebookDraft:
        """The book and the faults; the book only where there are no faults."""
        if not self.tree:
            self.faults = self.faults or [Fault(self.name, "an empty document", "a rulebook")]
            return RulebookDraft(self.name, None, tuple(self.faults), (), (), {})
        rest = {key: value for key, value in self.tree.items() if key not in _PARTS}
        head = self._build(_Head, rest, f"{self.name}: rulebook")
        assumptions = self._build(Assumptions, self.tree.get("assumptions", {}), f"{self.name}: assumptions")
        groups, programmes = self._words(GROUP), self._words(PROGRAMME)
        rules = [rule for table in self._tables("rule") if (rule := self._rule(table)) is not None]
        papers = [item for table in self._tables("papers") if (item := self._papers(table)) is not None]
        digests = self._digests()
        replaces = self._replaces()
        parts: dict[str, Any] = {
            "replaces": replaces,
            "rules": tuple(rules),
            "papers": tuple(papers),
            "groups": groups,
            "programmes": programmes,
        }
        if review := self._review():
            parts["review"] = review
        book = self._book(head, assumptions, parts)
        broken = tuple(broken_seals(self.quotes, digests))
        source, number = (head.source, head.number) if head else ("", "")
        whole = None if self.faults or broken else book
        found = (tuple(self.faults), broken, tuple(self.quotes), digests)
        return RulebookDraft(self.name, whole, *found, source, number, str(self.tree.get("id") or ""))

    def _book(self, head: _Head | None, assumptions: Assumptions | None, parts: Mapping[str, Any]) -> Rulebook | None:
        if head is None or assumptions is None:
            return None
        values = {item.name: getattr(head, item.name) for item in fields(_Head)}
        book = Rulebook(**values, assumptions=assumptions, **parts, sha256=self.sha256)
        self.faults.extend(book_faults(book, self.name, self._where))
        return book

    def _tables(self, key: str) -> Iterator[dict[str, Any]]:
        value = self.tree.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.faults.append(Fault(f"{self.name}: {key}", "something else", f"tables headed [[{key}]]"))
            return
        yield from value

    def _replaces(self) -> Replaces | None:
        table = self.tree.get("replaces")
        if table is None:
            return None
        where = f"{self.name}: replaces"
        if not isinstance(table, dict):
            self.faults.append(Fault(where, "something else", "a table headed [replaces] with its quote"))
            return None
        return self._build(Replaces, self._with_quotes(table, where, "replaces"), where)

    def _review(self) -> ReviewRules | None:
        table = self.tree.get("review")
        if table is None:
            return None
        where = f"{self.name}: review"
        if not isinstance(table, dict):
            self.faults.append(Fault(where, "something else", "a table headed [review]"))
            return None
        quoted = "quote" in table or "quotes" in table
        review = self._build(ReviewRules, self._with_quotes(table, where, "review") if quoted else table, where)
        self.faults.extend(review.faults(where) if review else ())
        return review

    def _with_quotes(self, table: dict[str, Any], where: str, owner: str) -> dict[str, Any]:
        """The table with quote and quotes in one list."""
        own = {key: value for key, value in table.items() if key not in ("quote", "quotes")}
        return {**own, "quotes": list(self._quotes(table, where, owner))}

    def _words(self, kind: str) -> WordList:
        found = (self._word(kind, table) for table in self._tables(kind))
        return WordList(tuple(word for word in found if word is not None))

    def _word(self, kind: str, table: dict[str, Any]) -> BookWord | None:
        name = str(table.get("name", "without name"))[:40]
        where = f"{self.name}:{self.lines.next_line(name)} {kind} {name}"
        return self._build(BookWord, self._with_quotes(table, where, f"{kind} {name}"), where)

    def _rule(self, table: dict[str, Any]) -> Rule | None:
        name = str(table.get("id", "without id"))[:40]
        line = self.lines.next_line(name)
        where = f"{self.name}:{line} {name}"
        own, rest = self._split(table, where)
        meta = self._build(_Meta, own, where)
        quotes = self._quotes(own, where, name)
        params = self._params(table.get("kind"), rest, where)
        if meta is None or params is None:
            return None
        values = {item: getattr(meta, item) for item in _META if item not in ("quote", "quotes")}
        return Rule(**values, quotes=quotes, params=params, line=line)

    def _split(self, table: dict[str, Any], where: str) -> tuple[dict[str, Any], dict[str, Any]]:
        own = {key: value for key, value in table.items() if key in _META}
        rest = {key: value for key, value in table.items() if key not in _META}
        known = KINDS.get(str(table.get("kind")))
        params = {item.name for item in fields(known)} if known else set(rest)  # type: ignore[arg-type]
        for key in [key for key in rest if key not in params]:
            if close := get_close_matches(key, [name for name in _META if name not in own], 1, 0.8):
                self.faults.append(Fault(f"{where}.{key}", "an unknown key", close[0], f"did you mean {close[0]}?"))
                del rest[key]
        return own, rest

    def _params(self, kind: object, rest: dict[str, Any], where: str) -> Params | None:
        if not isinstance(kind, str):
            return None
        if kind not in KINDS:
            close = get_close_matches(kind, KINDS, 1)
            hint = f"did you mean {close[0]}?" if close else ""
            self.faults.append(Fault(f"{where}.kind", repr(kind)[:60], f"one of {', '.join(KINDS)}", hint))
            return None
        params = self._build(KINDS[kind], rest, where)
        if params is not None:
            complaints = [replace(fault, where=f"{where}.{fault.where}") for fault in params.complaints()]
            self.faults.extend(complaints)
        return params

    def _quotes(self, own: dict[str, Any], where: str, owner: str) -> tuple[str, ...]:
        several = own.get("quotes", [])
        listed = [own.get("quote"), *(several if isinstance(several, list) else [])]
        quotes = tuple(quote for quote in listed if isinstance(quote, str) and quote.strip())
        if not quotes:
            self.faults.append(Fault(f"{where}.quote", "no quote", "the words of the document", "add quote or quotes"))
        self.quotes.extend(Quotation(where, owner, quote) for quote in quotes)
        return quotes

    def _papers(self, table: dict[str, Any]) -> Papers | None:
        name = str(table.get("id", "without id"))[:40]
        where = f"{self.name}:{self.lines.next_line(name)} {name}"
        papers = self._build(Papers, table, where)
        if papers is not None:
            self.quotes.extend(Quotation(where, papers.id, quote) for quote in papers.quotes)
        return papers

    def _digests(self) -> Mapping[str, tuple[str, ...]]:
        table = self._build(_Digests, {"table": self.tree.get("quote_sha256", {})}, f"{self.name}: quote_sha256")
        return table.table if table else {}

    def _where(self, rule: Rule) -> str:
        return f"{self.name}:{rule.line} {rule.id}"

    def _build(self, kind: type[Record], value: object, where: str) -> Record | None:
        try:
            return build(kind, value, where)
        except FaultsError as error:
            self.faults.extend(error.faults)
            return None


@dataclass(frozen=True, slots=True)
class _Digests:
    table: Mapping[str, tuple[str, ...]]


def broken_seals(quotes: list[Quotation], digests: Mapping[str, tuple[str, ...]]) -> Iterator[Fault]:
    """Quotes that are not the ones that were sealed; owners that are not sealed at all are the linter's concern."""
    for quoted in quotes:
        sealed = digests.get(quoted.owner)
        if sealed is not None and quote_digest(quoted.text) not in sealed:
            yield Fault(
                f"{quoted.where}.quote",
                f"「{quoted.text}」",
                "the words that were sealed under quote_sha256",
                "restore the document's words, or seal the rulebook anew with its source at hand",
            )
