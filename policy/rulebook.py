from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from facts.counting import counted
from facts.errors import InputError
from facts.report import PolicyRef
from facts.text import Text
from facts.verdict import Assumption
from policy.assumptions import Assumptions
from policy.kinds import Params, PolicyTransition
from policy.review import NO_REVIEW_RULES, ReviewRules
from policy.vocabulary import NO_WORDS, WordList

P = TypeVar("P", bound=Params)


class Level(StrEnum):
    """What a rule can be decided from."""

    A = "A"
    AB = "A/B"
    B = "B"
    C = "C"

    @property
    def text(self) -> Text:
        """The level in words."""
        return _LEVELS[self]


class Hardness(StrEnum):
    """How the document speaks: 应/须, 一般/原则上, or 可."""

    MUST = "must"
    SOFT = "soft"
    CEILING = "ceiling"

    @property
    def text(self) -> Text:
        """The hardness in words."""
        return _HARDNESS[self]


class Confidence(StrEnum):
    """Whether the document states its validity or somebody inferred it."""

    STATED = "stated"
    INFERRED = "inferred"


class IssuerLevel(StrEnum):
    """Whose document it is; what a county says never puts a city's document aside."""

    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    COUNTY = "county"

    @property
    def rank(self) -> int:
        """The highest first."""
        return tuple(IssuerLevel).index(self)

    @property
    def text(self) -> Text:
        """The level in words."""
        return _ISSUERS[self]


@dataclass(frozen=True, slots=True)
class Replaces:
    """What a document says of others: those that it replaces by id, or all earlier ones that disagree (此前有关规定)."""

    quotes: tuple[str, ...]
    books: tuple[str, ...] = ()
    earlier: bool = False
    article: str = ""


class BookStatus(StrEnum):
    """Whether the whole document is at hand."""

    COMPLETE = "complete"
    FRAGMENT = "fragment"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row of law: its words, whom they bind, and the typed parameters that a judgement reads.

    ``whatever_group`` are programmes that the rule binds whatever a class says of its people's group.
    """

    id: str
    kind: str
    title: Text
    article: str
    quotes: tuple[str, ...]
    level: Level
    hardness: Hardness
    binds: tuple[str, ...]
    params: Params
    programmes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    whatever_group: tuple[str, ...] = ()
    assumes: tuple[str, ...] = ()
    note: Text | None = None
    sic: str = ""
    since: date | None = None
    until: date | None = None
    line: int = 0

    @property
    def quote(self) -> str:
        """All quoted passages in one line."""
        return "".join(f"「{quote}」" for quote in self.quotes)

    def in_force(self, day: date) -> bool:
        """Whether the rule's own dates, if it has any, include the day."""
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


WARNED_BEFORE = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Validity:
    """The first and the last day on which classes are judged by a document; no last day where it names none."""

    first: date
    confidence: Confidence
    last: date | None = None
    note: Text | None = None

    @property
    def days(self) -> str:
        """The first and the last day as people write them."""
        return f"{self.first} 至 {self.last or '未写明'}"

    def covers(self, day: date) -> bool:
        """Whether a class on that day is judged by it."""
        return self.first <= day and (self.last is None or day <= self.last)

    def days_left(self, as_of: date) -> int | None:
        """How many days it still holds, where that is so few that somebody should see to its successor."""
        if self.last is None or not self.covers(as_of) or self.last - as_of > WARNED_BEFORE:
            return None
        return (self.last - as_of).days

    def state(self, as_of: date) -> Text:
        """The same in a word, for tables."""
        if as_of < self.first:
            return Text("尚未施行", "not yet")
        if self.last is None:
            return Text("未写明失效日", "no last day")
        if as_of == self.last:
            return Text("今日失效", "lapses today")
        if as_of > self.last:
            return Text("已失效", "lapsed")
        left = self.days_left(as_of)
        return (
            Text("现行", "in force") if left is None else Text(f"{left} 天后失效", f"lapses in {counted(left, 'day')}")
        )

    def banner(self, as_of: date) -> Text:
        """Whether it is in force on that day, in one line."""
        if as_of < self.first:
            return Text(f"尚未施行（{self.first} 起）", f"not yet in force (from {self.first})")
        if self.last is None:
            return Text("未写明失效日", "no last day stated")
        if as_of > self.last:
            return Text(
                f"已失效（有效期至 {self.last}；此前的班期仍按本文件判定）",
                f"lapsed (last day {self.last}; earlier classes are still judged by it)",
            )
        if as_of == self.last:
            return Text(f"今日失效（有效期至 {self.last}）", f"lapses today (last day {self.last})")
        if (left := self.days_left(as_of)) is not None:
            return Text(
                f"{left} 天后失效（有效期至 {self.last}），请留意接续文件",
                f"lapses in {counted(left, 'day')} (last day {self.last}); look out for its successor",
            )
        return Text(f"现行有效（至 {self.last}）", f"in force (until {self.last})")


