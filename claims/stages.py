"""Stages of one class that are settled one by one: what was counted and paid before, and which days of this claim with it.

The tiers of a sum go on counting from the earlier days, every day is paid once, and what was paid for the class is taken
off, whatever the claim's form calls itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from claims.facts_of_claim import NO_STAGES, EarlierStages
from claims.payments import class_payments, is_looked_up
from claims.purpose import SubsidyPurpose, purpose_of
from claims.trace import NOTHING, summed
from facts.claim import Claim
from facts.claim_person import ClaimedPerson
from facts.history_answer import HistoryAnswer, PastPayment
from facts.money import Fen
from facts.text import Text
from policy.kinds import MoneyCondition, MoneyStaged
from policy.kinds.money_sums import SettlementMode
from policy.rulebook import Rulebook


def is_staged(book: Rulebook, claim: Claim) -> bool:
    """Whether the document lets this programme be settled in stages, whatever the form says."""
    programme = claim.training_class.programme
    return any(
        book.programmes.among(programme, (item.programme,)) and item.mode is SettlementMode.STAGED
        for _, params in book.of_kind(MoneyCondition)
        for item in params.settlement
    )


def is_in_parts(book: Rulebook, claim: Claim) -> bool:
    """Whether the programme's sum is itself released in parts, each when its rate is reached."""
    programme = claim.training_class.programme
    return any(book.programmes.among(programme, rule.programmes) for rule, _ in book.of_kind(MoneyStaged))


@dataclass(frozen=True, slots=True)
class StageFacts:
    """One person's earlier stages as register, verdicts and form have them; ``days`` are those of this claim."""

    book: Rulebook
    claim: Claim
    person: ClaimedPerson
    days: Sequence[date]
    before: Sequence[date]
    history: HistoryAnswer | None

    def earlier(self, *, sure: bool) -> EarlierStages:
        """Everything that may have been paid before; with ``sure`` only what a register says was paid and when."""
        rows = self._rows(purpose_of(self.claim.training_class.programme, self.book), sure=sure)
        if is_in_parts(self.book, self.claim):
            return self._parts(rows, sure=sure)
        return self._earlier(rows, sure=sure) if is_staged(self.book, self.claim) else NO_STAGES

    def living(self, *, sure: bool) -> EarlierStages:
        """Days of which the trainee was paid the living allowance; it has no tiers that would go on counting."""
        if not is_staged(self.book, self.claim):
            return NO_STAGES
        found = self._settled(self._rows(SubsidyPurpose.LIVING, sure=sure), (), sure=sure)
        return found if found.rows else NO_STAGES

    def _rows(self, purpose: SubsidyPurpose | None, *, sure: bool) -> list[PastPayment]:
        found = class_payments(self.book, self.person.key, purpose, self.history)
        return [one.row for one in found if one.sure or not sure]

    def _parts(self, rows: Sequence[PastPayment], *, sure: bool) -> EarlierStages:
        """Parts of one sum have no days of their own: what was paid of it is taken off."""
        kept = list(_standing(rows))
        paid = max(_sum(kept), self.person.earlier_paid or NOTHING)
        missing = () if sure else tuple(_unsummed(row) for row in kept if row.amount is None)
        return EarlierStages(paid=paid, missing=missing, rows=tuple(row.text for row in kept))

    def _earlier(self, rows: Sequence[PastPayment], *, sure: bool) -> EarlierStages:
        found = self._settled(rows, self.before, sure=sure)
        missing = (*found.missing, *([_UNKNOWN] if self._unknown() and not sure else ()))
        return replace(
            found,
            days=max(found.days, self.person.earlier_days or 0),
            paid=max(found.paid, self.person.earlier_paid or NOTHING),
            missing=missing,
        )

    def _settled(self, rows: Sequence[PastPayment], before: Sequence[date], *, sure: bool) -> EarlierStages:
        kept = list(_standing(rows))
        counted, taken, missing = 0, set[int](), list[Text]()
        for row in kept:
            own, days = self._taken(row, taken), self._counted(row)
            if own is None or (days is None and not own):
                missing.append(_undated(row))
            taken |= own or set()
            counted += days if days is not None else len(own or ())
        apart = [day for day in before if not any(row.first <= day <= row.last for row in kept)]
        return EarlierStages(
            days=counted + len(apart),
            paid=_sum(kept),
            taken=tuple(sorted(taken)),
            missing=() if sure else tuple(missing),
            rows=tuple(row.text for row in kept),
        )

    def _taken(self, row: PastPayment, already: Iterable[int]) -> set[int] | None:
        """Which days of this claim the row has paid; nothing where row and claim overlap and it cannot be told."""
        inside = [n for n, day in enumerate(self.days) if row.first <= day <= row.last and n not in set(already)]
        first, last = self.claim.actual.first, self.claim.actual.last
        apart = first is not None and last is not None and (row.last < first or last < row.first)
        if not inside or apart:
            return set()
        within = first is None or last is None or (first <= row.first and row.last <= last)
        if within or row.days is None:
            return set(inside[: row.days] if row.days is not None else inside)
        return None

    def _counted(self, row: PastPayment) -> int | None:
        """How many days the row was for: as it states, else as the verdicts have them."""
        seen = sum(row.first <= day <= row.last for day in self.before)
        return row.days if row.days is not None else seen or None

    def _unknown(self) -> bool:
        """A claim that is or may be a later stage, of whose earlier stages nothing at all is known."""
        said = self.person.earlier_days is not None or is_looked_up(self.claim, self.history)
        later = self.claim.settlement == SettlementMode.STAGED or _begins_late(self.claim)
        return later and not said and not self.before


def _begins_late(claim: Claim) -> bool:
    """Whether the claim's first day comes after the day on which the class was to begin, whatever the form calls it."""
    plan = claim.approved_plan.days.first if claim.approved_plan else None
    planned = min((day for day in (claim.planned.first, plan) if day), default=None)
    return planned is not None and claim.actual.first is not None and planned < claim.actual.first


def _standing(rows: Iterable[PastPayment]) -> Iterator[PastPayment]:
    """Of rows about the same days in several exports, those of the export that says the most was paid."""

    def about(row: PastPayment) -> tuple[date, date, str]:
        return row.first, row.last, row.programme

    for _, same in groupby(sorted(rows, key=lambda row: (about(row), row.seen or date.min)), key=about):
        exports = [list(export) for _, export in groupby(same, key=lambda row: row.seen)]
        yield from max(exports, key=lambda export: (_sum(export), sum(row.days or 0 for row in export)))


def _sum(rows: Iterable[PastPayment]) -> Fen:
    return summed(row.amount for row in rows if row.amount)


def _undated(row: PastPayment) -> Text:
    return Text(
        f"此前拨付的是哪些天（{row.text.zh}），与本次申领的起止不能分开",
        f"which days were paid before ({row.text.en}); they cannot be told from those of this claim",
    )


def _unsummed(row: PastPayment) -> Text:
    return Text(f"此前拨付了多少（{row.text.zh}）", f"how much was paid before ({row.text.en})")


_UNKNOWN = Text(
    "此前阶段已计天数和已拨付金额（实名制登记，或申领表）",
    "the days counted and the money paid for earlier stages (real-name registry, or the form)",
)
