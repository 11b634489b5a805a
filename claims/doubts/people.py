"""Doubts about people: shared accounts and phones, staff as trainees, unusual ages."""

import re
from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.doubts.groups import keys_of, people_sharing
from claims.doubts.kinds import DETECTOR_LIMITS, signal
from facts.counting import counted
from facts.id_number import Sex
from facts.names import masked_name, normal_name
from facts.text import Text
from facts.verdict import Doubt
from policy.kinds import PeopleEligible

SAME_ACCOUNT = signal(
    "SAME_ACCOUNT",
    30,
    "F18",
    ("夫妻、父子共用一卡", "family members share one card"),
    ("补贴依规拨付企业，填了企业账户", "the firm is paid by rule and its account was entered"),
)
SAME_PHONE = signal("SAME_PHONE", 30, "F2", ("老年学员留子女电话", "elderly trainees leave their children's number"))
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


def people_doubts(dossier: ClaimDossier) -> Iterator[Doubt]:
    """Every doubt about persons."""
    for detect in (_accounts, _phones, _staff, _ages):
        yield from detect(dossier)


def _accounts(dossier: ClaimDossier) -> Iterator[Doubt]:
    for same in people_sharing(dossier, lambda one: one.account.digest if one.account else ""):
        tail = next((one.account.tail for one in same if one.account), "")
        text = Text(
            f"{len(same)} 人使用同一账户（尾号 {tail}）",
            f"{counted(len(same), 'person')} with one account (ending {tail})",
        )
        yield SAME_ACCOUNT.raised(dossier, text, keys_of(dossier, same))


def _phones(dossier: ClaimDossier) -> Iterator[Doubt]:
    for same in people_sharing(dossier, lambda one: re.sub(r"\D", "", one.phone)):
        text = Text(
            f"{len(same)} 人留同一电话（尾号 {same[0].phone[-4:]}）",
            f"{counted(len(same), 'person')} with one phone number",
        )
        yield SAME_PHONE.raised(dossier, text, keys_of(dossier, same))


def _staff(dossier: ClaimDossier) -> Iterator[Doubt]:
    teachers = {normal_name(hour.teacher) for hour in dossier.attendance.hours if hour.teacher}
    both = [one for one in dossier.people if one.staff or (one.name and normal_name(one.name) in teachers)]
    if both:
        text = Text(
            f"{len(both)} 名学员同时是机构工作人员或授课教师：{'、'.join(masked_name(one.name) for one in both[:5])}",
            counted(
                len(both),
                "trainee is on the staff or teaches the class",
                "trainees are on the staff or teach the class",
            ),
        )
        yield STAFF.raised(dossier, text, keys_of(dossier, both))


def _ages(dossier: ClaimDossier) -> Iterator[Doubt]:
    """A pension is usual at that age; below the working age nobody but a pupil is trained for work."""
    first = dossier.case.claim.first_day
    if first is None:
        return
    for one in dossier.people:
        if one.id_number is None:
            continue
        age, key = one.id_number.age_on(first), dossier.shown[one.key]
        retired = age >= (
            DETECTOR_LIMITS.retired_man if one.id_number.sex is Sex.MALE else DETECTOR_LIMITS.retired_woman
        )
        group = one.group or dossier.claim.training_class.group
        word = dossier.book.groups.find(group)
        young = word is not None and word.young
        if (retired and one.pension is not False) or age < DETECTOR_LIMITS.youngest or (retired and young):
            text = Text(f"{key} 开班时 {age} 岁（{group or '类别未知'}）", f"{key} was {age} when the class began")
            yield AGE.raised(dossier, text, [key])
