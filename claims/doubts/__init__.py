"""What a person should look at in one claim: each doubt with its clause and innocent explanations, never summed."""

from collections.abc import Sequence
from dataclasses import replace

from claims.answers import ClaimDossier
from claims.doubts.certificates import certificate_doubts
from claims.doubts.employment import employment_doubts
from claims.doubts.money import money_doubts
from claims.doubts.payments import payment_doubts
from claims.doubts.people import people_doubts
from claims.doubts.process import process_doubts
from claims.doubts.vouchers import voucher_doubts
from claims.doubts.words import word_doubts
from claims.mask import masked_number
from claims.outcome import ClaimFinding, PersonScreen
from facts.text import Text
from facts.verdict import Doubt


def all_doubts(
    dossier: ClaimDossier,
    people: Sequence[PersonScreen],
    others: Sequence[PersonScreen],
    findings: Sequence[ClaimFinding],
) -> tuple[Doubt, ...]:
    """Every doubt, those of the history among them, the quickest to check by a person first.

    ``others`` are the sums of the class as one and of other recipients and funds.
    """
    found = [
        *money_doubts(dossier, people, others),
        *payment_doubts(dossier),
        *people_doubts(dossier),
        *word_doubts(dossier),
        *employment_doubts(dossier),
        *certificate_doubts(dossier, people),
        *process_doubts(dossier, findings),
        *voucher_doubts(dossier),
        *(_shown(dossier, one) for one in (dossier.history.doubts if dossier.history else ())),
    ]
    return tuple(sorted(found, key=lambda one: (one.check_cost_s, one.kind, one.trainees, one.text.zh)))


def _shown(dossier: ClaimDossier, one: Doubt) -> Doubt:
    """A doubt of the history under the keys of this screening, without a whole ID number in its words."""
    text = Text(masked_number(one.text.zh), masked_number(one.text.en))
    people = tuple(dossier.shown.get(key, masked_number(key)) for key in one.trainees)
    evidence = tuple(
        replace(item, path=masked_number(item.path), note=masked_number(item.note)) for item in one.evidence
    )
    return replace(one, text=text, trainees=people, evidence=evidence)
