"""What is wrong with a claim, every fault at once; what is merely odd is noted and does not stop it.

FaultsError
└── ClaimFileError   the file of a claim cannot be taken as it stands: whoever filled it in corrects it
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from facts.errors import Fault, FaultsError
from facts.text import Text

_LISTED = 300
_ALIKE = 20


@dataclass(frozen=True, slots=True)
class ClaimFault(Fault):
    """One thing wrong, first in the words of the person who fills in the form."""

    zh: str = ""

    @property
    def text(self) -> Text:
        """The sentence without its place."""
        return Text(self.zh, f"got {self.got}, expected {self.expected}" + (f"; {self.remedy}" if self.remedy else ""))

    def __str__(self) -> str:
        return f"{self.where}：{self.zh} / {self.text.en}"


class ClaimFileError(FaultsError):
    """Nothing of the claim was taken in; ``notes`` are what was odd besides."""

    def __init__(self, faults: Iterable[Fault], notes: Iterable[Text] = ()) -> None:
        super().__init__(faults)
        self.notes = tuple(notes)


@dataclass(slots=True)
class FaultCollector:
    """Collects faults and notes, listing few of one sentence and counting the rest."""

    _faults: list[ClaimFault] = field(default_factory=list)
    _notes: list[Text] = field(default_factory=list)
    _alike: Counter[str] = field(default_factory=Counter)

    def fault(self, where: str, zh: str, got: str, expected: str, remedy: str = "") -> None:
        """Something that keeps the claim from being taken in."""
        self._alike[zh] += 1
        if self._alike[zh] <= _ALIKE and len(self._faults) < _LISTED:
            self._faults.append(ClaimFault(where, got, expected, remedy, zh))

    def note(self, where: str, zh: str, en: str) -> None:
        """Something that a reviewer should know and that stops nothing."""
        self._alike[zh] += 1
        if self._alike[zh] <= _ALIKE and len(self._notes) < _LISTED:
            self._notes.append(Text(f"{where}：{zh}", f"{where}: {en}"))

    @property
    def notes(self) -> tuple[Text, ...]:
        """Everything odd."""
        return tuple(self._notes)

    @property
    def sound(self) -> bool:
        """Whether nothing was wrong so far."""
        return not self._faults

    def stop(self) -> None:
        """Raise every fault at once, if there is one."""
        if self._faults:
            rest = sum(self._alike.values()) - len(self._faults) - len(self._notes)
            more = [ClaimFault("…", f"{rest} more", "none", zh=f"同类问题还有 {rest} 处")] if rest > 0 else []
            raise ClaimFileError([*self._faults, *more], self._notes)
