import re
from collections.abc import Iterable

from facts.id_number import masked_id
from facts.names import masked_name
from facts.report import ClassReport
from facts.text import Text
from report.schema import TextEntry

# Eighteen characters that look like an ID number, or a mainland mobile number, not inside a longer word or digest.
_NUMBER = re.compile(r"(?<![0-9A-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z])")


class Mask:
    """Free text with every name, ID number and telephone number of the class blotted out.

    Findings, file names and notes are written by others and may name a person; the report must not.
    """

    def __init__(self, names: Iterable[str], numbers: Iterable[str] = ()) -> None:
        whole = {name: masked_name(name) for name in names if len(name) > 1}
        whole |= {number: masked_id(number) for number in numbers if len(number) > 4}  # noqa: PLR2004 - the last four stay
        self._whole = whole
        # Longest first: 王小明 before 王小.
        self._pattern = re.compile(
            "|".join(re.escape(item) for item in sorted(whole, key=len, reverse=True)) or r"(?!)"
        )

    @classmethod
    def of(cls, report: ClassReport) -> "Mask":
        """The mask for everybody that the class knows of, enrolled or only signed in."""
        numbers = [trainee.id_number.digits for trainee in report.trainees if trainee.id_number]
        numbers += [trainee.phone for trainee in report.trainees] + [item.id_number for item in report.checkins]
        return cls(
            [trainee.name for trainee in report.trainees] + [item.name for item in report.checkins],
            [number for number in numbers if number],
        )

    def text(self, raw: str) -> str:
        """The text as it may be shown."""
        known = self._pattern.sub(lambda found: self._whole[found.group()], raw)
        return _NUMBER.sub(lambda found: masked_id(found.group()), known)

    def say(self, raw: Text) -> TextEntry:
        """The sentence as it may be shown, in both languages."""
        return {"zh": self.text(raw.zh), "en": self.text(raw.en)}
