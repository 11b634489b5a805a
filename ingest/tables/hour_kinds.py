"""Theory or practice, by the kind's column or else by the subject's own name."""

import re

from facts.course import HourKind

_PRACTICE = re.compile(r"实操|实训|实践|实际操作|操作|实习|技能")
_THEORY = re.compile(r"理论|讲授|面授|授课|(?<![护管料修])理实|综合")  # 护理实操 is practice
# A subject is called by what is taught (职业技能基础), so only words for the practising itself count there.
_PRACTICE_SUBJECT = re.compile(r"实操|实训|实习|实践课|实践操作|实际操作|操作练习|操作训练|技能训练|技能操作|上机|见习")

_THEORY_SUBJECT = re.compile(r"理论|讲授|面授|理实一体")


def says_kind(text: str) -> bool:
    """Whether the kind's column says theory or practice at all."""
    return bool(_PRACTICE.search(text) or _THEORY.search(text))


def hour_kind(stated: str, subject: str) -> HourKind:
    """What the kind's column says; where it says neither, what the subject's name says."""
    if says_kind(stated):
        practice = _PRACTICE.search(stated) and not _THEORY.search(stated)
    else:
        practice = _PRACTICE_SUBJECT.search(subject) and not _THEORY_SUBJECT.search(subject)
    return HourKind.PRACTICE if practice else HourKind.THEORY
