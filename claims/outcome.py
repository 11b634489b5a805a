"""What the screening of one claim comes to, as one serialisable record that names nobody in full."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from claims.money.heads import Decision
from claims.trace import NOTHING, Trace, summed
from facts.errors import InputError
from facts.money import Fen
from facts.report import PolicyRef
from facts.text import Text
from facts.verdict import Assumption, Doubt, Finding, Status


@dataclass(frozen=True, slots=True)
class ClaimFinding:
    """One rule applied to the claim, of which trainees it speaks (none: the whole class), and whether it stops money.

    ``main_only``: what it stops is the sum that the claim itself is for, not an allowance of another fund;
    ``recipient``: only money for that one.
    """

    finding: Finding
    trainees: tuple[str, ...] = ()
    stops_money: bool = False
    main_only: bool = False
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class WithheldSum:
    """Money that hours and rates support but a rule stops: ``FAIL`` it is not due, ``UNPROVEN`` not until shown."""

    rule: str
    status: Status
    amount: Fen
    text: Text
    quote: str = ""
    article: str = ""


@dataclass(frozen=True, slots=True)
class ValidTime:
    """Valid days and class hours as verdicts show them, and as they would be if every unproven hour were shown.

    ``reviewed_hours`` are those of the valid hours that count by people's review alone, ``hours_by_review`` their sum.
    """

    days: int = 0
    hours: Fraction = Fraction(0)
    days_if_proven: int = 0
    hours_if_proven: Fraction = Fraction(0)
    half_days: int = 0
    unproven_hours: tuple[str, ...] = ()
    failed_hours: tuple[str, ...] = ()
    hours_by_review: Fraction = Fraction(0)
    reviewed_hours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonScreen:
    """One trainee, and one recipient and fund: claimed, supported by evidence, what more would be if all that is open were shown, difference.

    ``traces`` add up to what hours and rates support, ``withheld`` is taken off, ``if_proven`` are the traces of the
    favourable case. ``open_ended``: part of what is unproven has no sum yet (``missing`` says what would give it).
    ``difference`` is claimed less supported: above nothing it is claimed without support. ``by_review`` is the part of
    what is supported that would not be without the hours that count by people's review alone.
    """

    trainee: str
    name: str
    time: ValidTime | None
    claimed: Fen | None
    supported: Fen
    unproven: Fen
    traces: tuple[Trace, ...] = ()
    withheld: tuple[WithheldSum, ...] = ()
    if_proven: tuple[Trace, ...] = ()
    missing: tuple[Text, ...] = ()
    open_ended: bool = False
    recipient: str = ""
    fund: str = ""
    by_review: Fen = NOTHING

    def __post_init__(self) -> None:
        _must_add_up(self.trainee, self.supported, self.traces, self.withheld)

    @property
    def difference(self) -> Fen | None:
        """Claimed less supported."""
        return None if self.claimed is None else self.claimed - self.supported


@dataclass(frozen=True, slots=True)
class PaperNeed:
    """One paper that the rulebook's list asks for; an inner choice is met by any one of ``any_of``."""

    list_id: str
    programme: str
    any_of: tuple[str, ...]
    present: bool | None
    article: str = ""


@dataclass(frozen=True, slots=True)
class PurseSum:
    """One recipient's sum out of one fund; sums of different purses are never added up."""

    recipient: str
    fund: str
    claimed: Fen | None
    supported: Fen
    unproven: Fen
    open_ended: bool = False
    by_review: Fen = NOTHING

    @property
    def difference(self) -> Fen | None:
        """Claimed less supported."""
        return None if self.claimed is None else self.claimed - self.supported


@dataclass(frozen=True, slots=True)
class ClaimScreen:
    """What may be paid for one claim, why, and what a person should look at; ``whole`` are sums of no one person.

    All sums are those of what the claim itself is for; ``beside`` are those of other recipients and funds.
    """

    claim: str
    class_id: str
    class_name: str
    institution: str
    policy: PolicyRef
    as_of: date
    claimed: Fen | None
    supported: Fen
    unproven: Fen
    people: tuple[PersonScreen, ...] = ()
    whole: PersonScreen | None = None
    decisions: tuple[Decision, ...] = ()
    may_add: tuple[Trace, ...] = ()
    findings: tuple[ClaimFinding, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    papers: tuple[PaperNeed, ...] = ()
    missing: tuple[Text, ...] = ()
    recipient: str = ""
    fund: str = ""
    beside: tuple[PersonScreen, ...] = ()

    def __post_init__(self) -> None:
        shown = summed(part.supported for part in self.parts)
        if shown != self.supported:
            raise InputError(f"screen {self.claim}.supported: got {self.supported}, expected {shown} as its parts say")

    @property
    def parts(self) -> tuple[PersonScreen, ...]:
        """The people, and what is paid for the class as one."""
        return (*self.people, *((self.whole,) if self.whole else ()))

    @property
    def difference(self) -> Fen | None:
        """Claimed less supported."""
        return None if self.claimed is None else self.claimed - self.supported

    @property
    def by_review(self) -> Fen:
        """What of the supported sum rests on hours that count by people's review alone."""
        return summed(part.by_review for part in self.parts)

    @property
    def reviewed_hours(self) -> tuple[str, ...]:
        """The class hours that count for anybody by people's review alone."""
        return tuple(sorted({hour for one in self.people if one.time for hour in one.time.reviewed_hours}))

    @property
    def open_ended(self) -> bool:
        """Whether part of what is unproven has no sum yet."""
        return any(part.open_ended for part in self.parts)

    @property
    def purses(self) -> tuple[PurseSum, ...]:
        """One sum for each recipient and fund, what the claim itself is for first."""
        main = PurseSum(
            self.recipient, self.fund, self.claimed, self.supported, self.unproven, self.open_ended, self.by_review
        )
        named = sorted({(part.recipient, part.fund) for part in self.beside})
        return (main, *(_purse([part for part in self.beside if (part.recipient, part.fund) == one]) for one in named))


def _purse(parts: list[PersonScreen]) -> PurseSum:
    asked = [part.claimed for part in parts if part.claimed is not None]
    return PurseSum(
        parts[0].recipient,
        parts[0].fund,
        summed(asked) if asked else None,
        summed(part.supported for part in parts),
        summed(part.unproven for part in parts),
        any(part.open_ended for part in parts),
        summed(part.by_review for part in parts),
    )


def _must_add_up(who: str, supported: Fen, traces: tuple[Trace, ...], withheld: tuple[WithheldSum, ...]) -> None:
    shown = summed(item.total for item in traces if item.total is not None)
    left = shown - summed(item.amount for item in withheld)
    if supported != left:
        raise InputError(f"screen of {who}.supported: got {supported}, expected {left} as its terms say")
