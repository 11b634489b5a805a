"""What people may settle by looking, who may, and how long a failure by review can be answered: data of each rulebook."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from facts.errors import Fault
from facts.review import ReviewSubject
from facts.text import Text
from facts.verdict import Assumption

READING = "R1"
_MOST_DAYS = 365


class ReviewRole(StrEnum):
    """Who of the authority may review, by the roles that accounts have."""

    INSPECTOR = "inspector"
    REVIEWER = "reviewer"


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """The ``[review]`` table; a document that says nothing leaves this program's own reading (R1).

    ``view``: heads in view; ``clock``: a clock that is off by a known amount; ``breaks``: a break that is explained.
    """

    view: bool = True
    clock: bool = True
    breaks: bool = False
    by: tuple[ReviewRole, ...] = (ReviewRole.INSPECTOR, ReviewRole.REVIEWER)
    answer_days: int = 15
    article: str = ""
    quotes: tuple[str, ...] = ()

    def allows(self, subject: ReviewSubject) -> bool:
        """Whether people may settle this."""
        return self.view if subject is ReviewSubject.VIEW else self.clock

    def may(self, role: str) -> bool:
        """Whether somebody of that role may review."""
        return role in self.by

    @property
    def grounds(self) -> Text:
        """The clause, or that the document has none."""
        if self.quotes:
            quote = "".join(f"「{one}」" for one in self.quotes)
            return Text(f"{self.article}{quote}", f"{self.article} {quote}".strip())
        return Text(f"规则文件的复核规定，假设 {READING}", f"the rulebook's rules on reviews, assumption {READING}")

    @property
    def assumption(self) -> Assumption:
        """How reports and pages print it."""
        said = {"view": self.view, "clock": self.clock, "breaks": self.breaks}
        values = [f"{name} = {str(value).lower()}" for name, value in said.items()]
        values += [f"by = {'/'.join(self.by)}", f"answer_days = {self.answer_days}"]
        return Assumption(READING, self._text, ", ".join(values))

    @property
    def _text(self) -> Text:
        if self.quotes:
            return Text(
                f"可由人工复核认定的事项、复核人与答复期限，依{self.grounds.zh}",
                f"what people may settle by review, who may, and the term to answer, by {self.grounds.en}",
            )
        return Text(
            "文件未写明哪些可由人工复核认定：画面人数与已知的时钟偏差可以，录像中断不可以；须两人；复核认定不达标的，机构可在期限内答复",
            "the document does not say what people may settle: who is in view and a clock's known offset, no breaks; by two"
            " people; a failure by review can be answered within the term",
        )

    def faults(self, where: str) -> Iterator[Fault]:
        """What is wrong with the table."""
        if self.breaks:
            yield Fault(
                f"{where}.breaks", "true", "false", "a break of a recording cannot be settled by review in this version"
            )
        if not self.by or len(set(self.by)) < len(self.by):
            yield Fault(f"{where}.by", "nobody, or somebody twice", 'roles such as ["inspector", "reviewer"]')
        if not 1 <= self.answer_days <= _MOST_DAYS:
            yield Fault(f"{where}.answer_days", str(self.answer_days), f"days from 1 to {_MOST_DAYS}")
        if self.article and not self.quotes:
            yield Fault(f"{where}.quote", "no quote", "the words of the article", "add quote, or leave article out")


NO_REVIEW_RULES = ReviewRules()
