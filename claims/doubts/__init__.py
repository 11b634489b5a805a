"""What a person should look at in one claim: each doubt with its clause and innocent explanations, never summed."""

from collections.abc import Sequence
from dataclasses import replace

from claims.answers import ClaimDossier
from claims.doubts.money import money_doubts
from claims.doubts.people import people_doubts
from claims.doubts.process import process_doubts
from claims.mask import masked_number
from claims.outcome import ClaimFinding, PersonScreen
from facts.text import Text
from facts.verdict import Doubt


def all_doubts(
    desk: ClaimDossier, people: Sequence[PersonScreen], findings: Sequence[ClaimFinding]
) -> tuple[Doubt, ...]:
    """Every doubt, those of the history among them, the quickest to check by a person first."""
    found = [
        *money_doubts(desk, people),
        *people_doubts(desk, people),
        *process_doubts(desk, findings),
        *(_shown(desk, one) for one in (desk.history.doubts if desk.history else ())),
    ]
    return tuple(sorted(found, key=lambda one: (one.check_cost_s, one.kind, one.trainees, one.text.zh)))


def _shown(desk: ClaimDossier, one: Doubt) -> Doubt:
    """A doubt of the history under the keys of this screening, without a whole ID number in its words."""
    text = Text(masked_number(one.text.zh), masked_number(one.text.en))
    people = tuple(desk.shown.get(key, masked_number(key)) for key in one.trainees)
    evidence = tuple(
        replace(item, path=masked_number(item.path), note=masked_number(item.note)) for item in one.evidence
    )
    return replace(one, text=text, trainees=people, evidence=evidence)
