from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class Clause:
    """Which rule of which article a finding rests on, in the document's own words."""

    rule: str
    article: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Continuity:
    """How long the recording of a class hour must run without a break; ``whole`` asks for the hour entire."""

    clause: Clause
    minimum: timedelta
    tolerance: timedelta = timedelta(seconds=2)
    whole: bool = False
    clock_slack: timedelta = timedelta(seconds=120)


@dataclass(frozen=True, slots=True)
class WholeClass:
    """In one window of ``minimum``, this share of the rolling minutes must show everybody expected."""

    clause: Clause
    minimum: timedelta
    share: Fraction = Fraction(4, 5)
    cumulative_passes: bool = False


@dataclass(frozen=True, slots=True)
class SignIn:
    """Every trainee who is counted as present must have signed in."""

    clause: Clause


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rulebook in force asks of each class hour; ``exempt`` holds the clause that asks nothing."""

    continuity: Continuity | None = None
    whole_class: WholeClass | None = None
    sign_in: SignIn | None = None
    exempt: Clause | None = None
