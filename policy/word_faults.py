"""What is wrong with a rulebook's own words for groups and programmes, and with rules that use other words."""

from collections import Counter
from collections.abc import Callable, Iterator

from facts.errors import Fault
from policy.rulebook import Rule, Rulebook
from policy.vocabulary import OPENING, BookWord, WordList, spelled

GROUP, PROGRAMME = "group", "programme"
_ADD = "write one of the rulebook's words, or add the word with its quote under [[{kind}]]"


def word_faults(book: Rulebook, name: str, where: Callable[[Rule], str]) -> Iterator[Fault]:
    """Words that are twice, without quote or in a circle, and names in rules that are none of them."""
    for kind, words in ((GROUP, book.groups), (PROGRAMME, book.programmes)):
        yield from _list_faults(words, kind, name)
    for rule in book.rules:
        at, params = where(rule), rule.params
        yield from unknown_words(f"{at}.groups", rule.groups, book.groups, GROUP)
        yield from unknown_words(f"{at}.programmes", rule.programmes, book.programmes, PROGRAMME)
        yield from unknown_words(f"{at}.whatever_group", rule.whatever_group, book.programmes, PROGRAMME)
        yield from unknown_words(at, params.names_groups(), book.groups, GROUP)
        yield from unknown_words(at, params.names_programmes(), book.programmes, PROGRAMME)
    for papers in book.papers:
        named = tuple(one for one in (papers.programme, *papers.also_for) if one != OPENING)
        yield from unknown_words(f"{name}: papers {papers.id}", named, book.programmes, PROGRAMME)


def unknown_words(where: str, used: tuple[str, ...], known: WordList, kind: str) -> Iterator[Fault]:
    """Rules name a word by its own name, so that nothing about them depends on a synonym."""
    names = [word.name for word in known.words]
    for one in used:
        if one in names:
            continue
        found = known.find(one)
        nearest = (found.name,) if found else known.nearest(one)
        expected = f"a {kind} of this rulebook, such as {'、'.join(nearest[:8])}" if nearest else f"a [[{kind}]] first"
        yield Fault(where, f"the unknown {kind} {one!r}", expected, _ADD.format(kind=kind))


def _list_faults(words: WordList, kind: str, name: str) -> Iterator[Fault]:
    names = {word.name for word in words.words}
    counts = Counter(spelled(spelling) for word in words.words for spelling in word.spellings)
    for word in words.words:
        where = f"{name}: {kind} {word.name}"
        for spelling in word.spellings:
            if counts[spelled(spelling)] > 1:
                yield Fault(where, f"the spelling {spelling!r} twice", "each spelling once, for one word alone")
                counts[spelled(spelling)] = 1
        yield from _quote_faults(word, where)
        for member in word.members:
            if member not in names:
                yield Fault(f"{where}.members", f"the unknown {kind} {member!r}", f"the name of another [[{kind}]]")
        if word.name in _reached(word, words):
            yield Fault(f"{where}.members", "a circle that leads back to itself", "members that do not hold it")


def _quote_faults(word: BookWord, where: str) -> Iterator[Fault]:
    """``also`` are the document's words, so a quote must hold each of them; other spellings are ``usual``."""
    quoted = spelled("".join(word.quotes))
    for spelling in word.also:
        if spelled(spelling) not in quoted:
            yield Fault(
                f"{where}.also", f"{spelling!r}, which no quote holds", "a word of the quote", "or list it as usual"
            )


def _reached(word: BookWord, words: WordList) -> set[str]:
    """Everything that the word's members embrace."""
    members = {one.name: one.members for one in words.words}
    found: set[str] = set()
    waiting = list(word.members)
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(members.get(one, ()))
    return found
