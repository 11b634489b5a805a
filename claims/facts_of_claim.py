from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from fractions import Fraction

from facts.counting import counted
from facts.errors import Fault, FaultsError
from facts.money import Fen
from facts.text import Text

# The skill levels, and every certificate that one of the documents names; a word outside may be a slip of the pen.
PASSED = "培训合格证书"
SKILL_LEVELS = frozenset({"初级工", "中级工", "高级工", "技师", "高级技师"})
CERTIFICATES = SKILL_LEVELS | frozenset(
    {
        PASSED,
        "专项职业能力证书",
        "初级专项能力证书",
        "高级专项能力证书",
        "特种作业操作证",
        "特种设备作业人员证",
    }
)


@dataclass(frozen=True, slots=True)
class PersonCertificate:
    """One certificate obtained: its level or kind, and whether it is the person's first (``None``: not known)."""

    level: str
    first: bool | None = None
    occupation: str = ""
    issued: date | None = None
    number: str = ""


NO_MONEY = Fen(0)


@dataclass(frozen=True, slots=True)
class EarlierStages:
    """What was settled of the class before: days, money, and which of the valid days of this claim (by their place).

    ``missing`` is what would have to be known to tell; ``rows`` are the register's rows behind it.
    """

    days: int = 0
    paid: Fen = NO_MONEY
    taken: tuple[int, ...] = ()
    missing: tuple[Text, ...] = ()
    rows: tuple[Text, ...] = ()


NO_STAGES = EarlierStages()


@dataclass(frozen=True, slots=True)
class PaidBefore:
    """A subsidy that a register says the person was paid, in whatever class, and in which year."""

    name: str
    year: int


@dataclass(frozen=True, slots=True)
class PersonClaim:
    """What is known of one person in a claim; ``None`` always means not known, never no or nothing.

    ``day_sources`` holds the class-hour ids of each valid day in order, ``licence_months`` the months from the end of
    the training to the business licence, ``costs`` what was really charged or paid, by the name of the cost,
    ``paid_before`` what registers say was paid; unlike ``already_paid`` it never says that nothing else was. ``living``
    is what was paid of the living allowance of this class, ``earlier`` of what the claim itself is for.
    """

    key: str
    group: str = ""
    valid_days: int | None = None
    half_days: int = 0
    valid_hours: Fraction | None = None
    day_sources: tuple[tuple[str, ...], ...] = ()
    off_job: bool | None = None
    qualified: bool | None = None
    employed: bool | None = None
    certificates: tuple[PersonCertificate, ...] | None = None
    licensed: bool | None = None
    licence_months: int | None = None
    work_months: int | None = None
    stage: str | None = None
    contract_years: int | None = None
    costs: Mapping[str, Fen] = field(default_factory=dict)
    already_paid: tuple[str, ...] | None = None
    paid_before: tuple[PaidBefore, ...] = ()
    earlier: EarlierStages = NO_STAGES
    living: EarlierStages = NO_STAGES
    evaluation_fee: bool | None = None

    def __post_init__(self) -> None:
        if faults := tuple(_person_faults(self)):
            raise FaultsError(faults)

    @property
    def took_part(self) -> bool | None:
        """Whether at least one valid day or hour is on record."""
        counts = (self.valid_days, self.valid_hours)
        if any(counts):
            return True
        return None if None in counts else False


@dataclass(frozen=True, slots=True)
class ClassClaim:
    """What is known of the class (班期) that a claim is for; ``None`` means not known.

    ``online_hours`` are the class hours of each online day, ``ceilings`` sums fixed by papers outside the rulebook,
    ``firm_lists`` the official lists on which the firm stands, ``cost_lines`` what the claim asks money for, ``filed``
    whether the course was filed before it began, ``unclaimed`` who was trained and is not claimed for.
    """

    id: str
    programme: str = ""
    group: str = ""
    first_day: date | None = None
    last_day: date | None = None
    heads: int | None = None
    settlement: str | None = None
    cost_lines: tuple[str, ...] | None = None
    fees_charged: tuple[str, ...] | None = None
    ceilings: Mapping[str, Fen] = field(default_factory=dict)
    firm_lists: tuple[str, ...] | None = None
    bought_platform: bool | None = None
    platform_cost: Fen | None = None
    online_hours: tuple[Fraction, ...] | None = None
    same_courseware: bool | None = None
    filed: bool | None = None
    core_business: bool | None = None
    affected: bool | None = None
    unclaimed: tuple[PersonClaim, ...] = ()

    def __post_init__(self) -> None:
        if faults := tuple(_class_faults(self)):
            raise FaultsError(faults)


def _person_faults(person: PersonClaim) -> Iterator[Fault]:
    where = f"person {person.key}"
    yield from _count_faults(person, where)
    days = person.valid_days
    if days is not None and person.half_days > max(days, 0):
        yield Fault(f"{where}.half_days", str(person.half_days), f"at most the {counted(days, 'valid day')}")
    if person.day_sources and len(person.day_sources) != days:
        yield Fault(
            f"{where}.day_sources",
            counted(len(person.day_sources), "day"),
            f"one list for each of {counted(days, 'valid day')}",
        )


def _class_faults(claim: ClassClaim) -> Iterator[Fault]:
    where = f"class {claim.id}"
    yield from _count_faults(claim, where)
    first, last = claim.first_day, claim.last_day
    if first is not None and last is not None and last < first:
        yield Fault(f"{where}.last_day", str(last), f"a day from {first} on")
    for index, hours in enumerate(claim.online_hours or ()):
        yield from _number_faults(f"{where}.online_hours[{index}]", hours)


def _count_faults(record: PersonClaim | ClassClaim, where: str) -> Iterator[Fault]:
    for item in fields(record):
        yield from _number_faults(f"{where}.{item.name}", getattr(record, item.name))
    for name, amount in (record.costs if isinstance(record, PersonClaim) else record.ceilings).items():
        if amount.fen < 0:
            yield Fault(f"{where}.{name}", str(amount), "an amount of 0 or more")


def _number_faults(where: str, value: object) -> Iterator[Fault]:
    if isinstance(value, float):
        yield Fault(where, f"the float {value}", "a whole number or an exact fraction")
    elif isinstance(value, int | Fraction) and value < 0:
        yield Fault(where, str(value), "0 or more")
    elif isinstance(value, Fen) and value.fen < 0:
        yield Fault(where, str(value), "an amount of 0 or more")
