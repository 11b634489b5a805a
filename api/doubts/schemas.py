"""Doubts of classes as the JSON API shows them and takes them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from api.http.doubt_schema import DeedShape, DoubtDecision, deeds
from facts.doubt_case import Stage
from runtime.doubts.class_doubts import ClassDoubt
from runtime.doubts.class_steps import MOST_AT_ONCE

DoubtNumber = Annotated[int, Field(ge=1, lt=2**53)]
DoubtNumbers = Annotated[list[DoubtNumber], Field(min_length=1, max_length=MOST_AT_ONCE)]


class ClassDoubtShape(BaseModel):
    """One doubt about a class and its whole life; ``raised`` says whether the newest report still raises it.

    ``report_id`` and ``number`` name its entry in the last report that raised it, which is ``doubt``. ``two_names``:
    upholding it waits for a second person.
    """

    id: int
    class_id: int
    kind: str
    rule: str
    stage: Stage
    raised: bool
    two_names: bool
    raised_at: datetime
    report_id: int
    number: int
    doubt: dict[str, Any]
    events: list[DeedShape]

    @classmethod
    def of(cls, found: ClassDoubt) -> "ClassDoubtShape":
        """The doubt as the API shows it."""
        names = ("id", "class_id", "kind", "raised", "raised_at", "report_id", "number")
        own: dict[str, Any] = {name: getattr(found.row, name) for name in names}
        own |= {"rule": found.case.rule, "stage": found.stage, "two_names": found.case.two_names}
        return cls(**own, doubt=dict(found.entry), events=deeds(found.case))


class ClassDoubtsShape(BaseModel):
    """The doubts after a step on each of them."""

    items: list[ClassDoubtShape]


class ClassDoubtsDecision(DoubtDecision):
    """One decision on several doubts of a class."""

    doubts: DoubtNumbers


class SentClassExplanation(BaseModel):
    """What makes two explanations the same."""

    doubts: list[int]
    words: str
    files: list[tuple[str, str]]
