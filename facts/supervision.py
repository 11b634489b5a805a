"""What an authority records about an institution (监管记录): a talk, a letter, a suspension, a complaint, and its life."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from facts.counting import counted
from facts.errors import InputError
from facts.text import Text

MOST_WORDS = 4000
MOST_PEOPLE = 400


class MeasureKind(StrEnum):
    """What is recorded; the values are hashed and never change."""

    TALK = "talk"
    LETTER = "letter"
    CIRCULAR = "circular"
    SUSPENSION = "suspension"
    ENROLMENT_STOP = "enrolment_stop"
    REMOVAL = "removal"
    BREACH = "breach"
    CREDIT = "credit"
    VISIT = "visit"
    COMPLAINT = "complaint"

    @property
    def text(self) -> Text:
        """The kind in the documents' words."""
        return _KINDS[self]

    @property
    def costs(self) -> bool:
        """Whether a document lets it cost money, so that two people sign it."""
        return self in _COSTLY

    @property
    def bears(self) -> bool:
        """Whether a claim is screened against it; what is only looked into is no measure yet."""
        return self not in {MeasureKind.COMPLAINT, MeasureKind.VISIT}

    @property
    def told(self) -> bool:
        """Whether the institution sees it; who complained, and of what, stays with the authority."""
        return self is not MeasureKind.COMPLAINT


_KINDS = {
    MeasureKind.TALK: Text("约谈机构负责人", "talk with the head of the institution"),
    MeasureKind.LETTER: Text("整改函", "letter of rectification"),
    MeasureKind.CIRCULAR: Text("情况通报", "circular"),
    MeasureKind.SUSPENSION: Text("暂停培训资质", "licence to train suspended"),
    MeasureKind.ENROLMENT_STOP: Text("暂停招生", "enrolment stopped"),
    MeasureKind.REMOVAL: Text("移出目录", "removed from the catalogue"),
    MeasureKind.BREACH: Text("认定违规", "breach found"),
    MeasureKind.CREDIT: Text("信用等级评定", "credit level"),
    MeasureKind.VISIT: Text("第三方监督", "third-party monitor's visit"),
    MeasureKind.COMPLAINT: Text("举报", "complaint"),
}
_COSTLY = frozenset(
    {
        MeasureKind.LETTER,
        MeasureKind.SUSPENSION,
        MeasureKind.ENROLMENT_STOP,
        MeasureKind.REMOVAL,
        MeasureKind.BREACH,
    }
)


class MeasureDeed(StrEnum):
    """What somebody did about a measure; the values are hashed and never change."""

    OPEN = "open"
    SIGN = "sign"
    OBJECT = "object"
    ANSWER = "answer"
    CLOSE = "close"
    LIFT = "lift"

    @property
    def text(self) -> Text:
        """The deed in words."""
        return _DEEDS[self]


class MeasureStage(StrEnum):
    """How far a measure has come."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"
    ANSWERED = "answered"
    CLOSING = "closing"
    LIFTING = "lifting"
    CLOSED = "closed"
    LIFTED = "lifted"
    DROPPED = "dropped"

    @property
    def text(self) -> Text:
        """The stage in words."""
        return _STAGES[self]

    @property
    def over(self) -> bool:
        """Whether nothing more can happen."""
        return self in {MeasureStage.CLOSED, MeasureStage.LIFTED, MeasureStage.DROPPED}

    @property
    def stands(self) -> bool:
        """Whether it was issued and not taken back; what was closed still stood while it ran."""
        return self not in {MeasureStage.PROPOSED, MeasureStage.LIFTED, MeasureStage.DROPPED}


_DEEDS = {
    MeasureDeed.OPEN: Text("提出", "opened"),
    MeasureDeed.SIGN: Text("同意并签字", "signed"),
    MeasureDeed.OBJECT: Text("不同意", "objected"),
    MeasureDeed.ANSWER: Text("机构答复", "answered by the institution"),
    MeasureDeed.CLOSE: Text("办结", "closed"),
    MeasureDeed.LIFT: Text("撤销", "taken back"),
}
_STAGES = {
    MeasureStage.PROPOSED: Text("待第二人签字", "waits for a second signer"),
    MeasureStage.IN_FORCE: Text("已下达", "in force"),
    MeasureStage.ANSWERED: Text("机构已答复", "answered"),
    MeasureStage.CLOSING: Text("拟办结，待第二人签字", "closing waits for a second signer"),
    MeasureStage.LIFTING: Text("拟撤销，待第二人签字", "taking back waits for a second signer"),
    MeasureStage.CLOSED: Text("已办结", "closed"),
    MeasureStage.LIFTED: Text("已撤销", "taken back"),
    MeasureStage.DROPPED: Text("未下达", "never issued"),
}


@dataclass(frozen=True, slots=True)
class MeasurePerson:
    """Somebody whom a breach names, as the class's roll has them."""

    name: str
    tail: str


@dataclass(frozen=True, slots=True)
class MeasureWords:
    """What of a measure may name people, kept sealed: what was found, what is asked, who complained, whom it names."""

    found: str
    asked: str = ""
    reporter: str = ""
    people: tuple[MeasurePerson, ...] = ()

    def __post_init__(self) -> None:
        if (longest := max(map(len, (self.found, self.asked, self.reporter)))) > MOST_WORDS:
            raise InputError(f"measure: got {counted(longest, 'character')}, expected at most {MOST_WORDS}; be brief")


@dataclass(frozen=True, slots=True)
class MeasureEvent:
    """One thing that happened to a measure: who, when, in what words; ``day`` is the one on which it ends."""

    deed: MeasureDeed
    by: str
    at: datetime
    words: str = ""
    day: date | None = None

    def __post_init__(self) -> None:
        if not self.by.strip() or self.at.tzinfo is None:
            raise InputError("measure: got nobody or a time without a zone, expected who did it and when")
        if len(self.words) > MOST_WORDS:
            raise InputError(
                f"measure: got {counted(len(self.words), 'character')}, expected at most {MOST_WORDS}; be brief"
            )


@dataclass(frozen=True, slots=True)
class MeasureCase:
    """One measure with everything that happened to it, oldest first; ``last`` is its stated last day."""

    kind: MeasureKind
    first: date
    last: date | None = None
    term: date | None = None
    events: tuple[MeasureEvent, ...] = ()
