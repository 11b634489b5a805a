"""Holds on whole classes for open cases, by the retention's own orders: in the register first, then in every store."""

from dataclasses import dataclass
from datetime import datetime

from facts.keeping import Scope
from pipeline import orders
from pipeline.retention_ports import Desk
from runtime.retention import new_hold

TWIN = "#"  # a code that two institutions use is drawn as CODE#NUMBER; the hold covers both


@dataclass(frozen=True, slots=True)
class CaseHolds:
    """The holds of spot checks; see ``Holds`` of the pipeline."""

    desk: Desk
    by: str

    def place(self, class_id: str, case: str, reason: str, at: datetime) -> None:
        """From now on nothing of the class may go; again is no second hold."""
        orders.hold(self.desk, new_hold(_scope(class_id), reason, case, self.by, lambda: at))

    def lift(self, class_id: str, case: str, by: str, at: datetime) -> None:
        """The case keeps the class no longer; what is lifted already stays lifted."""
        del at  # the register's own clock says when
        for one in self.desk.register.holds():
            if (one.case, one.scope) == (case, _scope(class_id)):
                orders.release(self.desk, one.id, by)


def _scope(class_id: str) -> Scope:
    return Scope(class_id.partition(TWIN)[0])
