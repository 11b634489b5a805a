"""What a person should look at in one claim: each doubt with its clause and innocent explanations, never summed."""

from collections.abc import Sequence

from claims.desk import Desk
from claims.doubts.money import money_doubts
from claims.doubts.people import people_doubts
from claims.doubts.process import process_doubts
from claims.outcome import ClaimFinding, PersonScreen
from facts.verdict import Doubt


def all_doubts(desk: Desk, people: Sequence[PersonScreen], findings: Sequence[ClaimFinding]) -> tuple[Doubt, ...]:
    """Every doubt, those of the history among them, the quickest to check by a person first."""
    found = [
        *money_doubts(desk, people),
        *people_doubts(desk, people),
        *process_doubts(desk, findings),
        *(desk.history.doubts if desk.history else ()),
    ]
    return tuple(sorted(found, key=lambda one: (one.check_cost_s, one.kind, one.trainees, one.text.zh)))
