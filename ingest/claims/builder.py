"""Entries to the record of a claim; contradictions are reported, and nobody is taken in twice."""

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from facts.claim import (
    Approval,
    Claim,
    ConductRecord,
    Evaluator,
    Filing,
    Firm,
    Holding,
    Listing,
    Notice,
    Plan,
    Signer,
    VoucherEvent,
)
from facts.claim_person import Days
from facts.course import Institution, TrainingClass
from facts.id_number import IdNumber
from facts.money import Fen
from facts.names import masked_name, normal_name
from facts.step import Step
from ingest.claims.documents import DocumentNumber
from ingest.claims.entries import NONE, Digester, Filled, FormEntry, some
from ingest.claims.fault import FaultCollector
from ingest.claims.fields import Vocabulary
from ingest.claims.form import EVENTS
from ingest.claims.person import listed, person_of

_FILED = frozenset({Step.FILING, Step.APPROVAL, Step.PLAN})
_OFFICIAL = frozenset({Step.NOTICE, Step.CLAIM})
_APPROVED_FEE = "上级部门核定的收费标准"
_SETTLEMENT = {"一次性结算": "once", "分段结算": "staged"}


class Builder:
    """Puts one claim together."""

    def __init__(self, filled: Filled, words: Vocabulary, digest: Digester, faults: FaultCollector) -> None:
        self.filled, self.words, self.digest, self.faults = filled, words, digest, faults
        self.head = next(iter(filled.get("header", ())), FormEntry("申领表头"))

    def claim(self) -> Claim:
        """The claim, once nothing is wrong with it; every fault of it at once otherwise."""
        self._tell_twins()
        self._tell_sum()
        self._tell_days()
        self.faults.stop()
        head = self.head
        events = self._events()
        people = self.filled.get("people", ())
        width = max(3, len(str(len(people))))  # people are keyed by their line in the list
        return Claim(
            id=head.text("id"),
            training_class=self._class(),
            people=tuple(
                person_of(entry, f"#{number:0{width}d}", self.digest) for number, entry in enumerate(people, start=1)
            ),
            evaluator=self._evaluator(),
            planned=Days(head.day("planned_first"), head.day("planned_last")),
            actual=Days(head.day("first_day"), head.day("last_day")),
            approved_plan=self._plan(),
            standard_hours=fraction(head, "standard_hours"),
            approvals=some(self._approvals()),
            filings=some(Filing(step, at, entry.text("note")) for step, at, entry in events if step in _FILED),
            signers=some(self._signers()),
            notices=some(self._notices()),
            voucher_events=some(self._voucher_events(events, width)),
            claimant=head.text("claimant"),
            claim_day=head.day("claim_day"),
            paid=head.truth("paid"),
            payment_day=self._payment_day(events),
            payer_locality=head.text("payer_locality"),
            settlement=_SETTLEMENT.get(head.text("settlement")),
            cost_lines=some(entry.text("name") for entry in self.filled.get("costs", ())),
            fees_charged=listed(head, "fees_charged"),
            ceilings=self._ceilings(),
            firm=self._firm(),
            listings=some(
                Listing(
                    entry.text("name"),
                    entry.text("subject"),
                    entry.truth("listed"),
                    Days(entry.day("day"), entry.day("until")),
                )
                for entry in self._registry("目录")
            ),
            sanctions=self._sanctions(),
            holdings=some(
                Holding(entry.text("name"), entry.items("subject"), entry.day("day"))
                for entry in self._registry("系统记录")
            ),
            papers=self._papers(),
            attestations=some(entry.text("name") for entry in self._registry("声明")),
            claimed=head.money("claimed"),
        )

    def _class(self) -> TrainingClass:
        head = self.head
        return TrainingClass(
            id=head.text("class_id"),
            name=head.text("class_name"),
            institution=Institution(head.text("institution"), head.text("uscc"), head.text("locality")),
            locality=head.text("locality"),
            programme=head.text("programme"),
            group=head.text("group"),
            occupation=head.text("occupation"),
            level=head.text("level"),
            policy=head.text("policy"),
            secret_unit=head.truth("secret_unit") or False,
        )

    def _evaluator(self) -> Evaluator | None:
        head = self.head
        if not head.text("evaluator"):
            return None
        return Evaluator(
            head.text("evaluator"),
            head.text("evaluator_uscc"),
            head.text("evaluator_controller") or None,
            head.text("evaluator_locality"),
            head.text("evaluation_place"),
            head.truth("evaluator_own"),
            head.truth("evaluator_own_covers"),
        )

    def _plan(self) -> Plan | None:
        head = self.head
        plan = Plan(
            Days(head.day("planned_first"), head.day("planned_last")),
            fraction(head, "planned_hours"),
            head.items("planned_place") or None,
            head.items("planned_teachers") or None,
        )
        return None if plan == Plan() else plan

    def _firm(self) -> Firm:
        head = self.head
        account = head.text("account")
        return Firm(
            lists=head.items("firm_lists") or None,
            controller=head.text("controller") or None,
            account=self.digest(account) if account else None,
            bought_platform=head.truth("bought_platform"),
            platform_cost=head.money("platform_cost"),
            same_courseware=head.truth("same_courseware"),
            core_business=head.truth("core_business"),
            affected=head.truth("affected"),
        )

    def _ceilings(self) -> dict[str, Fen]:
        approved = self.head.money("ceiling")
        return {} if approved is None else {_APPROVED_FEE: approved}

    def _events(self) -> list[tuple[Step, date | None, FormEntry]]:
        steps = {zh: Step(name) for name, zh in self.words.events.items()}
        found = [(steps[entry.text("event")], entry.day("day"), entry) for entry in self.filled.get(EVENTS.name, ())]
        return sorted(found, key=lambda each: each[1] or date.max)

    def _payment_day(self, events: Iterable[tuple[Step, date | None, FormEntry]]) -> date | None:
        if self.head.truth("paid") is False:
            return None
        paid = next((at for step, at, _ in events if step is Step.PAY), None)
        return self.head.day("payment_day") or paid

    def _acts(self, *acts: str) -> list[FormEntry]:
        return [entry for entry in self.filled.get("acts", ()) if entry.text("act") in acts]

    def _approvals(self) -> Iterable[Approval]:
        for entry in self._acts("申请", "批准"):
            act, office = entry.text("act"), entry.text("office")
            yield Approval(office if office.endswith(act) else office + act, entry.day("day"))

    def _signers(self) -> Iterable[Signer]:
        """Officers by a keyed digest of their name, so that one person signing twice is seen and nobody is named."""
        for entry in self._acts("审查签字"):
            name = normal_name(entry.text("person"))
            key = f"{masked_name(name)}~{self.digest(name)[:8]}" if name else ""
            yield Signer(key, entry.text("office"), entry.day("day"))

    def _notices(self) -> Iterable[Notice]:
        for entry in self._acts("公示"):
            contents = entry.items("contents") or None
            yield Notice(entry.day("day"), entry.day("until"), contents, entry.text("office"))

    def _registry(self, what: str) -> list[FormEntry]:
        return [entry for entry in self.filled.get("registry", ()) if entry.text("what") == what]

    def _voucher_events(
        self, events: Iterable[tuple[Step, date | None, FormEntry]], width: int
    ) -> Iterable[VoucherEvent]:
        """An event without a voucher is one of every voucher of the class."""
        people = enumerate(self.filled.get("people", ()), start=1)
        vouchers = [(one.text("voucher"), f"#{number:0{width}d}") for number, one in people if one.text("voucher")]
        here = self.head.text("class_id")
        for step, at, entry in events:
            if step in _FILED | _OFFICIAL:
                continue
            own = entry.text("voucher")
            for voucher, trainee in [(own, "")] if own or not vouchers else vouchers:
                yield VoucherEvent(voucher, step, at, trainee, here)

    def _sanctions(self) -> tuple[ConductRecord, ...] | None:
        """Rectifications and breaches; one row 无 says that the authority knows of none."""
        rows = self._registry("整改处置")
        if any(row.text("name") in NONE for row in rows):
            return ()
        return some(
            ConductRecord(row.text("subject"), row.text("name"), Days(row.day("day"), row.day("until"))) for row in rows
        )

    def _papers(self) -> tuple[str, ...] | None:
        """The papers handed in; nothing where nobody said of any paper whether it is there."""
        entries = [entry for entry in self.filled.get("papers", ()) if entry.truth("present") is not None]
        return tuple(entry.text("name") for entry in entries if entry.truth("present")) if entries else None

    def _tell_twins(self) -> None:
        seen: dict[IdNumber | DocumentNumber, FormEntry] = {}
        for entry in self.filled.get("people", ()):
            number = entry.values.get("id_number")
            if not isinstance(number, IdNumber | DocumentNumber):
                continue
            twin = seen.setdefault(number, entry)
            if twin is not entry:
                zh = f"与 {twin.where} 是同一身份证号（{number.masked}）；一人只能一行，请合并或改正"
                self.faults.fault(
                    entry.place("id_number"), zh, f"{number.masked}, as in {twin.where}", "each person once"
                )

    def _tell_sum(self) -> None:
        """A header that claims another sum than its people is no fault of reading: it is noted and screened."""
        claimed = self.head.money("claimed")
        each = [entry.money("claimed") for entry in self.filled.get("people", ())]
        whole = Fen(sum(one.fen for one in each if one is not None))
        if claimed is not None and each and None not in each and whole != claimed:
            zh = f"申领总额 {claimed} 与逐人金额之和 {whole} 不一致"
            self.faults.note(
                self.head.place("claimed"),
                zh,
                f"the total {claimed.fen / 100:g} yuan is not the sum {whole.fen / 100:g}",
            )

    def _tell_days(self) -> None:
        for first, last, zh in (
            ("first_day", "last_day", "结课日期"),
            ("planned_first", "planned_last", "核准结课日期"),
        ):
            begun, ended = self.head.day(first), self.head.day(last)
            if begun and ended and ended < begun:
                self.faults.fault(
                    self.head.place(last), f"{zh} {ended} 早于开班日期 {begun}", f"{ended}", f"a day from {begun} on"
                )
        if self.head.truth("paid") is False and self.head.day("payment_day"):
            self.faults.fault(
                self.head.place("payment_day"), "填了拨付日期，却填未拨付", "a day of payment", "none, or paid: 是"
            )


def fraction(entry: FormEntry, name: str) -> Fraction | None:
    """A count as an exact number."""
    count = entry.count(name)
    return None if count is None else Fraction(count)
