"""What money was for, in whatever words a register, a form or a rulebook says it."""

import re
from enum import StrEnum

from policy.rulebook import Rulebook
from policy.vocabulary import NO_WORDS, WordList, spelled

_FILLING = re.compile(r"(技能)?培训|补贴|补助|资金|费$|\s")
_MONEY = re.compile(r"(补贴|补助|资金|经费|费)+$")
_MEANWHILE = re.compile(r"(参加)?(职业)?(技能)?培训期间的?")
_FEWEST = 2


class SubsidyPurpose(StrEnum):
    """What one person can be paid for once in one class."""

    TRAINING = "培训补贴"
    CERTIFICATE = "取证补贴"
    LIVING = "生活补贴"


_SIGNS = {
    SubsidyPurpose.LIVING: re.compile(r"(生活|交通|食宿|伙食)(费|补贴|补助|津贴)"),
    SubsidyPurpose.CERTIFICATE: re.compile(r"取证|评价|鉴定|认定|考证|证书"),
    SubsidyPurpose.TRAINING: re.compile(r"培训|代训|学徒|订单|项目制|普惠|岗前|转岗|在岗"),
}


def purpose_of(words: str, book: Rulebook | None = None) -> SubsidyPurpose | None:
    """The purpose of a programme or of a register's row; nothing where the words say none, or more than one.

    What the rulebook knows by any spelling is of the purpose of its own name. A certificate's money is none of a
    document that pays no certificates: what was paid under that word may be its training.
    """
    programmes = book.programmes if book else NO_WORDS
    plain = _MEANWHILE.sub("", spelled(words))
    known = _known(programmes, plain)
    found = _signs(known or plain)
    if not found and known:
        return SubsidyPurpose.TRAINING
    if len(found) != 1:
        return None
    lacking = bool(programmes.words) and not any(_signs(one.name) == found for one in programmes.words)
    return None if lacking and found == [SubsidyPurpose.CERTIFICATE] else found[0]


def means(name: str, word: str, programmes: WordList = NO_WORDS) -> bool:
    """Whether both name one subsidy, by any of a rulebook's spellings: 新录用人员岗前技能培训补贴 and 岗前培训 do."""
    return any(_alike(name, spelling) for spelling in dict.fromkeys((word, *programmes.spellings((word,)))))


def _alike(name: str, word: str) -> bool:
    one, other = (_FILLING.sub("", text) for text in (name, word))
    if min(len(one), len(other)) < _FEWEST:
        return name == word
    return one == other or one.endswith(other) or other.endswith(one)


def _known(programmes: WordList, words: str) -> str:
    """The rulebook's own name for it, with or without 补贴 at its end; nothing where it has none."""
    found = programmes.find(words) or programmes.find(_MONEY.sub("", words)) if words else None
    return found.name if found else ""


def _signs(words: str) -> list[SubsidyPurpose]:
    return [purpose for purpose, sign in _SIGNS.items() if sign.search(words)]
