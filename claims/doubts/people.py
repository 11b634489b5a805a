"""Doubts about people: shared accounts and phones, sham employment, staff as trainees, ages, certificate numbers."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from claims.answers import ClaimDossier
from claims.conversion import employed
from claims.doubts.kinds import DETECTOR_LIMITS, signal
from claims.outcome import PersonScreen
from facts.claim_person import ClaimedPerson, EmploymentKind, EmploymentPaper
from facts.id_number import Sex
from facts.names import masked_name, normal_name
from facts.text import Text
from facts.verdict import Doubt
from policy.kinds import MoneyHeads, PeopleEligible
from policy.vocabulary import in_group

SAME_ACCOUNT = signal(
    "SAME_ACCOUNT",
    30,
    "F18",
    ("夫妻、父子共用一卡", "family members share one card"),
    ("补贴依规拨付企业，填了企业账户", "the firm is paid by rule and its account was entered"),
)
SAME_PHONE = signal("SAME_PHONE", 30, "F2", ("老年学员留子女电话", "elderly trainees leave their children's number"))
ONE_EMPLOYER = signal(
    "MANY_TO_ONE_EMPLOYER",
    120,
    "F18",
    ("订单班本来就为一家企业培训", "an order class trains for one firm"),
)
SHORT_CONTRACT = signal(
    "SHORT_CONTRACT", 60, "F18", ("季节性用工", "seasonal work"), ("试用期合同", "a contract of probation")
)
IN_WORK = signal(
    "IN_WORK_BEFORE_CLASS",
    60,
    "F18",
    ("原单位的合同未终止，系统未更新", "an old contract that was never closed in the system"),
    ("先签订单合同、后参加岗前培训", "the order's contract was signed before the course"),
    clause=MoneyHeads,
)
STAFF = signal(
    "STAFF_AS_TRAINEES",
    60,
    "F17",
    ("同名", "the same name"),
    ("教师本人参加另一工种培训", "a teacher learns another trade"),
)
AGE = signal(
    "AGE_UNUSUAL",
    60,
    "F17",
    ("未参保，无养老金", "never insured, so no pension"),
    ("证号录入有误", "the number was mistyped"),
    clause=PeopleEligible,
)
SAME_CERTIFICATE = signal("SAME_CERTIFICATE", 30, "F19", ("录入时复制未改", "copied and not changed when entered"))
SEQUENCE = signal(
    "CERTIFICATES_IN_SEQUENCE",
    60,
    "F19",
    ("同批次统一制证，缺考者证号作废未注明", "one batch was printed, void numbers not noted"),
)
_STUDENTS = frozenset({"院校学生", "学生学徒", "两后生"})
_TAIL = re.compile(r"(\d{1,12})\D?$")


def people_doubts(desk: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """Every doubt about persons."""
    for detect in (_accounts, _phones, _employers, _contracts, _in_work, _staff, _ages, _same_certificates):
        yield from detect(desk)
    yield from _sequence(desk, people)


def _accounts(desk: ClaimDossier) -> Iterator[Doubt]:
    for same in _sharing(desk, lambda one: one.account.digest if one.account else ""):
        tail = next((one.account.tail for one in same if one.account), "")
        text = Text(
            f"{len(same)} 人使用同一账户（尾号 {tail}）", f"{len(same)} people with one account (ending {tail})"
        )
        yield SAME_ACCOUNT.raised(desk, text, _keys(desk, same))


def _phones(desk: ClaimDossier) -> Iterator[Doubt]:
    for same in _sharing(desk, lambda one: re.sub(r"\D", "", one.phone)):
        text = Text(
            f"{len(same)} 人留同一电话（尾号 {same[0].phone[-4:]}）", f"{len(same)} people with one phone number"
        )
        yield SAME_PHONE.raised(desk, text, _keys(desk, same))


def _employers(desk: ClaimDossier) -> Iterator[Doubt]:
    hired = sum(employed(one.employment) is True for one in desk.people)
    for same in _sharing(desk, _employer):
        if len(same) >= DETECTOR_LIMITS.employer_people and len(same) >= DETECTOR_LIMITS.employer_share * hired:
            name = _papers(same[0])[0].employer
            text = Text(
                f"就业的 {hired} 人中 {len(same)} 人在 {name}", f"{len(same)} of the {hired} employed work for {name}"
            )
            yield ONE_EMPLOYER.raised(desk, text, _keys(desk, same))


def _contracts(desk: ClaimDossier) -> Iterator[Doubt]:
    short = [one for one in desk.people if any(_is_short(paper) for paper in _papers(one))]
    if short:
        months = DETECTOR_LIMITS.short_contract_months
        text = Text(
            f"{len(short)} 人的劳动合同不超过 {months} 个月", f"{len(short)} contracts of at most {months} months"
        )
        yield SHORT_CONTRACT.raised(desk, text, _keys(desk, short))


def _is_short(paper: EmploymentPaper) -> bool:
    if paper.kind is not EmploymentKind.CONTRACT:
        return False
    if paper.first is not None and paper.last is not None:
        return (
            paper.last - paper.first
        ).days <= 31 * DETECTOR_LIMITS.short_contract_months  # the longest months there are
    return paper.months is not None and paper.months <= DETECTOR_LIMITS.short_contract_months


def _in_work(desk: ClaimDossier) -> Iterator[Doubt]:
    """Where a rate of those who found work decides the sum, work that began before the class was not found by it."""
    first = desk.case.claim.first_day
    if first is None or not any(desk.case.binds(rule) for rule, _ in desk.book.of_kind(MoneyHeads)):
        return
    had = [one for one in desk.people if any(paper.first is not None and paper.first < first for paper in _papers(one))]
    if had:
        text = Text(
            f"{len(had)} 人的就业材料早于开班（{first}）", f"{len(had)} had the work before the class began ({first})"
        )
        yield IN_WORK.raised(desk, text, _keys(desk, had))


def _staff(desk: ClaimDossier) -> Iterator[Doubt]:
    teachers = {normal_name(hour.teacher) for hour in desk.seen.hours if hour.teacher}
    both = [one for one in desk.people if one.staff or (one.name and normal_name(one.name) in teachers)]
    if both:
        text = Text(
            f"{len(both)} 名学员同时是机构工作人员或授课教师：{'、'.join(masked_name(one.name) for one in both[:5])}",
            f"{len(both)} trainees are on the staff or teach the class",
        )
        yield STAFF.raised(desk, text, _keys(desk, both))


def _ages(desk: ClaimDossier) -> Iterator[Doubt]:
    """A pension is usual at that age; below the working age nobody but a pupil is trained for work."""
    first = desk.case.claim.first_day
    if first is None:
        return
    for one in desk.people:
        if one.id_number is None:
            continue
        age, key = one.id_number.age_on(first), desk.shown[one.key]
        retired = age >= (
            DETECTOR_LIMITS.retired_man if one.id_number.sex is Sex.MALE else DETECTOR_LIMITS.retired_woman
        )
        group = one.group or desk.claim.training_class.group
        student = any(in_group(group, name) for name in _STUDENTS) if group else False
        if (retired and one.pension is not False) or age < DETECTOR_LIMITS.youngest or (retired and student):
            text = Text(f"{key} 开班时 {age} 岁（{group or '类别未知'}）", f"{key} was {age} when the class began")
            yield AGE.raised(desk, text, [key])


def _same_certificates(desk: ClaimDossier) -> Iterator[Doubt]:
    held = [(row.number, one) for one in desk.people for row in one.certificates or () if row.number]
    for _, same in groupby(sorted(held, key=lambda pair: (pair[0], pair[1].key)), key=lambda pair: pair[0]):
        people = [one for _, one in same]
        if len({one.key for one in people}) > 1:
            text = Text(f"{len(people)} 人的证书编号相同", f"{len(people)} people with one certificate number")
            yield SAME_CERTIFICATE.raised(desk, text, _keys(desk, people))


def _sequence(desk: ClaimDossier, people: Sequence[PersonScreen]) -> Iterator[Doubt]:
    """An unbroken run of numbers that reaches people who were never in class or did not pass."""
    seen = {one.trainee: one.time for one in people}
    numbered = (
        sorted(
            (int(found[1]), row.number[: found.start(1)], one.key, one)
            for one in desk.people
            for row in one.certificates or ()
            if (found := _TAIL.search(row.number))
        )
        if desk.people
        else []
    )
    runs = groupby(enumerate(numbered), key=lambda pair: (pair[1][1], pair[1][0] - pair[0]))
    for _, group in runs:
        run = [item[3] for _, item in group]
        outside = [one for one in run if _was_outside(one, seen[desk.shown[one.key]])]
        if len(run) >= DETECTOR_LIMITS.sequence and outside:
            text = Text(
                f"{len(run)} 本证书连号，其中 {len(outside)} 人未到课或未合格",
                f"{len(run)} certificates in one run, {len(outside)} of them of people not in class or not passed",
            )
            yield SEQUENCE.raised(desk, text, _keys(desk, outside))


def _was_outside(one: ClaimedPerson, time: object) -> bool:
    hours = getattr(time, "hours_if_proven", None)
    return hours == 0 or (one.exam is not None and one.exam.passed is False)


def _employer(one: ClaimedPerson) -> str:
    papers = _papers(one)
    return (papers[0].uscc or normal_name(papers[0].employer)) if papers else ""


def _papers(one: ClaimedPerson) -> tuple[EmploymentPaper, ...]:
    return one.employment or ()


def _sharing(desk: ClaimDossier, mark_of: Callable[[ClaimedPerson], str]) -> list[list[ClaimedPerson]]:
    """The people who share a mark; an empty mark is none."""
    marked = sorted(((mark_of(one), one.key, one) for one in desk.people if mark_of(one)), key=lambda item: item[:2])
    groups = [[item[2] for item in same] for _, same in groupby(marked, key=lambda item: item[0])]
    return [same for same in groups if len(same) > 1]


def _keys(desk: ClaimDossier, people: Sequence[ClaimedPerson]) -> list[str]:
    return [desk.shown[one.key] for one in people]
