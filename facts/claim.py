"""A subsidy claim as the paying office has it; ``None`` always means not known, an empty list that there is none."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from facts.claim_person import UNKNOWN_DAYS, ClaimedPerson, Days
from facts.course import Institution, TrainingClass
from facts.errors import Fault, FaultsError
from facts.money import Fen
from facts.step import Step


@dataclass(frozen=True, slots=True)
class Evaluator:
    """Who examines (评价机构): by code and controller, so that one hand behind two names is seen.

    ``own`` says whether it belongs to the claiming firm or school, ``own_covers`` whether that own body is licensed
    for the occupation.
    """

    name: str
    uscc: str = ""
    controller: str | None = None
    locality: str = ""
    examined_at: str = ""
    own: bool | None = None
    own_covers: bool | None = None


@dataclass(frozen=True, slots=True)
class Approval:
    """One approval in the rulebook's own word (县级人社部门申请), and its day."""

    name: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """One step of the class or the year (开班申请, 备案, 年度计划) that was filed, and its day."""

    step: Step
    day: date | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Signer:
    """One officer who signed the review of the claim."""

    key: str
    role: str = ""
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One public notice (公示); ``contents`` names what it showed, in the rulebook's words."""

    first: date | None = None
    last: date | None = None
    contents: tuple[str, ...] | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class VoucherEvent:
    """One step of one voucher, of whom, for which class."""

    voucher: str
    step: Step
    day: date | None = None
    trainee: str = ""
    class_id: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan of teaching as it was approved, or the standard that it must reach."""

    days: Days = UNKNOWN_DAYS
    hours: Fraction | None = None
    places: tuple[str, ...] | None = None
    teachers: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether somebody or something (by its role: 评价机构, 培训工种) stands in an official list, and from when to when."""

    catalogue: str
    subject: str
    listed: bool | None = None
    days: Days = UNKNOWN_DAYS


@dataclass(frozen=True, slots=True)
class ConductRecord:
    """A stretch of rectification or a finding of breach; ``subject`` is a name, a code, a class or a trainee's key."""

    subject: str
    conduct: str
    days: Days = UNKNOWN_DAYS


@dataclass(frozen=True, slots=True)
class Holding:
    """What a system or a ledger holds on this class, by the rulebook's names for the system and its entries."""

    source: str
    names: tuple[str, ...]
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """Facts of the claiming firm or institution that some programmes pay by.

    ``core_business``: the course is of its main business; ``affected``: it is one that a support in time is for.
    """

    lists: tuple[str, ...] | None = None
    controller: str | None = None
    account: str | None = None
    bought_platform: bool | None = None
    platform_cost: Fen | None = None
    same_courseware: bool | None = None
    capped_classes: int | None = None
    classes: int | None = None
    core_business: bool | None = None
    affected: bool | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim for one class: header, process, papers and people.

    ``paid`` says whether money has flowed; only a claim known to be unpaid may lack its last steps. ``papers`` are the
    names of the papers handed in. ``attestations`` are what somebody declared, word by word.
    """

    id: str
    training_class: TrainingClass
    people: tuple[ClaimedPerson, ...] = ()
    evaluator: Evaluator | None = None
    planned: Days = UNKNOWN_DAYS
    actual: Days = UNKNOWN_DAYS
    approved_plan: Plan | None = None
    standard_hours: Fraction | None = None
    approvals: tuple[Approval, ...] | None = None
    filings: tuple[Filing, ...] | None = None
    signers: tuple[Signer, ...] | None = None
    notices: tuple[Notice, ...] | None = None
    voucher_events: tuple[VoucherEvent, ...] | None = None
    claimant: str = ""
    claim_day: date | None = None
    paid: bool | None = None
    payment_day: date | None = None
    payer_locality: str = ""
    settlement: str | None = None
    cost_lines: tuple[str, ...] | None = None
    fees_charged: tuple[str, ...] | None = None
    ceilings: Mapping[str, Fen] = field(default_factory=dict)
    firm: Firm = Firm()
    listings: tuple[Listing, ...] | None = None
    sanctions: tuple[ConductRecord, ...] | None = None
    holdings: tuple[Holding, ...] | None = None
    papers: tuple[str, ...] | None = None
    attestations: tuple[str, ...] | None = None
    claimed: Fen | None = None

    def __post_init__(self) -> None:
        if faults := tuple(_faults(self)):
            raise FaultsError(faults)

    @property
    def institution(self) -> Institution:
        """Who taught and, mostly, claims."""
        return self.training_class.institution

    @property
    def locality(self) -> str:
        """The place whose rulebook governs."""
        return self.training_class.locality or self.institution.locality


def _faults(claim: Claim) -> Iterator[Fault]:
    where = f"claim {claim.id}"
    counts = Counter(person.key for person in claim.people)
    for person in claim.people:
        if counts[person.key] > 1:
            yield Fault(f"{where}: {person.where or person.name_masked}", "the person twice", "each person once")
            counts[person.key] = 0
    for name, days in (("planned", claim.planned), ("actual", claim.actual)):
        if days.first is not None and days.last is not None and days.last < days.first:
            yield Fault(f"{where}.{name}", f"{days.last} before {days.first}", "a last day from the first on")
    if claim.paid is False and claim.payment_day is not None:
        yield Fault(f"{where}.payment_day", str(claim.payment_day), "no day of payment while paid is false")
    if claim.claimed is not None and claim.claimed.fen < 0:
        yield Fault(f"{where}.claimed", str(claim.claimed), "0 or more")
