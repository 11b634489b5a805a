"""Order of belief: an official register that speaks of the class comes before sealed paper, and that before the form."""

from dataclasses import dataclass

from claims.answers import ClaimDossier, Truth
from facts.claim import ConductRecord
from facts.claim_person import ClaimedPerson, Days
from facts.history_answer import ClassRoll, OwnMeasure, PensionDrawn, RegisterListing
from facts.registry import EMPLOYEES_PENSION, PENSION, RESIDENTS_PENSION

# Of several rows the one that bars most comes first; one of no known kind says least.
_PENSIONS_ASKED = (EMPLOYEES_PENSION, RESIDENTS_PENSION, PENSION)


@dataclass(frozen=True, slots=True)
class PensionWord:
    """Whether a pension is drawn on the first day of the class, and which; empty where that is not known."""

    drawn: Truth
    kind: str = ""
    row: PensionDrawn | None = None


def pension_of(dossier: ClaimDossier, person: ClaimedPerson) -> PensionWord:
    """The register's row where it has one on that day, else the form's word: a list's silence proves nothing."""
    first = dossier.case.claim.first_day
    rows = [row for row in (dossier.history.pensions if dossier.history else None) or () if row.trainee == person.key]
    on = [row for row in rows if first is None or (row.since <= first and (row.until is None or row.until > first))]
    if on:
        row = min(on, key=lambda one: _PENSIONS_ASKED.index(one.kind))
        # Only a register's own word, never the form's, makes a drawn pension one that does not bar.
        return PensionWord(True, "" if row.kind == PENSION else row.kind, row)
    return PensionWord(person.pension, person.pension_kind)


def registered_of(dossier: ClaimDossier, person: ClaimedPerson) -> Truth:
    """Whether the real-name system has the person for the class: as the registry says, else as the form does."""
    roll = roll_of(dossier)
    if roll is None or person.id_number is None:
        return person.registered
    if roll.known:
        return person.key in roll.people
    return None if roll.covers and person.registered else person.registered


def roll_of(dossier: ClaimDossier) -> ClassRoll | None:
    """What the real-name registry has on the class."""
    return dossier.history.roll if dossier.history else None


def registered_sanctions(dossier: ClaimDossier) -> tuple[ConductRecord, ...]:
    """The register's rows on the days of the class, as of the institution that it names."""
    rows = (dossier.history.sanctions if dossier.history else None) or ()
    return tuple(ConductRecord(row.party, row.kind or "整改", Days(row.since, row.until)) for row in rows)


def own_measures(dossier: ClaimDossier, *, breach: bool) -> tuple[OwnMeasure, ...]:
    """This service's own supervision records: breaches of the class and its people, or measures against an institution."""
    return tuple(one for one in (dossier.history.measures if dossier.history else ()) if one.breach is breach)


def denies_sanctions(dossier: ClaimDossier) -> bool:
    """Whether the form says that there is nothing while the register has something."""
    return dossier.claim.sanctions == () and bool(registered_sanctions(dossier))


def listing_of(dossier: ClaimDossier, subject: str) -> RegisterListing | None:
    """What the official catalogue says of the trainer or the evaluator."""
    return next((one for one in (dossier.history.listings if dossier.history else ()) if one.subject == subject), None)
