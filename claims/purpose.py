"""What money was for, in whatever words a register, a form or a rulebook says it."""

import re
from enum import StrEnum

_FILLING = re.compile(r"(技能)?培训|补贴|补助|资金|费$|\s")
_FEWEST = 2


class SubsidyPurpose(StrEnum):
    """What one person can be paid for once in one class."""

    TRAINING = "培训补贴"
    CERTIFICATE = "取证补贴"
    LIVING = "生活补贴"


def purpose_of(words: str) -> SubsidyPurpose | None:
    """The purpose of a programme or of a register's row; nothing where neither says one."""
    if not words.strip():
        return None
    if any(word in words for word in ("生活", "交通", "食宿")):
        return SubsidyPurpose.LIVING
    if any(word in words for word in ("取证", "评价补", "鉴定补")):
        return SubsidyPurpose.CERTIFICATE
    return SubsidyPurpose.TRAINING


def means(name: str, word: str) -> bool:
    """Whether both name one subsidy: 新录用人员岗前技能培训补贴 and 岗前培训 do."""
    one, other = (_FILLING.sub("", text) for text in (name, word))
    if min(len(one), len(other)) < _FEWEST:
        return name == word
    return one == other or one.endswith(other) or other.endswith(one)
