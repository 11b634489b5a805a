"""What somebody writes at one moment of a class's recording (批注): evidence of a check, and no part of any verdict."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from facts.counting import counted
from facts.refusals import Refusal, refuse
from facts.span import instant
from facts.text import Text

MOST_NOTE_CHARS = 500
_BREAKING = frozenset({"Cc", "Zl", "Zp"})  # controls, among them tabs and new lines


@dataclass(frozen=True, slots=True)
class MomentNote:
    """One note as it is kept for good: at which moment of which camera, what, who, when."""

    camera: str
    at: datetime
    text: str
    by: str
    made_at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text.strip())
        refuse(note_refusals(self.text))
        at = instant(self.at)
        object.__setattr__(self, "at", at.replace(microsecond=at.microsecond // 1000 * 1000))  # as a player tells it


def note_refusals(text: str) -> list[Refusal]:
    """Why the text is no note."""
    expected = f"one paragraph of 1 to {MOST_NOTE_CHARS} characters"
    if not text.strip():
        return [Refusal("text", Text("请先写下批注", "write the note first"), "nothing", expected)]
    if len(text) > MOST_NOTE_CHARS:
        said = Text(
            f"批注最多 {MOST_NOTE_CHARS} 个字，现有 {len(text)} 个",
            f"a note has at most {MOST_NOTE_CHARS} characters, this one has {len(text)}",
        )
        return [Refusal("text", said, counted(len(text), "character"), expected)]
    if any(unicodedata.category(sign) in _BREAKING for sign in text):
        said = Text(
            "批注只写一段，不能换行或含控制符", "a note is one paragraph, without line breaks or control characters"
        )
        return [Refusal("text", said, "a line break or a control character", expected)]
    return []
