from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction

from facts.report import Clause
from facts.verdict import Finding


@dataclass(frozen=True, slots=True)
class ContinuityDemand:
    """How long the recording of a class hour must run without a break; ``whole`` asks for the hour entire.

    ``time_code``: its clock must be proven by a time code in the picture.
    """

    clause: Clause
    minimum: timedelta
    tolerance: timedelta = timedelta(seconds=2)
    whole: bool = False
    clock_slack: timedelta = timedelta(seconds=120)
    time_code: bool = False


@dataclass(frozen=True, slots=True)
class WholeClassDemand:
    """In one window of ``minimum``, this share of the rolling minutes must show everybody expected."""

    clause: Clause
    minimum: timedelta
    share: Fraction = Fraction(4, 5)
    cumulative_passes: bool = False


@dataclass(frozen=True, slots=True)
class SignInDemand:
    """Every trainee who is counted as present must have signed in, so often in each half day, so far apart."""

    clause: Clause
    per_half_day: int = 1
    apart: timedelta = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Demands:
    """What the rulebook in force asks of each class hour; ``notice`` says why it asks for nothing.

    ``uncertain`` says that it is open whether these rules bind the class, so that nothing can fail by them.
    """

    continuity: ContinuityDemand | None = None
    whole_class: WholeClassDemand | None = None
    sign_in: SignInDemand | None = None
    notice: Finding | None = None
    uncertain: bool = False

    @property
    def view_rule(self) -> str | None:
        """The rule whose finding says whether the recording shows the class."""
        return self.whole_class.clause.rule if self.whole_class else None
