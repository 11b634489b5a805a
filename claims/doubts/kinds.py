"""The parts of a doubt that one claim can raise, and the parameters that its detectors go by."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from attendance.register import DoubtKind
from claims.answers import ClaimDossier
from facts.digest import EvidenceRef
from facts.text import Text
from facts.verdict import Doubt
from policy.kinds import Params
from policy.rulebook import Rule


@dataclass(frozen=True, slots=True)
class Knobs:
    """Where each detector begins to speak; all of them are this program's own, none stands in a document.

    ``retired_man`` and ``retired_woman`` are the ages from which a pension is usual, ``short_contract_months`` the
    longest contract that counts as short (F18), ``employer_people`` and ``employer_share`` when one employer has hired
    remarkably many of the employed, ``sequence`` how many consecutive certificate numbers make a run.
    """

    retired_man: int = 60
    retired_woman: int = 55
    youngest: int = 16
    short_contract_months: int = 2
    employer_people: int = 5
    employer_share: Fraction = Fraction(1, 2)
    sequence: int = 5
    at_cap_people: int = 5


KNOBS = Knobs()


@dataclass(frozen=True, slots=True)
class Signal:
    """A pattern with the clause or the field's own number (FIELD.md §3) that it goes by where no clause is in force."""

    kind: DoubtKind
    pattern: str
    clause: type[Params] | None = None

    def raised(
        self, desk: ClaimDossier, text: Text, trainees: Iterable[str] = (), *, hours: Iterable[str] = (), rule: str = ""
    ) -> Doubt:
        """The doubt with its clause: as given, else the first of its kind in force here, else the pattern's number."""
        people = tuple(sorted(dict.fromkeys(trainees)))
        rows = {desk.shown[one.key]: one.where for one in desk.claim.people if one.where}
        evidence = tuple(EvidenceRef(rows[key], note=key) for key in people[:20] if key in rows)
        cited = rule or self._cited(desk) or self.pattern
        kind = self.kind
        return Doubt(kind.code, text, tuple(hours), people, evidence, kind.innocent, cited, kind.check_cost_s)

    def _cited(self, desk: ClaimDossier) -> str:
        if self.clause is None:
            return ""
        rules: list[Rule] = [rule for rule, _ in desk.book.of_kind(self.clause) if desk.case.binds(rule) is not False]
        return rules[0].id if rules else ""


def signal(
    code: str, cost_s: int, pattern: str, *innocent: tuple[str, str], clause: type[Params] | None = None
) -> Signal:
    """A pattern, how long a person needs to check it, and what may innocently explain it."""
    return Signal(DoubtKind(code, cost_s, tuple(Text(*one) for one in innocent)), pattern, clause)
