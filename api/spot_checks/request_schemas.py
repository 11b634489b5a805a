"""Spot checks as the API takes them: a draw, its reveal, a finding, a second signature."""

from fractions import Fraction
from typing import Annotated, Literal

from pipeline.spot_checks.list_faults import HEAVIEST
from pipeline.spot_checks.request import DrawRequest
from pydantic import BaseModel, Field, StringConstraints, field_validator

from api.http.fields import NO_CONTROLS, TEXT, Line, Short
from facts.spot_check import Stratum

Finding = Literal["PASS", "FAIL", "UNPROVEN"]
Number = Annotated[int, Field(ge=1, lt=2**53)]
Share = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}(/[1-9][0-9]{0,5}|\.[0-9]{1,6})?$")]
Words = Annotated[str, StringConstraints(max_length=2000, pattern=TEXT)]


class ListedClass(BaseModel, extra="forbid"):
    """A class that takes part, and its weight."""

    class_id: Number
    weight: int = Field(1, ge=1, le=HEAVIEST)


class StratumWish(BaseModel, extra="forbid"):
    """How many classes of one stratum are drawn: a count, or a share that is rounded up."""

    name: Line
    count: int | None = Field(None, ge=1, le=100_000)
    share: Share | None = None


class Conflict(BaseModel, extra="forbid"):
    """Institutions to which an inspector is not sent (回避)."""

    inspector: Short
    institutions: list[Line] = Field(min_length=1, max_length=100)


class NewDraw(BaseModel, extra="forbid"):
    """A draw to be announced: all classes of the caller's area unless some are listed, inspectors as the accounts say.

    ``strata`` names the field that divides the classes; ``sizes`` gives each stratum its own size, otherwise ``share``
    holds for every one. ``weighted`` draws a class with more doubts more often; weights of one's own need the reason.
    """

    title: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=NO_CONTROLS)]
    strata: Literal["", "programme", "institution", "locality"] = ""
    share: Share = "1/10"
    sizes: list[StratumWish] = Field(default=[], max_length=1000)
    classes: list[ListedClass] = Field(default=[], max_length=20_000)
    weighted: bool = False
    weights_because: Line = ""
    per_class: int = Field(2, ge=2, le=9)
    most: int = Field(10, ge=1, le=1000)
    beacon: Line = ""
    conflicts: list[Conflict] = Field(default=[], max_length=1000)

    @field_validator("classes")
    @classmethod
    def _once(cls, listed: list[ListedClass]) -> list[ListedClass]:
        if len({one.class_id for one in listed}) < len(listed):
            raise ValueError("every class once: one that is listed twice would be drawn more often")
        return listed

    def wish(self) -> DrawRequest:
        """The same as pages wish it."""
        avoided: dict[str, list[str]] = {}
        for one in self.conflicts:
            avoided.setdefault(one.inspector, []).extend(one.institutions)
        return DrawRequest(
            self.title,
            self.strata,
            self.share,
            self.weighted,
            self.per_class,
            self.most,
            self.beacon,
            self.weights_because,
            tuple(Stratum(one.name, one.count, Fraction(one.share) if one.share else None) for one in self.sizes),
            {one.class_id: one.weight for one in self.classes},
            avoided,
        )


class Reveal(BaseModel, extra="forbid"):
    """The text of the beacon that was announced; empty where none was."""

    beacon: Line = ""


class NewFinding(BaseModel, extra="forbid"):
    """What was seen, signed by whoever sends it."""

    status: Finding
    text: Words


class SecondSignature(BaseModel, extra="forbid"):
    """Whether another inspector agrees with the last finding; whoever does not says why."""

    agrees: bool
    dissent: Words = ""
