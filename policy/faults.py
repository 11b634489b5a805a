import re
from collections import Counter
from collections.abc import Callable, Iterator

from facts.counting import counted
from facts.errors import Fault
from policy.assumptions import ASSUMPTION_IDS
from policy.kinds import EvidenceRetention, VideoContinuous, VideoWholeClass
from policy.places import is_path
from policy.rulebook import IssuerLevel, Rule, Rulebook
from policy.vocabulary import ACTORS
from policy.word_faults import word_faults

MOST_ID_CHARS, MOST_VERSION_CHARS = 100, 40
Where = Callable[[Rule], str]
_BOOK_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RULE_ID = re.compile(r"[A-Z0-9]+-[A-Z]+[0-9]+[a-z]?")
_SOURCE = "policy/vocabulary.py"
_ONE_PATH = "省/市/县 in whole names, from the province down to the county at most, such as 山西省/阳泉市/平定县"
_PATHS = {
    IssuerLevel.NATION: "any path",
    IssuerLevel.PROVINCE: "a path such as 山西省",
    IssuerLevel.CITY: "a path such as 山西省/阳泉市",
    IssuerLevel.COUNTY: "a path such as 山西省/阳泉市/平定县",
}


def book_faults(book: Rulebook, name: str, where: Where) -> Iterator[Fault]:
    """What is wrong with a rulebook whose single records are all well formed."""
    if not _BOOK_ID.fullmatch(book.id):
        yield Fault(f"{name}: id", repr(book.id), "small letters, digits and hyphens")
    if len(book.id) > MOST_ID_CHARS:
        yield Fault(f"{name}: id", counted(len(book.id), "character"), f"at most {MOST_ID_CHARS}", "shorten it")
    if not book.version.strip() or len(book.version) > MOST_VERSION_CHARS or not book.version.isprintable():
        yield Fault(f"{name}: version", repr(book.version[:60]), f"1 to {MOST_VERSION_CHARS} visible characters")
    if not book.rules:
        yield Fault(f"{name}: rule", "no rule", "at least one")
    yield from _date_faults(book, name, where)
    yield from _level_faults(book, name)
    yield from _id_faults(book, name)
    ids = {rule.id for rule in book.rules}
    for rule in book.rules:
        yield from _word_faults(rule, where(rule))
        yield from _reference_faults(rule, ids, where(rule))
        yield from _assumption_faults(rule, book, where(rule))
    yield from word_faults(book, name, where)


def _date_faults(book: Rulebook, name: str, where: Where) -> Iterator[Fault]:
    first, last = book.valid.first, book.valid.last
    if last is not None and last < first:
        yield Fault(f"{name}: valid", f"last day {last} before first day {first}", "the first day first")
    if book.issued is not None and last is not None and book.issued > last:
        yield Fault(f"{name}: issued", f"{book.issued} after the last day {last}", "a day of issue before it")
    for rule in book.rules:
        if rule.since and rule.until and rule.until < rule.since:
            yield Fault(f"{where(rule)}.until", f"{rule.until} before since {rule.since}", "since first")
        if rule.since and last is not None and rule.since > last and not rule.note:
            yield Fault(
                f"{where(rule)}.since",
                f"{rule.since} after the rulebook's last day {last}",
                "a day within its validity, or a note that says why",
            )
        if rule.until and rule.until < first:
            yield Fault(f"{where(rule)}.until", f"{rule.until} before the rulebook's first day {first}", "a later day")


def _level_faults(book: Rulebook, name: str) -> Iterator[Fault]:
    """A place lies no higher than its document's issuer, and what is replaced is said to be."""
    for path in book.places:
        if not is_path(path):
            yield Fault(f"{name}: places", repr(path)[:80], _ONE_PATH, "write each division as a step of its own")
        elif len(path.split("/")) < book.level.rank:
            yield Fault(f"{name}: places", f"{path} of a {book.level.value}'s document", _PATHS[book.level])
    said = book.replaces
    if said and not (said.books or said.earlier):
        yield Fault(f"{name}: replaces", "nothing that is replaced", "books = [ids], or earlier = true")
    if said and book.id in said.books:
        yield Fault(f"{name}: replaces.books", "itself", "another rulebook's id")


def _id_faults(book: Rulebook, name: str) -> Iterator[Fault]:
    for kind, ids in (("rule", [rule.id for rule in book.rules]), ("papers", [item.id for item in book.papers])):
        for twice, count in Counter(ids).items():
            if count > 1:
                yield Fault(f"{name}: {kind} {twice}", f"{count} of this id", "each id once")


def _word_faults(rule: Rule, where: str) -> Iterator[Fault]:
    if not _RULE_ID.fullmatch(rule.id):
        yield Fault(f"{where}.id", repr(rule.id), "an id such as YQ-V1")
    yield from _unknown(f"{where}.binds", rule.binds, ACTORS)
    yield from _unknown(f"{where}.assumes", rule.assumes, set(ASSUMPTION_IDS.values()))


def _unknown(where: str, words: tuple[str, ...], known: set[str] | dict[str, str]) -> Iterator[Fault]:
    for word in words:
        if word not in known:
            yield Fault(
                where, f"the unknown word {word!r}", f"one of {'、'.join(known)}", f"the words are in {_SOURCE}"
            )


def _reference_faults(rule: Rule, ids: set[str], where: str) -> Iterator[Fault]:
    for other in rule.params.names_rules():
        if other not in ids:
            yield Fault(where, f"the rule {other}", "a rule of this rulebook", "correct the id")
        if other == rule.id:
            yield Fault(where, "a rule that speaks of itself", "another rule's id")


def _assumption_faults(rule: Rule, book: Rulebook, where: str) -> Iterator[Fault]:
    """A rule that rests on an assumption may not carry another value than the rulebook prints."""
    held = book.assumptions
    pairs: list[tuple[str, str, object, object]] = []
    if isinstance(rule.params, VideoContinuous):
        pairs.append(("A5", "max_gap_s", rule.params.max_gap_s, held.continuity.max_gap_s))
    if isinstance(rule.params, VideoWholeClass):
        pairs.append(("A3", "mode", rule.params.mode, held.visible.mode))
        pairs.append(("A3", "share", rule.params.share, held.visible.share))
        pairs.append(("A4", "same_window", rule.params.same_window, held.same_window.required))
    if isinstance(rule.params, EvidenceRetention):
        pairs.append(("A7", "base", rule.params.base, held.retention.base))
    for assumption, field, own, printed in pairs:
        if assumption in rule.assumes and own != printed:
            yield Fault(f"{where}.{field}", str(own), f"{printed} as assumption {assumption} of the same rulebook says")
