from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from claims.case import Case
from claims.facts_of_claim import SKILL_LEVELS, PersonClaim
from claims.money.members import LACK, both, counts, denominator
from claims.money.result import lack
from facts.text import Text
from policy.kinds.base import per_cent
from policy.kinds.money_heads import PaidHeads

Truth = bool | None
_EMPLOYMENT = Text("就业率", "employment rate")
_NAMES = {
    "employment": _EMPLOYMENT,
    "就业率": _EMPLOYMENT,
    "培训合格率": Text("培训合格率", "pass rate"),
    "领取营业执照率": Text("领取营业执照率", "licence rate"),
    "取证率": Text("取证率", "certification rate"),
    "初级工取证率": Text("初级工取证率", "share with the 初级工 certificate"),
}


@dataclass(frozen=True, slots=True)
class Rate:
    """A share of people as an exact fraction, between two bounds as long as something about somebody is not known."""

    name: Text
    least: Fraction
    most: Fraction
    missing: tuple[Text, ...] = ()

    def reaches(self, bound: Fraction) -> Truth:
        """Whether the rate is at least the bound; nothing where the unknown people could tip it either way."""
        if self.least >= bound:
            return True
        return False if self.most < bound else None

    @property
    def words(self) -> Text:
        """The rate, or its two bounds."""
        value = per_cent(self.least)
        if self.least != self.most:
            value += f" – {per_cent(self.most)}"
        return Text(f"{self.name.zh} {value}", f"{self.name.en} {value}")


@dataclass(frozen=True, slots=True)
class _Share:
    """Of whom (``among``) which people count, and what would be lacking to know either."""

    among: Callable[[Case, PersonClaim], Truth]
    counted: Callable[[Case, PersonClaim], Truth]
    lacks: str
    lacks_among: str


def rate(name: str, case: Case, within_months: int | None = None) -> Rate:
    """The named rate of the class; a name that people of one class cannot answer lies anywhere."""
    share = _share(name, case, within_months)
    words = _NAMES.get(name, Text(name, name))
    if share is None or not case.rated:
        what = Text(f"{words.zh}的统计表", f"the table from which the {words.en} is taken")
        return Rate(words, Fraction(0), Fraction(1), (what,))
    pairs = [(person, _inside(share, case, person), share.counted(case, person)) for person in case.rated]
    missing = [
        lack(_lacks(share, case, person), person)
        for person, among, counted in pairs
        if among is not False and None in (among, counted)
    ]
    truths = [(among, counted) for _, among, counted in pairs]
    return Rate(words, _least(truths), _most(truths), tuple(missing))


def _inside(share: _Share, case: Case, person: PersonClaim) -> Truth:
    """Whom the rule does not speak of is in the class and lowers its rate, and may be outside where that would raise it."""
    among = share.among(case, person)
    if not among or not case.is_outside(person):
        return among
    return True if person in case.beside and share.counted(case, person) is False else None


def _lacks(share: _Share, case: Case, person: PersonClaim) -> str:
    if person.key in case.unsure:
        return "group"
    return share.lacks_among if share.among(case, person) is None else share.lacks


def _least(truths: list[tuple[Truth, Truth]]) -> Fraction:
    """Whoever may be outside lowers the rate most by being in it without counting, or else by being outside."""
    inside = [counted for among, counted in truths if among or (among is None and counted is not True)]
    return _fraction(sum(counted is True for counted in inside), len(inside))


def _most(truths: list[tuple[Truth, Truth]]) -> Fraction:
    inside = [counted for among, counted in truths if among or (among is None and counted is not False)]
    return _fraction(sum(counted is not False for counted in inside), len(inside))


def _fraction(part: int, whole: int) -> Fraction:
    """Of nobody, nobody: such a rate reaches no bound."""
    return Fraction(part, whole) if whole else Fraction(0)


def _share(name: str, case: Case, months: int | None) -> _Share | None:
    took_part, qualified = PaidHeads.PARTICIPANTS, PaidHeads.QUALIFIED
    if name in ("employment", "就业率"):
        among = denominator(case)
        return _Share(_is(among), lambda _, person: person.employed, "employed", LACK[among])
    if name == "培训合格率":
        return _Share(_is(took_part), _is(qualified), "qualified", "days")
    if name == "领取营业执照率":
        return _Share(_is(qualified), lambda _, person: licensed_within(person, months), "licence", "qualified")
    if name == "取证率":
        return _Share(_is(took_part), _is(PaidHeads.CERTIFIED), "certificates", "days")
    if name == "初级工取证率":
        return _Share(_is(took_part), lambda _, person: _skilled(person), "certificates", "days")
    return None


def _is(head: PaidHeads) -> Callable[[Case, PersonClaim], Truth]:
    return lambda case, person: counts(head, case, person)


def _skilled(person: PersonClaim) -> Truth:
    """初级工 or a level above it."""
    if person.certificates is None:
        return None
    return any(certificate.level in SKILL_LEVELS for certificate in person.certificates)


def licensed_within(person: PersonClaim, months: int | None) -> Truth:
    """Whether a business licence was issued, in time where the rule names a time."""
    if months is None or person.licensed is not True:
        return person.licensed
    in_time = None if person.licence_months is None else person.licence_months <= months
    return both(person.licensed, in_time)
