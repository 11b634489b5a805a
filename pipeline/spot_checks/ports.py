"""What spot checks need from outside: something that keeps a drawn class's evidence."""

from datetime import datetime
from typing import Protocol


class EvidenceHolds(Protocol):
    """Keeps a class's evidence from being deleted while a case is open; both calls may be repeated."""

    def place(self, class_id: str, case: str, reason: str, at: datetime) -> None:
        """From now on nothing of the class may be deleted, whatever its retention says."""
        ...

    def lift(self, class_id: str, case: str, by: str, at: datetime) -> None:
        """The case no longer keeps the class's evidence; its retention and other cases still do."""
        ...
