"""What is put into an evidence store is entered in the register: for which class, why, and until when it must be kept."""

from dataclasses import dataclass

from attendance.law import Law
from facts.report import ClassReport, InputFile
from facts.retention import Use
from facts.span import local_day
from pipeline.retention.duty import binding
from pipeline.retention.terms import use_of
from policy.kinds import EvidenceRetention
from policy.rulebook import Rulebook
from policy.shelf import Shelf
from storage.evidence.port import EvidenceStore, StoredObject
from storage.retention.register import EvidenceRegister


def longest_years(shelf: Shelf) -> int:
    """The longest that any known document asks: what no document mentions is kept that long."""
    return max(params.years for book in shelf.books for _, params in book.of_kind(EvidenceRetention))


@dataclass(frozen=True, slots=True)
class Duties:
    """What the documents ask of one class's files."""

    whole: ClassReport
    books: tuple[Rulebook, ...]
    longest_years: int
    register: EvidenceRegister | None

    @classmethod
    def of(cls, whole: ClassReport, law: Law, register: EvidenceRegister | None, shelf: Shelf) -> "Duties":
        """Every document that binds the class, the one that governs it first."""
        course = whole.training_class
        days = {local_day(hour.span.start) for hour in whole.hours}
        place = course.locality or course.institution.locality
        return cls(whole, binding(shelf, law.book, place, days), longest_years(shelf), register)

    def use(self, file: InputFile) -> Use:
        """Why the class keeps the file and until when; a known day of payout counts."""
        paid = self.register.payout(self.whole.training_class.id) if self.register else None
        return use_of(self.books, self.whole, file, longest_years=self.longest_years, paid=paid)

    def record(self, store: EvidenceStore, stored: StoredObject, file: InputFile) -> None:
        """Enters it once the store has acknowledged it; holds in force on its class or day are placed first."""
        if self.register is None:
            return
        use = self.use(file)
        for hold in self.register.holds():
            if hold.scope.awaits(stored.ref.digest, use) and hold.label not in stored.holds:
                store.hold(stored.ref, hold.label)
        self.register.record(store.url, stored, use)
