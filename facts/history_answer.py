"""What the history of earlier subsidies is asked about a claim, and what it answers."""

from dataclasses import dataclass
from datetime import date

from facts.counting import counted
from facts.money import Fen
from facts.step import Step
from facts.text import Text
from facts.verdict import Doubt


@dataclass(frozen=True, slots=True, order=True)
class PastKey:
    """Same person, and where a rulebook says so the same occupation and level, in a year or ever, of some programmes.

    ``trainee`` is the key of the person in the claim; empty ``programmes`` means all of them; ``year`` is that of the
    class's first day, nothing means ever.
    """

    trainee: str
    occupation: str | None = None
    level: str | None = None
    year: int | None = None
    programmes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PastCount:
    """How many earlier subsidies, this claim not counted, have that key; ``None``: the history cannot say."""

    key: PastKey
    count: int | None = None
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceivedBenefit:
    """A subsidy that the person has received, by the name or rule id that the rulebook gives it."""

    trainee: str
    name: str


@dataclass(frozen=True, slots=True)
class PastPayment:
    """One row of a register that says money was paid for the person; what it does not state is ``None`` or empty.

    ``same_class`` says whether it is the class of the claim, ``None`` where it may be; without ``paid_year`` the row has a sum and does not say
    that it was paid. ``here``: no register says so, this service's own reviewers approved it.
    """

    trainee: str
    class_name: str
    same_class: bool | None
    programme: str
    first: date
    last: date
    days: int | None = None
    amount: Fen | None = None
    paid_year: int | None = None
    seen: date | None = None
    here: bool = False

    @property
    def text(self) -> Text:
        """The row as a reviewer may be shown it."""
        said = [
            (f"{self.programme or '项目未写'}", self.programme or "no programme"),
            (f"{self.first} 至 {self.last}", f"{self.first} to {self.last}"),
            *([(f"{self.days} 天", counted(self.days, "day"))] if self.days is not None else []),
            *([(f"{self.amount}", f"{self.amount.fen / 100:g} yuan")] if self.amount is not None else []),
            *([(f"{self.paid_year} 年拨付", f"paid in {self.paid_year}")] if self.paid_year is not None else []),
        ]
        if self.here:
            unpaid = [] if self.paid_year is not None else [("尚未登记拨付", "no payment recorded yet")]
            return Text(
                f"本系统已核准的申领：{self.class_name}，{'，'.join(zh for zh, _ in (*said, *unpaid))}",
                f"a claim approved here: {self.class_name}, " + ", ".join(en for _, en in (*said, *unpaid)),
            )
        day = f"（{self.seen} 导出）" if self.seen else ""
        return Text(
            f"实名制登记{day}：{self.class_name}，{'，'.join(zh for zh, _ in said)}",
            f"real-name registry{f' of {self.seen}' if self.seen else ''}: {self.class_name}, "
            + ", ".join(en for _, en in said),
        )


@dataclass(frozen=True, slots=True)
class PensionDrawn:
    """A stretch over which the register has the person on a monthly pension, of which kind."""

    trainee: str
    kind: str
    since: date
    until: date | None = None
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class RegisteredSanction:
    """What the register has against the trainer or the evaluator of the claim, and over which days."""

    party: str
    kind: str
    since: date
    until: date | None = None
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class OwnMeasure:
    """What this service's own authority recorded against the trainer or the evaluator, and over which days.

    ``breach``: of the claim's class, as a whole or of the ``trainees`` that it names.
    """

    record: int
    kind: Text
    since: date
    until: date | None = None
    breach: bool = False
    trainees: tuple[str, ...] = ()

    @property
    def text(self) -> Text:
        """The record as a clerk finds it again."""
        until_zh, until_en = (f"{self.until}", f"{self.until}") if self.until else ("今（未办结）", "now, not closed")
        return Text(
            f"监管记录 {self.record} 号 {self.kind.zh}，{self.since} 至{until_zh}",
            f"supervision record {self.record}, {self.kind.en}, {self.since} to {until_en}",
        )


@dataclass(frozen=True, slots=True)
class RegisteredVoucher:
    """What this service's own register has of a voucher that the form names; ``trainee`` is empty for nobody in the claim.

    ``here``: the claim's institution holds it; ``class_code`` is empty where it was used for no class yet.
    """

    number: str
    trainee: str
    here: bool
    state: Text
    class_code: str = ""
    expires: date | None = None
    steps: tuple[tuple[Step, date], ...] = ()


@dataclass(frozen=True, slots=True)
class RegisteredGroup:
    """The group under which the registry has a person of the class."""

    trainee: str
    group: str


@dataclass(frozen=True, slots=True)
class ClassRoll:
    """Who stands in the real-name registry for this class, and under which group.

    ``known`` says whether the class stands there at all, ``covers`` whether the registry reaches its days, ``others`` how
    many more people it has in the class than claim and verified rosters name by their numbers.
    """

    known: bool
    covers: bool
    people: tuple[str, ...] = ()
    seen: date | None = None
    groups: tuple[RegisteredGroup, ...] = ()
    others: int = 0


@dataclass(frozen=True, slots=True)
class RegisterListing:
    """Whether the trainer (培训机构) or the evaluator (评价机构) stood in its official catalogue on the first day."""

    subject: str
    party: str
    listed: bool
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class HistoryAnswer:
    """What the history says: counts by key, other subsidies received (``None``: not known), and its own doubts.

    ``payments`` and what follows are what official registers have on the claim's class and people, ``None`` where no
    such register was ever taken in. ``settled`` are this service's own approved claims: they show that money was paid, and never
    that none was; so do ``measures``, its own supervision records. ``vouchers`` are those of the form that its
    register has, ``None`` where it has none of the institution's at all.
    """

    counts: tuple[PastCount, ...] = ()
    received: tuple[ReceivedBenefit, ...] | None = None
    capped_classes: int | None = None
    classes: int | None = None
    doubts: tuple[Doubt, ...] = ()
    payments: tuple[PastPayment, ...] | None = None
    pensions: tuple[PensionDrawn, ...] | None = None
    sanctions: tuple[RegisteredSanction, ...] | None = None
    roll: ClassRoll | None = None
    listings: tuple[RegisterListing, ...] = ()
    settled: tuple[PastPayment, ...] = ()
    measures: tuple[OwnMeasure, ...] = ()
    vouchers: tuple[RegisteredVoucher, ...] | None = None

    @property
    def paid_rows(self) -> tuple[PastPayment, ...]:
        """Everything that says somebody was paid: registers' rows, and claims approved here."""
        return (*(self.payments or ()), *self.settled)

    def count(self, key: PastKey) -> PastCount | None:
        """The answer to one question, or nothing where it was not answered."""
        return next((item for item in self.counts if item.key == key), None)
