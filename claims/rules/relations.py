"""Two parties or facts of one class compared (party.relation); a relation of other words is looked up in listings."""

from collections.abc import Callable, Iterator

from claims.answers import (
    AnswerWords,
    ClaimDossier,
    Truth,
    TruthWords,
    all_of,
    answer,
    any_of,
    each_person,
    whole_class,
)
from claims.outcome import ClaimFinding
from claims.registers import listing_of, own_measures
from facts.claim import Claim, Evaluator, Listing
from facts.names import normal_name
from facts.text import Text
from facts.uscc import is_uscc, normal_uscc
from facts.verdict import Status
from policy.kinds import PartyRelation
from policy.kinds.people import Relation
from policy.places import place_text
from policy.rulebook import Rule

YEARLY = "年度"
CREDIT = "培训机构信用等级"
RATED = "信用等级"


def party_relation(dossier: ClaimDossier, rule: Rule, params: PartyRelation) -> Iterator[ClaimFinding]:
    """The relation that the rule's own words name."""
    words = _words(params)
    if dossier.case.claim.programme in params.unless:
        text = Text(f"{dossier.case.claim.programme}除外", f"{dossier.case.claim.programme} is excepted")
        yield answer(rule, Status.EXEMPT, AnswerWords("EXCEPTED", text))
    elif (params.left, params.right) == ("取证职业工种", "所学专业"):
        yield from each_person(dossier, rule, [(one, one.major_matches) for one, _ in dossier.bound(rule)], words)
    else:
        truth = _RELATIONS.get((params.left, params.must), _listed)(dossier, params)
        yield whole_class(rule, truth if dossier.case.binds(rule) else None, words)


def same_hand(claim: Claim) -> Truth:
    """Whether evaluator and trainer are one legal person or answer to one controller."""
    one = claim.evaluator
    if one is None:
        return None
    return any_of([_same_code(claim, one), _same_controller(claim, one), _same_name(claim, one)])


def _same_code(claim: Claim, one: Evaluator) -> Truth:
    """A code with a wrong check sign compares nothing."""
    codes = (one.uscc, claim.institution.uscc)
    if not all(is_uscc(code) for code in codes):
        return None
    return normal_uscc(codes[0]) == normal_uscc(codes[1])


def _same_controller(claim: Claim, one: Evaluator) -> Truth:
    controllers = (one.controller, claim.firm.controller)
    if None in controllers or "" in controllers:
        return None
    return normal_name(controllers[0] or "") == normal_name(controllers[1] or "")


def _same_name(claim: Claim, one: Evaluator) -> bool:
    return bool(one.name) and normal_name(one.name) == normal_name(claim.institution.name)


def _differs(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    same = same_hand(dossier.claim)
    return None if same is None else not same


def _prefers(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    """One's own body, or a third party where the own one lacks the occupation."""
    one = dossier.claim.evaluator
    if one is None or one.own is None:
        return None
    if one.own:
        return True
    return None if one.own_covers is None else not one.own_covers


def _in_own_place(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    one = dossier.claim.evaluator
    return _same_place(one.examined_at, one.locality) if one else None


def _paid_in_place(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    return _same_place(dossier.claim.payer_locality, dossier.claim.institution.locality)


def _same_place(left: str, right: str) -> Truth:
    """Equal, or one the end of the other (山西省/阳泉市 and 阳泉市)."""
    if not left or not right:
        return None
    one, other = place_text(left), place_text(right)
    return one.endswith(other) or other.endswith(one)


def _as_approved(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    """Hours, places and teachers of the timetable against the approved plan."""
    plan, hours = dossier.claim.approved_plan, dossier.attendance.hours
    if plan is None or not hours:
        return None
    rooms = {hour.room for hour in hours}
    teachers = {hour.teacher for hour in hours}
    return all_of(
        [
            None if plan.hours is None else len(hours) >= plan.hours,
            _among(rooms, plan.places),
            _among(teachers, plan.teachers),
        ]
    )


def _among(found: set[str], approved: tuple[str, ...] | None) -> Truth:
    if approved is None:
        return None
    if any(one and one not in approved for one in found):
        return False
    return None if "" in found else True


def _at_least(dossier: ClaimDossier, _: PartyRelation) -> Truth:
    standard = dossier.claim.standard_hours
    return None if standard is None or not dossier.attendance.hours else len(dossier.attendance.hours) >= standard


def _listed(dossier: ClaimDossier, params: PartyRelation) -> Truth:
    """Each subject named on the left, by the answer of the list named on the right."""
    return all_of(_official(dossier, params, subject) for subject in catalogue_subjects(params))


def catalogue_subjects(params: PartyRelation) -> tuple[str, ...]:
    """Who is looked up in the list, by the words of the rule's left side."""
    return _SUBJECTS.get(params.left, (params.left,))


def _official(dossier: ClaimDossier, params: PartyRelation, subject: str) -> Truth:
    """A credit level recorded here, the official catalogue on the first day where there is one, else the form's word."""
    if subject == CREDIT and _rated_here(dossier):
        return True
    official = listing_of(dossier, subject)
    return official.listed if official else _answer(dossier, params, subject, params.left)


def _rated_here(dossier: ClaimDossier) -> bool:
    """Whether this service's own authority had recorded a credit level by the first day of the class."""
    first = dossier.case.claim.first_day
    own = [one for one in own_measures(dossier, breach=False) if one.kind.zh.startswith(RATED)]
    return first is not None and any(one.since <= first <= (one.until or first) for one in own)


def _answer(dossier: ClaimDossier, params: PartyRelation, *subjects: str) -> Truth:
    """A list that is made anew every year has to have the entry for the days of the class."""
    own = [
        one
        for one in dossier.claim.listings or ()
        if one.catalogue == params.right and one.subject in subjects and one.listed is not None
    ]
    if YEARLY not in params.aspects:
        return all_of(one.listed for one in own)
    return any_of(_on_the_days(dossier, one) for one in own)


def _on_the_days(dossier: ClaimDossier, one: Listing) -> Truth:
    first, last = dossier.case.claim.first_day, dossier.case.claim.last_day
    if not one.listed:
        return False
    if one.days.first is None or first is None or last is None:
        return None
    return one.days.first <= first and (one.days.last is None or last <= one.days.last)


_SUBJECTS = {"培训、评价机构": ("培训机构", "评价机构")}
_RELATIONS: dict[tuple[str, Relation], Callable[[ClaimDossier, PartyRelation], Truth]] = {
    ("评价机构", Relation.DIFFER): _differs,
    ("评价机构", Relation.PREFER): _prefers,
    ("评价活动所在地", Relation.SAME): _in_own_place,
    ("补贴发放部门属地", Relation.SAME): _paid_in_place,
    ("实际授课", Relation.MATCH): _as_approved,
    ("培训学时", Relation.AT_LEAST): _at_least,
}


def _words(params: PartyRelation) -> TruthWords:
    formula = params.formula()
    about = "、".join(params.aspects) or f"{params.left}、{params.right}"
    remedy = Text(f"请提供：{about}", f"show {about}")
    return TruthWords(
        AnswerWords("RELATION_HOLDS", Text(f"相符：{formula.zh}", f"holds: {formula.en}")),
        AnswerWords("RELATION_BROKEN", Text(f"不符：{formula.zh}", f"does not hold: {formula.en}"), remedy),
        AnswerWords("RELATION_NOT_SHOWN", Text(f"无从比较：{formula.zh}", f"cannot be compared: {formula.en}"), remedy),
    )
