"""Supervision as the API takes and shows it."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from api.http.fields import NO_CONTROLS, TEXT, Line, Reason, Short
from facts.supervision import MOST_PEOPLE, MOST_WORDS, MeasureKind
from runtime.supervision.letter import people_shown
from runtime.supervision.measures import MeasureView
from runtime.supervision.request import MeasureRequest
from storage.database.supervision.measures import MeasureRow

Words = Annotated[str, StringConstraints(max_length=MOST_WORDS, pattern=TEXT)]
Key = Annotated[str, StringConstraints(max_length=80, pattern=r"^[0-9a-f]{1,80}$")]
Number = Annotated[int, Field(ge=1, lt=2**53)]
MOST_HOURS = 400


class NewSupervision(BaseModel, extra="forbid"):
    """What is to be recorded; a 整改函 needs ``asked`` and ``term``, a breach its class, a credit level ``level``."""

    kind: MeasureKind
    institution_id: Number
    first: date = Field(description="the day from which it stands")
    found: Words
    last: date | None = Field(None, description="its last day, where it states one; else it runs until it is closed")
    term: date | None = Field(None, description="until when the institution is to answer")
    asked: Words = ""
    paper: Line = Field("", description="the document's number (文号) as the authority writes it")
    level: Annotated[str, StringConstraints(max_length=20, pattern=NO_CONTROLS)] = ""
    reporter: Line = Field("", description="who complained; sealed, never in an answer")
    class_id: Number | None = None
    claim_id: Number | None = None
    hours: list[Short] = Field([], max_length=MOST_HOURS)
    people: list[Key] = Field([], max_length=MOST_PEOPLE, description="keys of the class's roll, of a breach alone")

    def request(self) -> MeasureRequest:
        """The same as the rules take it."""
        told = self.model_dump()
        return MeasureRequest(**{**told, "hours": tuple(self.hours), "people": tuple(self.people)})


class SentStep(BaseModel, extra="forbid"):
    """Why, or what is answered; a second signer may add nothing."""

    words: Words = ""


class SentClosing(SentStep):
    """The last day on which it stands."""

    day: date


class SentReason(BaseModel, extra="forbid"):
    """Why somebody must know who complained."""

    reason: Reason


class ReporterShape(BaseModel):
    """Who complained."""

    reporter: str


class SupervisionShape(BaseModel):
    """A supervision record as lists have it."""

    id: int
    institution_id: int
    institution: str
    class_id: int | None
    claim_id: int | None
    kind: MeasureKind
    paper: str
    level: str
    first: date
    last: date | None
    term: date | None
    ended: date | None = Field(description="the last day on which it stood; null while it runs")
    hours: list[str]
    stage: str
    made_at: datetime

    @classmethod
    def of(cls, row: MeasureRow) -> "SupervisionShape":
        """The row."""
        names = [name for name in SupervisionShape.model_fields if name not in {"hours", "kind"}]
        own: dict[str, Any] = {name: getattr(row, name) for name in names}
        return cls(**own, kind=row.of, hours=row.hours.split("\n") if row.hours else [])


class StepShape(BaseModel):
    """One thing that happened to it."""

    deed: str
    by: str
    at: datetime
    words: str
    day: date | None


class WholeSupervisionShape(SupervisionShape):
    """The same with its words and its life; people are masked, and who complained is a sign that somebody did."""

    found: str
    asked: str
    reporter_masked: str
    people_masked: list[str]
    events: list[StepShape]

    @classmethod
    def of_view(cls, view: MeasureView) -> "WholeSupervisionShape":
        """The record with everything that its reader may see."""
        events = [
            StepShape(deed=one.deed.value, by=one.by, at=one.at, words=one.words, day=one.day)
            for one in view.case.events
        ]
        told = SupervisionShape.of(view.row).model_dump()
        return cls(
            **told,
            found=view.words.found,
            asked=view.words.asked,
            reporter_masked=view.words.reporter,
            people_masked=list(people_shown(view)),
            events=events,
        )
