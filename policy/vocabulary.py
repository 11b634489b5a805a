"""The words of a document for groups and programmes, as its rulebook spells them, and what each of them means there."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property

ACTORS: dict[str, str] = {
    "培训机构": "training institution",
    "评价机构": "evaluation body",
    "企业": "enterprise",
    "院校": "school",
    "学员": "trainee",
    "申领人": "claimant",
    "监管部门": "supervisor",
    "人社部门": "labour bureau",
    "行业部门": "trade department",
}
# Not a programme: the list of papers with which a class is opened.
OPENING = "开班"

_MARKS = re.compile(r"[\s“”„‟\"'‘’「」『』《》〈〉]+")
_INCLUDING = re.compile(r"\(含[^()]*\)")
_TRAINING = "培训"
_NEAREST, _ALIKE = 3, 0.3


@dataclass(frozen=True, slots=True)
class BookWord:
    """One group of people or one programme that a document speaks of.

    ``also`` are the document's other words for it, which stand in a quote; ``usual`` are words that offices write for
    the same (this program's reading); ``members`` are the words that it embraces; ``young`` says of a group that its people are at school or have just left it.
    """

    name: str
    en: str
    quotes: tuple[str, ...]
    article: str = ""
    also: tuple[str, ...] = ()
    usual: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    young: bool = False

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write it, its name first."""
        return (self.name, *self.also, *self.usual)


def spelled(word: str) -> str:
    """A word as it is compared: one width, without white space and quotation marks."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", word))


@dataclass(frozen=True)
class WordList:
    """The groups, or the programmes, of one rulebook; in a ``closed`` list a word that it lacks is simply another."""

    words: tuple[BookWord, ...] = ()
    closed: bool = False

    def find(self, raw: str) -> BookWord | None:
        """The word that this spelling means, with or without 培训 at its end or what it includes in brackets."""
        plain = spelled(raw)
        bare = _INCLUDING.sub("", plain)
        for spelling in (plain, f"{plain}{_TRAINING}", bare, f"{bare}{_TRAINING}"):
            if spelling in self._by_spelling:
                return self._by_spelling[spelling]
        return None

    def name_of(self, raw: str) -> str:
        """The rulebook's own name for it; a word that it does not know stays as it is."""
        found = self.find(raw)
        return found.name if found else raw

    def among(self, raw: str, named: Iterable[str]) -> bool | None:
        """Whether it is one of the named; nothing where it is blank, unknown, or a collective that embraces one."""
        wanted = tuple(named)
        if not wanted:
            return True
        found = self.find(raw) if raw else None
        if found is None:
            return False if raw and self.closed else None
        if any(found.name in self._held_by(name) for name in wanted):
            return True
        return None if any(name in self._held_by(found.name) for name in wanted) else False

    def is_collective(self, raw: str) -> bool:
        """Whether the word leaves open which of several it means."""
        found = self.find(raw)
        return bool(found and found.members)

    def unknown(self, raw: str) -> bool:
        """Whether something is written that the document has no word for."""
        return bool(spelled(raw)) and not self.closed and self.find(raw) is None

    def nearest(self, raw: str) -> tuple[str, ...]:
        """The names whose spellings come nearest, or all of them where none is near."""
        close = get_close_matches(spelled(raw), self._by_spelling, 2 * _NEAREST, _ALIKE)
        names = dict.fromkeys(self._by_spelling[spelling].name for spelling in close)
        return tuple(names)[:_NEAREST] or tuple(word.name for word in self.words)

    def spellings(self, names: Iterable[str]) -> tuple[str, ...]:
        """Every spelling of these names and of what they embrace, as other people's tables may have them."""
        inner = [held for name in names for held in (name, *sorted(self._held_by(name) - {name}))]
        known = {word.name: word.spellings for word in self.words}
        return tuple(dict.fromkeys(spelling for name in inner for spelling in known.get(name, (name,))))

    def _held_by(self, name: str) -> frozenset[str]:
        return self._embraced.get(name, frozenset({name}))

    @cached_property
    def _by_spelling(self) -> Mapping[str, BookWord]:
        return {spelled(spelling): word for word in self.words for spelling in word.spellings}

    @cached_property
    def _embraced(self) -> Mapping[str, frozenset[str]]:
        members = {word.name: word.members for word in self.words}
        return {name: _closure(name, members) for name in members}


NO_WORDS = WordList()


def _closure(name: str, members: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """The name and everything that it embraces, however deep; a circle ends where it began."""
    found, waiting = {name}, [name]
    while waiting:
        inner = [one for one in members.get(waiting.pop(), ()) if one not in found]
        found.update(inner)
        waiting.extend(inner)
    return frozenset(found)