@dataclass(frozen=True, slots=True)
class Papers:
    """What an application for the programme (and those in ``also_for``) must hold; any one of an inner list will do."""

    id: str
    programme: str
    needs: tuple[tuple[str, ...], ...]
    article: str
    quotes: tuple[str, ...] = ()
    note: Text | None = None
    not_needed: tuple[str, ...] = ()
    also_for: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rulebook:
    """One government document as data."""

    id: str
    title: Text
    number: str
    issuer: str
    level: IssuerLevel
    source: str
    places: tuple[str, ...]
    issued: date | None
    valid: Validity
    status: BookStatus
    assumptions: Assumptions
    rules: tuple[Rule, ...]
    papers: tuple[Papers, ...] = ()
    replaces: Replaces | None = None
    note: Text | None = None
    groups: WordList = NO_WORDS
    programmes: WordList = NO_WORDS
    version: str = "1"
    sha256: str = ""
    review: ReviewRules = NO_REVIEW_RULES

    @property
    def readings(self) -> tuple[Assumption, ...]:
        """Everything that the document leaves open, with what this rulebook makes of it."""
        return (*self.assumptions.listed(), self.review.assumption)

    def concerns(self, rule: Rule, programme: str, group: str) -> bool | None:
        """Whether the rule speaks of such a class; nothing where the class does not say enough to know."""
        if rule.whatever_group and self.programmes.among(programme, rule.whatever_group):
            return True
        answers = [self.programmes.among(programme, rule.programmes), self.groups.among(group, rule.groups)]
        if False in answers:
            return False
        return None if None in answers else True

    def rule(self, rule_id: str) -> Rule:
        """The rule of that id."""
        found = next((rule for rule in self.rules if rule.id == rule_id), None)
        if found is None:
            raise InputError(f"rule {rule_id}: not in {self.id}; see `xueshi policy show {self.id}`")
        return found

    def of_kind(self, params: type[P], day: date | None = None) -> tuple[tuple[Rule, P], ...]:
        """The rules of that kind with their typed parameters, on a day those in force."""
        return tuple(
            (rule, rule.params)
            for rule in self.rules
            if isinstance(rule.params, params) and (day is None or rule.in_force(day))
        )

    @property
    def transition(self) -> tuple[Rule, PolicyTransition] | None:
        """The clause on training that was under way when the document came, if it has one."""
        return next(iter(self.of_kind(PolicyTransition)), None)

    def assumptions_of(self, rule: Rule) -> tuple[Assumption, ...]:
        """The readings that this rule's judgement rests on."""
        return self.assumptions.of(rule.assumes)

    def reference(self, as_of: date) -> PolicyRef:
        """What a report says of the rulebook."""
        place = self.places[0] if self.places else ""
        held = (self.valid.first, self.valid.last, self.valid.banner(as_of))
        return PolicyRef(self.id, self.title.zh, place, *held, version=self.version, sha256=self.sha256)


_LEVELS = {
    Level.A: Text("由视频、打卡、花名册即可判定", "decidable from video, check-ins or roster"),
    Level.AB: Text("视频、打卡可判一部分，其余需台账", "partly from video and check-ins, partly from tables"),
    Level.B: Text("需申领或登记台账", "needs claim or registry tables"),
    Level.C: Text("仅能核对材料是否齐备或声明", "only a document's presence or an attestation"),
}
_ISSUERS = {
    IssuerLevel.NATION: Text("国家", "nation"),
    IssuerLevel.PROVINCE: Text("省级", "province"),
    IssuerLevel.CITY: Text("市级", "city"),
    IssuerLevel.COUNTY: Text("县级", "county"),
}
_HARDNESS = {
    Hardness.MUST: Text("应当", "must"),
    Hardness.SOFT: Text("一般/原则上（软性）", "usual, in principle (soft)"),
    Hardness.CEILING: Text("可（上限，非应得）", "may (a ceiling, not an entitlement)"),
}
