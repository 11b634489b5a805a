"""What is said where a class or a person goes by a word that the document does not have."""

from collections.abc import Iterator
from dataclasses import dataclass

from facts.text import Text
from policy.rulebook import Rulebook

UNKNOWN_WORD = "UNKNOWN_WORD"
INNOCENT = (
    Text("同一人群或项目的另一种写法，文件中有对应的词", "another spelling of a group or programme that is there"),
    Text("按另一份文件填写", "filled in by the words of another document"),
)


@dataclass(frozen=True, slots=True)
class UnknownWord:
    """A word for a group or a programme that the rulebook does not know, and what comes nearest there."""

    what: Text
    word: str
    nearest: tuple[str, ...]
    title: str

    @property
    def text(self) -> Text:
        """The word, the document, and the nearest words that it has."""
        near = "、".join(self.nearest[:8])
        return Text(
            f"{self.what.zh}“{self.word}”不是{self.title}的用语；相近的有：{near or '（文件没有列出）'}",
            f"the {self.what.en} {self.word!r} is no word of {self.title}; the nearest there: {near or 'none'}",
        )

    @property
    def remedy(self) -> Text:
        """What to do about it."""
        return Text(
            "请改用文件中的词；确为文件所指的，请在规则文件补充该词及原文",
            "use a word of the document; if the document means it, add the word with its quote to the rulebook",
        )


GROUP, PROGRAMME = Text("人员类别", "group"), Text("培训项目", "programme")


def unknown_group(book: Rulebook, raw: str) -> UnknownWord | None:
    """The group, where the rulebook has no such word."""
    if not book.groups.unknown(raw):
        return None
    return UnknownWord(GROUP, raw[:40], book.groups.nearest(raw), book.title.zh)


def unknown_programme(book: Rulebook, raw: str) -> UnknownWord | None:
    """The programme, where the rulebook has no such word."""
    if not book.programmes.unknown(raw):
        return None
    return UnknownWord(PROGRAMME, raw[:40], book.programmes.nearest(raw), book.title.zh)


def unknown_words(book: Rulebook, programme: str, group: str) -> Iterator[UnknownWord]:
    """Both, as far as they are unknown."""
    yield from filter(None, (unknown_group(book, group), unknown_programme(book, programme)))
