"""One person in a claim as the paying office has it; ``None`` always means not known, an empty list that there is none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from fractions import Fraction

from facts.counting import counted
from facts.errors import InputError
from facts.id_number import IdNumber
from facts.money import Fen
from facts.names import masked_name


@dataclass(frozen=True, slots=True)
class Days:
    """A first and a last day, both included; either may not be known."""

    first: date | None = None
    last: date | None = None


UNKNOWN_DAYS = Days()


@dataclass(frozen=True, slots=True)
class Exam:
    """What is known of one person's examination (结业考核, 职业技能评价)."""

    day: date | None = None
    passed: bool | None = None
    theory: bool | None = None
    practice: bool | None = None


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """One certificate as the list has it, with the class facts printed on it (``None``: not read)."""

    level: str
    number: str = ""
    first: bool | None = None
    occupation: str = ""
    issued: date | None = None
    institution: str | None = None
    course: str | None = None
    trained: Days | None = None


class EmploymentKind(StrEnum):
    """Which paper shows that somebody found work."""

    CONTRACT = "contract"
    WAGES = "wages"
    SOCIAL_INSURANCE = "social_insurance"

    @property
    def zh(self) -> str:
        """The word on Chinese screens."""
        return {"contract": "劳动合同", "wages": "工资发放证明", "social_insurance": "社保缴纳证明"}[self.value]


@dataclass(frozen=True, slots=True)
class EmploymentPaper:
    """One paper that shows employment; ``months`` are those of pay or insurance that it covers."""

    employer: str
    kind: EmploymentKind
    uscc: str = ""
    first: date | None = None
    last: date | None = None
    months: int | None = None


class AccountKind(StrEnum):
    """What kind of account the money would go to."""

    SOCIAL_CARD = "社会保障卡"
    BANK_CARD = "银行卡"
    BASIC = "基本账户"
    OTHER = "其他账户"


@dataclass(frozen=True, slots=True)
class BankAccount:
    """Where the money would go: never the number itself, only its keyed digest and its last four digits."""

    kind: AccountKind | None = None
    bank: str = ""
    digest: str = ""
    tail: str = ""
    holder: str = ""

    def __post_init__(self) -> None:
        if len(self.tail) > 4:  # noqa: PLR2004 - last four
            raise InputError(f"account.tail: got {counted(len(self.tail), 'character')}, expected the last four")


@dataclass(frozen=True, slots=True)
class OtherDocument:
    """A passport or permit in place of a citizen ID number: never its number, only a keyed digest and the last four."""

    kind: str
    digest: str = ""
    tail: str = ""

    def __post_init__(self) -> None:
        if len(self.tail) > 4:  # noqa: PLR2004 - last four
            raise InputError(f"document.tail: got {counted(len(self.tail), 'character')}, expected the last four")

    @property
    def masked(self) -> str:
        """As it may be shown."""
        return f"{self.kind} ****{self.tail}"


@dataclass(frozen=True, slots=True)
class Refund:
    """A fee that was paid back to the trainee."""

    amount: Fen
    day: date | None = None


@dataclass(frozen=True, slots=True, repr=False)
class ClaimedPerson:
    """One trainee of the claim; valid days and hours come from verdicts, never from ``claimed_days`` or ``_hours``.

    ``vouchers`` are the numbers of the trainee's vouchers, ``registered`` whether the real-name system knows the
    person for this class, ``already_paid`` the other subsidies received by the names or rule ids of the rulebook.
    ``stage``, ``contract_years``, ``work_months``, ``licensed``, ``licence_day``, ``off_job`` and ``costs`` are asked
    for by programmes that pay by them. ``claimed`` is what the claim asks for on the person's account,
    ``claimed_living`` the living allowance that goes to the person. ``earlier_days`` and ``earlier_paid`` are those of
    earlier stages of the class, ``pension_kind`` which pension is drawn, ``evaluation_fee`` whether the evaluation cost
    the person money.
    """

    key: str
    name: str = ""
    id_number: IdNumber | None = None
    phone: str = ""
    group: str = ""
    ties: tuple[str, ...] | None = None
    pension: bool | None = None
    staff: bool | None = None
    occupation: str = ""
    level: str = ""
    major: str | None = None
    major_matches: bool | None = None
    registered: bool | None = None
    vouchers: tuple[str, ...] | None = None
    exam: Exam | None = None
    certificates: tuple[CertificateRow, ...] | None = None
    employment: tuple[EmploymentPaper, ...] | None = None
    account: BankAccount | None = None
    claimed: Fen | None = None
    claimed_days: int | None = None
    claimed_hours: Fraction | None = None
    fee_taken: bool | None = None
    refunds: tuple[Refund, ...] | None = None
    off_job: bool | None = None
    stage: str | None = None
    contract_years: int | None = None
    work_months: int | None = None
    licensed: bool | None = None
    licence_day: date | None = None
    costs: Mapping[str, Fen] = field(default_factory=dict)
    already_paid: tuple[str, ...] | None = None
    where: str = ""
    document: OtherDocument | None = None
    claimed_living: Fen | None = None
    earlier_days: int | None = None
    earlier_paid: Fen | None = None
    pension_kind: str = ""
    evaluation_fee: bool | None = None

    def __post_init__(self) -> None:
        sums = (("claimed", self.claimed), ("claimed_living", self.claimed_living), ("earlier_paid", self.earlier_paid))
        for name, amount in sums:
            if amount is not None and amount.fen < 0:
                raise InputError(f"{self.where or self.name_masked}: got {amount} {name}, expected 0 or more")

    @property
    def id_masked(self) -> str:
        """The number, of whatever paper, as it may be shown; empty where none is known."""
        if self.id_number is None:
            return self.document.masked if self.document else ""
        return self.id_number.masked

    @property
    def name_masked(self) -> str:
        """The name as it may be shown."""
        return masked_name(self.name)

    def __repr__(self) -> str:
        return f"ClaimedPerson({self.name_masked!r}, {self.id_masked or None!r}, {self.claimed}, {self.where!r})"

    __str__ = __repr__
