"""What changed between two versions of one claim, named so that a reviewer can ask about it; people masked."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from facts.claim import Approval, Claim, Notice, Signer, VoucherEvent
from facts.claim_person import BankAccount, ClaimedPerson, Days, EmploymentPaper
from facts.id_number import masked_id
from facts.text import Text

# What was typed into a wrong column may be somebody's number.
_TAIL = 4
_LONG_NUMBER = re.compile(r"(?<![0-9A-Za-z])\d{11,}[\dXx]?(?![0-9A-Za-z])", re.ASCII)
ADDED, REMOVED, CHANGED = "+", "−", "~"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: added, removed or changed, where, and in one sentence."""

    sign: str
    part: str
    what: str
    text: Text

    def plain(self) -> dict[str, object]:
        """The change as JSON types."""
        return {"sign": self.sign, "part": self.part, "what": self.what, "zh": self.text.zh, "en": self.text.en}


def changes(old: Claim, new: Claim) -> tuple[Change, ...]:
    """Every difference: header, people, amounts, papers, process."""
    return (*_header(old, new), *_people(old, new), *_lists(old, new))


def _header(old: Claim, new: Claim) -> Iterator[Change]:
    before, after = _header_of(old), _header_of(new)
    for name, (zh, en, was) in before.items():
        now = after[name][2]
        if was != now:
            yield Change(CHANGED, "header", name, _from_to(Text(zh, en), was, now))


def _header_of(claim: Claim) -> Mapping[str, tuple[str, str, str]]:
    course, firm = claim.training_class, claim.firm
    rows: Mapping[str, tuple[str, str, object]] = {
        "id": ("申领编号", "claim number", claim.id),
        "programme": ("项目类别", "programme", course.programme),
        "institution": ("培训机构", "institution", course.institution.name),
        "uscc": ("统一社会信用代码", "credit code", course.institution.uscc),
        "locality": ("机构所在地", "locality", claim.locality),
        "class_id": ("班期编号", "class", course.id),
        "class_name": ("班期名称", "class name", course.name),
        "group": ("培训对象类别", "group", course.group),
        "occupation": ("职业（工种）", "occupation", course.occupation),
        "level": ("等级", "level", course.level),
        "days": ("培训起止", "days of training", claim.actual),
        "planned": ("核准起止", "days approved", claim.planned),
        "claim_day": ("申领日期", "day of the claim", claim.claim_day),
        "claimed": ("申领总额", "total claimed", claim.claimed),
        "settlement": ("结算方式", "settlement", claim.settlement),
        "claimant": ("申领人", "who claims", claim.claimant),
        "evaluator": ("评价机构", "evaluation body", claim.evaluator.name if claim.evaluator else ""),
        "account": ("收款账户", "account to be paid", (firm.account or "")[:8]),
        "paid": ("是否已拨付", "paid", claim.paid),
        "payment_day": ("拨付日期", "day of payment", claim.payment_day),
    }
    return {name: (zh, en, value_text(value)) for name, (zh, en, value) in rows.items()}


def _people(old: Claim, new: Claim) -> Iterator[Change]:
    before, after = _by_person(old.people), _by_person(new.people)
    for key, person in before.items():
        if key not in after:
            money = value_text(person.claimed)
            text = Text(
                f"减少 {person_label(person)}，原申领 {money}", f"{person_label(person)} is gone, who claimed {money}"
            )
            yield Change(REMOVED, "people", "person", text)
    for key, person in after.items():
        if key not in before:
            money = value_text(person.claimed)
            text = Text(
                f"增加 {person_label(person)}，申领 {money}", f"{person_label(person)} is new, claiming {money}"
            )
            yield Change(ADDED, "people", "person", text)
        else:
            yield from _person(before[key], person)


def _person(old: ClaimedPerson, new: ClaimedPerson) -> Iterator[Change]:
    before, after = _person_of(old), _person_of(new)
    for name, (zh, en, was) in before.items():
        now = after[name][2]
        if was != now:
            who = Text(f"{person_label(new)} {zh}", f"{person_label(new)} {en}")
            yield Change(CHANGED, "people", name, _from_to(who, was, now))


