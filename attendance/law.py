"""What the rulebook in force asks of a class hour, read from its typed rules."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from attendance.demands import ContinuityDemand, Demands, SignInDemand, WholeClassDemand
from facts.course import ClassHour, TrainingClass
from facts.report import Clause, PolicyRef
from facts.text import Text
from facts.verdict import Assumption, Doubt, Finding, Status
from policy.kinds import Exemption, PresenceCheckIn, VideoContinuous, VideoWholeClass
from policy.kinds.bars import ExemptionCause
from policy.kinds.video import Coverage, Visibility
from policy.review import NO_REVIEW_RULES, ReviewRules
from policy.rulebook import P, Rule, Rulebook
from policy.word_doubts import INNOCENT, UNKNOWN_WORD, UnknownWord, unknown_words

_TEN_MINUTES_S = 600
_CLOCK_SLACK = timedelta(seconds=120)  # where no document says
NO_RULEBOOK_IN_FORCE, PLACE_UNKNOWN, NO_LOCALITY = "NO_RULEBOOK_IN_FORCE", "PLACE_UNKNOWN", "NO_LOCALITY"
RULEBOOKS_CONTESTED, RULEBOOK_UNUSABLE = "RULEBOOKS_CONTESTED", "RULEBOOK_UNUSABLE"
RULEBOOK_UNFIT = "RULEBOOK_UNFIT"
NO_LAW = frozenset(
    {NO_RULEBOOK_IN_FORCE, PLACE_UNKNOWN, NO_LOCALITY, RULEBOOKS_CONTESTED, RULEBOOK_UNUSABLE, RULEBOOK_UNFIT}
)  # no document judges
_ON_EVIDENCE = (VideoContinuous, VideoWholeClass, PresenceCheckIn)


@dataclass(frozen=True, slots=True)
class Law:
    """The rulebook that governs a class, or why there is none.

    With both, the book had lapsed before the class: what it asks is judged provisionally, and every hour stays open.
    """

    training_class: TrainingClass
    as_of: date
    book: Rulebook | None = None
    none_because: Finding | None = None

    @property
    def provisional(self) -> bool:
        """Whether the book is one that had lapsed, tried because somebody asked for it."""
        return self.book is not None and self.none_because is not None

    @property
    def reference(self) -> PolicyRef | None:
        """What a report says of the rulebook."""
        if self.book is None:
            return None
        note = self.book.valid.note or self.book.note
        return replace(self.book.reference(self.as_of), note=note, provisional=self.provisional)

    @property
    def assumptions(self) -> tuple[Assumption, ...]:
        """The readings that the verdicts rest on, with those about the class itself."""
        if self.book is None:
            return ()
        unsaid = [
            name
            for name, value in (("人群", self.training_class.group), ("培训项目", self.training_class.programme))
            if not value
        ]
        own = (_unsaid(unsaid),) if unsaid else ()
        return self.book.assumptions.listed() + own

    @property
    def clock_slack(self) -> timedelta:
        """How far a recording's clock may be off (A12)."""
        return timedelta(seconds=self.book.assumptions.clock.max_offset_s) if self.book else _CLOCK_SLACK

    @property
    def review(self) -> ReviewRules:
        """What people may settle by looking."""
        return self.book.review if self.book else NO_REVIEW_RULES

    def on(self, hour: ClassHour) -> Demands:
        """What is asked of this class hour."""
        if self.book is None:
            return Demands(notice=self.none_because)
        asked = self._asked(hour)
        return replace(asked, notice=self.none_because) if self.provisional else asked

    def _asked(self, hour: ClassHour) -> Demands:
        day = hour.span.start.date()
        freed = self._freed()
        continuity = self._rule(VideoContinuous, day, freed)
        whole_class = self._rule(VideoWholeClass, day, freed)
        sign_in = self._rule(PresenceCheckIn, day, freed)
        asked = Demands(
            self._continuity(*continuity) if continuity and hour.kind in continuity[1].hours else None,
            self._whole_class(*whole_class) if whole_class else None,
            _sign_in(*sign_in) if sign_in else None,
        )
        if open_by := self._open_by(day):
            return replace(asked, notice=open_by, uncertain=True)
        if asked.continuity or asked.whole_class:
            return asked
        return replace(asked, notice=self._why_nothing_is_asked())

    @property
    def unknown_words(self) -> tuple[UnknownWord, ...]:
        """The class's own words for its people and its programme that the document does not have."""
        own = self.training_class
        return tuple(unknown_words(self.book, own.programme, own.group)) if self.book else ()

    @property
    def doubts(self) -> tuple[Doubt, ...]:
        """Each word that the document does not have, for a person to put right."""
        return tuple(
            Doubt(UNKNOWN_WORD, one.text, innocent=INNOCENT, rule=self.sign_in_rule) for one in self.unknown_words
        )

    def _open_by(self, day: date) -> Finding | None:
        """The unknown word, where it leaves open whether a rule on evidence binds the class."""
        if not self.unknown_words or self.book is None:
            return None
        asked = [rule for kind in _ON_EVIDENCE for rule, _ in self.book.of_kind(kind, day)]
        if all(self.binds(rule) is not None for rule in asked):
            return None
        first = self.unknown_words[0]
        return Finding("", Status.UNPROVEN, UNKNOWN_WORD, first.text, remedy=first.remedy)

    def binds(self, rule: Rule) -> bool | None:
        """Whether the rule on evidence speaks of this class; nothing where the class does not say enough to know."""
        assert self.book is not None  # noqa: S101 - the callers have checked it
        return self.book.concerns(rule, self.training_class.programme, self.training_class.group)

    def _rule(self, kind: type[P], day: date, freed: frozenset[str]) -> tuple[Rule, P] | None:
        """The first rule of the kind that binds this class; one that may bind it does, until the class says otherwise."""
        assert self.book is not None  # noqa: S101 - on() has checked it
        for rule, params in self.book.of_kind(kind, day):
            if isinstance(params, VideoWholeClass) and params.mode is Visibility.COVERAGE:
                continue  # advice about where cameras hang, not about a class hour
            if rule.id not in freed and self.binds(rule) is not False:
                return rule, params
        return None

    def _exemptions(self) -> list[Rule]:
        if self.book is None:
            return []
        programme, secret = self.training_class.programme, self.training_class.secret_unit
        return [
            rule
            for rule, params in self.book.of_kind(Exemption)
            if (params.when is ExemptionCause.SECRET_UNIT and secret)
            or (params.when is ExemptionCause.PROGRAMME and self.book.programmes.among(programme, params.of_programmes))
        ]

    def _freed(self) -> frozenset[str]:
        return frozenset(name for rule in self._exemptions() for name in rule.params.names_rules())

    def _continuity(self, rule: Rule, params: VideoContinuous) -> ContinuityDemand:
        assert self.book is not None  # noqa: S101 - on() has checked it
        minimum = timedelta(seconds=params.min_s or _TEN_MINUTES_S)
        tolerance = timedelta(seconds=params.max_gap_s)
        return ContinuityDemand(
            _clause(rule), minimum, tolerance, params.coverage is Coverage.WHOLE, self.clock_slack, params.time_code
        )

    def _whole_class(self, rule: Rule, params: VideoWholeClass) -> WholeClassDemand:
        assert self.book is not None  # noqa: S101 - on() has checked it
        windows = [own.min_s for _, own in self.book.of_kind(VideoContinuous) if own.min_s]
        minimum = timedelta(seconds=windows[0] if windows else _TEN_MINUTES_S)
        return WholeClassDemand(_clause(rule), minimum, params.share)

    def _why_nothing_is_asked(self) -> Finding:
        """The clause that exempts, or the plain statement that this document asks for no recording of such a class."""
        for rule in self._exemptions():
            text = Text(f"{rule.title.zh}（{rule.article}）", f"{rule.title.en} ({rule.article})")
            if any(self._asks_for_video(name) for name in rule.params.names_rules()):
                return Finding(rule.id, Status.EXEMPT, "EXEMPT", text, {}, rule.quotes[0], rule.article)
        assert self.book is not None  # noqa: S101 - on() has checked it
        text = Text(
            f"{self.book.title.zh}不要求此类班期逐学时录像",
            f"{self.book.title.en} asks for no recording of such a class hour",
        )
        return Finding("", Status.NOT_APPLICABLE, "NOT_ASKED", text)

    def _asks_for_video(self, rule_id: str) -> bool:
        return self.book is not None and isinstance(self.book.rule(rule_id).params, VideoContinuous | VideoWholeClass)

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The words of the rules that doubts are cited with."""
        rules = [rule for rule, _ in self.book.of_kind(PresenceCheckIn)] if self.book else []
        return tuple(Clause(rule.id, rule.quotes[0], rule.article) for rule in rules)

    @property
    def sign_in_rule(self) -> str:
        """The rule that doubts about check-ins are cited with."""
        found = self.book.of_kind(PresenceCheckIn) if self.book else ()
        return found[0][0].id if found else ""


def no_rulebook(reason: str, text: Text, remedy: Text) -> Finding:
    """Why no rulebook governs; without a rule nothing is shown, so every hour is open."""
    return Finding("", Status.UNPROVEN, reason, text, remedy=remedy)


def _sign_in(rule: Rule, params: PresenceCheckIn) -> SignInDemand:
    return SignInDemand(_clause(rule), params.per_half_day, timedelta(minutes=params.apart_min))


def _clause(rule: Rule) -> Clause:
    return Clause(rule.id, rule.quotes[0] if rule.quotes else "", rule.article)


def _unsaid(names: list[str]) -> Assumption:
    text = Text(
        f"班期资料（class.toml）未写明{'、'.join(names)}：按该文件对重点群体的要求核验",
        "class.toml does not say the group or programme: judged as the document asks for key groups",
    )
    return Assumption("A0", text, "、".join(names))
