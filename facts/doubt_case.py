"""The life of a doubt: raised, explained by the institution, accepted or upheld by reviewers; nothing is taken back."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from facts.counting import counted
from facts.digest import Digest
from facts.errors import InputError
from facts.money import Fen
from facts.text import Text

MOST_WORDS = 4000


class Deed(StrEnum):
    """What somebody did about a doubt; the values are hashed and never change."""

    OPEN = "open"
    EXPLAIN = "explain"
    ACCEPT = "accept"
    UPHOLD = "uphold"

    @property
    def text(self) -> Text:
        """The deed in words."""
        return _DEEDS[self]


class Stage(StrEnum):
    """Where a doubt stands."""

    OPEN = "open"
    EXPLAINED = "explained"
    SECOND_SIGNER = "second_signer"
    ACCEPTED = "accepted"
    UPHELD = "upheld"

    @property
    def text(self) -> Text:
        """The stage in words."""
        return _STAGES[self]

    @property
    def closed(self) -> bool:
        """Whether nothing more can happen to it."""
        return self in {Stage.ACCEPTED, Stage.UPHELD}


_DEEDS = {
    Deed.OPEN: Text("提出", "raised"),
    Deed.EXPLAIN: Text("机构说明", "explained"),
    Deed.ACCEPT: Text("采信说明", "accepted"),
    Deed.UPHOLD: Text("维持疑点", "upheld"),
}
_STAGES = {
    Stage.OPEN: Text("待说明", "open"),
    Stage.EXPLAINED: Text("已说明待复核", "explained, to be reviewed"),
    Stage.SECOND_SIGNER: Text("待第二人签字", "waits for a second signer"),
    Stage.ACCEPTED: Text("已采信", "accepted"),
    Stage.UPHELD: Text("已维持", "upheld"),
}


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file that was handed in: its name, its size, and the digest under which the evidence store keeps it."""

    name: str
    size_bytes: int
    digest: Digest


@dataclass(frozen=True, slots=True)
class DoubtEvent:
    """One thing that happened to a doubt: who, when, in what words, with which files, refusing which sum."""

    deed: Deed
    by: str
    at: datetime
    words: str = ""
    files: tuple[Attachment, ...] = ()
    refused: Fen | None = None

    def __post_init__(self) -> None:
        if not self.by.strip():
            raise InputError(f"doubt: {self.deed}: got nobody, expected who does it; give --by")
        if len(self.words) > MOST_WORDS:
            raise InputError(
                f"doubt: got {counted(len(self.words), 'character')}, expected at most {MOST_WORDS}; attach a file"
            )
        if self.refused is not None and self.refused <= Fen(0):
            raise InputError(f"doubt: got {self.refused} refused, expected more than nothing")


@dataclass(frozen=True, slots=True)
class DoubtCase:
    """One doubt with everything that ever happened to it, oldest first; ``claim`` is empty where it is about a class."""

    id: str
    claim: str
    class_id: str
    kind: str
    rule: str
    text: Text
    events: tuple[DoubtEvent, ...] = ()

    @property
    def two_names(self) -> bool:
        """Whether upholding it costs money by itself: a class's doubt by a rule that its hours rest on."""
        return not self.claim and bool(self.rule)