def _person_of(one: ClaimedPerson) -> Mapping[str, tuple[str, str, str]]:
    exam, certificates = one.exam, one.certificates
    rows: Mapping[str, tuple[str, str, object]] = {
        "name": ("姓名", "name", one.name_masked),
        "group": ("人员类别", "group", one.group),
        "claimed": ("申领金额", "amount", one.claimed),
        "claimed_days": ("申领天数", "days claimed", one.claimed_days),
        "claimed_hours": ("申领学时", "hours claimed", one.claimed_hours),
        "pension": ("是否领取养老金", "pension", one.pension),
        "qualified": ("考核是否合格", "passed", exam.passed if exam else None),
        "employment": ("就业证明", "employment", one.employment),
        "certificates": ("证书", "certificates", None if certificates is None else [masked_id(row.number) + row.level for row in certificates]),
        "vouchers": ("电子券", "vouchers", one.vouchers),
        "registered": ("实名登记", "registered", one.registered),
        "account": ("发放账户", "account", one.account),
        "already_paid": ("已享受补贴", "received", one.already_paid),
    }  # fmt: skip
    return {name: (zh, en, value_text(value)) for name, (zh, en, value) in rows.items()}


def _lists(old: Claim, new: Claim) -> Iterator[Change]:
    pairs: tuple[tuple[str, str, str, Iterable[str], Iterable[str]], ...] = (
        ("papers", "材料", "paper", old.papers or (), new.papers or ()),
        ("approvals", "审批", "approval", map(_approval, old.approvals or ()), map(_approval, new.approvals or ())),
        ("signers", "签字", "signature", map(_signer, old.signers or ()), map(_signer, new.signers or ())),
        ("notices", "公示", "notice", map(_notice, old.notices or ()), map(_notice, new.notices or ())),
        ("events", "券事件", "voucher event", map(_event, old.voucher_events or ()), map(_event, new.voucher_events or ())),
        ("costs", "费用", "cost", old.cost_lines or (), new.cost_lines or ()),
    )  # fmt: skip
    for part, zh, en, before, after in pairs:
        was, now = list(before), list(after)
        yield from (
            Change(REMOVED, part, en, Text(f"减少{zh}：{one}", f"{en} gone: {one}")) for one in was if one not in now
        )
        yield from (
            Change(ADDED, part, en, Text(f"增加{zh}：{one}", f"{en} new: {one}")) for one in now if one not in was
        )


def _approval(one: Approval) -> str:
    return f"{one.name} {value_text(one.day)}"


def _signer(one: Signer) -> str:
    return f"{one.role} {one.key.partition('~')[0]} {value_text(one.day)}"


def _notice(one: Notice) -> str:
    return f"{value_text(one.first)} 至 {value_text(one.last)}"


def _event(one: VoucherEvent) -> str:
    return f"{one.step} {value_text(one.day)} {masked_id(one.voucher)}".strip()


def _by_person(people: Iterable[ClaimedPerson]) -> dict[str, ClaimedPerson]:
    return {_number(one) or f"{one.name}\n{one.key}": one for one in people}


def _number(one: ClaimedPerson) -> str:
    if one.id_number:
        return one.id_number.digits
    return one.document.digest if one.document else ""


def person_label(person: ClaimedPerson) -> str:
    """The person as a difference may name one."""
    return f"{person.name_masked} {person.id_masked[-_TAIL:]}".rstrip()


def value_text(value: object) -> str:
    """A value as people read it; an account only by its last four."""
    if value is None or value == "":
        return "未填"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, tuple | list):
        return "、".join(value_text(item) for item in value) or "无"
    text = _record(value) if isinstance(value, Days | BankAccount | EmploymentPaper) else str(value)
    return _LONG_NUMBER.sub(lambda found: masked_id(found.group()), text)


def _record(value: Days | BankAccount | EmploymentPaper) -> str:
    if isinstance(value, Days):
        return f"{value.first or '…'} 至 {value.last or '…'}"
    if isinstance(value, BankAccount):
        return f"{value.kind or ''} 尾号 {value.tail or '—'} {value.digest[:6]}".strip()
    return f"{value.employer} {value.kind.zh} {value.first or '…'}–{value.last or '…'}"


def _from_to(what: Text, was: str, now: str) -> Text:
    return Text(f"{what.zh}：{was} → {now}", f"{what.en}: {was} → {now}")
