"""How much one class has under way at once: twice what the cluster can do, less while its evidence comes slowly."""

from dataclasses import dataclass

_AHEAD = 2


@dataclass(slots=True)
class TaskLimit:
    """Halved by each refusal of a store, and opened again by one for each result."""

    held_to: int | None = None

    def room(self, slots: int) -> int:
        """How many may be under way on so many places."""
        most = max(slots * _AHEAD, 1)
        self.held_to = None if self.held_to is not None and self.held_to >= most else self.held_to
        return most if self.held_to is None else self.held_to

    def shrink(self, under_way: int) -> None:
        """The evidence is slow or away."""
        self.held_to = max(under_way // 2, 1)

    def grow(self) -> None:
        """It came."""
        if self.held_to is not None:
            self.held_to += 1
