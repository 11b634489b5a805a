"""What an institution answers to a failure by review (答复): words, files, and how many heads it marked itself."""

from dataclasses import dataclass
from datetime import datetime

from facts.counting import counted
from facts.doubt_case import Attachment
from facts.errors import InputError

MOST_REPLY_CHARS = 2000


@dataclass(frozen=True, slots=True)
class ReviewReply:
    """The institution's answer; ``counts`` are the heads on the frames that it marked itself, which decide nothing."""

    by: str
    at: datetime
    words: str
    files: tuple[Attachment, ...] = ()
    counts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.words.strip() or len(self.words) > MOST_REPLY_CHARS:
            raise InputError(
                f"reply to a review: got {counted(len(self.words.strip()), 'character')}, expected 1 to {MOST_REPLY_CHARS}; say in"
                " words what was seen wrongly"
            )
