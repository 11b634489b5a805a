from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from claims.outcome import ClaimScreen
from facts.claim import Claim
from facts.digest import Digest
from facts.report import ClassReport
from facts.text import Text
from policy.rulebook import Rulebook
from report.mask import Mask


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file that the screening rests on."""

    path: str
    role: str
    size_bytes: int
    digest: Digest | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """Everything that a claim's document is made of: the claim, its law, what came out, and what it rests on.

    ``sources`` names the file that each class hour's verdict was read from.
    """

    tool: str
    made_at: datetime
    seen_on: date
    claim: Claim
    screen: ClaimScreen
    book: Rulebook | None
    outcome: int
    reports: tuple[ClassReport, ...] = ()
    files: tuple[ReadFile, ...] = ()
    sources: Mapping[str, str] = field(default_factory=dict)
    limits: tuple[Text, ...] = ()

    def mask(self) -> Mask:
        """Masks everybody whom the claim or a report names, wherever the text came from."""
        names = [person.name for person in self.claim.people]
        numbers = [person.id_number.digits for person in self.claim.people if person.id_number]
        numbers += [person.phone for person in self.claim.people if person.phone]
        for report in self.reports:
            names += [one.name for one in report.trainees]
            numbers += [one.id_number.digits for one in report.trainees if one.id_number]
        return Mask(names, numbers)
