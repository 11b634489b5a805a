"""The four ways in which a rule can answer, so that no engine builds a trace by hand."""

from collections.abc import Iterable

from claims.case import Case
from claims.facts_of_claim import PersonClaim
from claims.purpose import means
from claims.recipient import purse_of
from claims.trace import NOTHING, Trace, TraceTerm
from facts.money import Fen
from facts.text import Text
from facts.verdict import Status
from policy.rulebook import Hardness, Rule


def paid(
    rule: Rule,
    subject: str,
    terms: Iterable[TraceTerm],
    *,
    cap: Fen | None = None,
    deducted: Fen = NOTHING,
    ceiling: bool = False,
    flags: Iterable[Text] = (),
    notes: Iterable[Text] = (),
) -> Trace:
    """The terms add up to a sum above nothing, or it is shown that nothing is due."""
    lines = tuple(terms)
    due = sum((term.amount for term in lines), NOTHING)
    due = max(NOTHING, (due if cap is None else min(due, cap)) - deducted)
    shown = Status.PASS if due > NOTHING else Status.FAIL
    most = ceiling or rule.hardness is Hardness.CEILING
    return _trace(
        rule, subject, shown, terms=lines, cap=cap, deducted=deducted, total=due, flags=flags, notes=notes, ceiling=most
    )


def nothing_due(rule: Rule, subject: str, *why: Text) -> Trace:
    """It is shown that the rule pays nothing here."""
    return _trace(rule, subject, Status.FAIL, total=NOTHING, notes=why)


def unproven(rule: Rule, subject: str, *missing: Text) -> Trace:
    """The facts do not decide; ``missing`` names the table or paper that would."""
    return _trace(rule, subject, Status.UNPROVEN, missing=missing)


def not_applicable(rule: Rule, subject: str, *why: Text) -> Trace:
    """The rule does not speak of this class or person."""
    return _trace(rule, subject, Status.NOT_APPLICABLE, notes=why)


def condition_kept(rule: Rule, subject: str, *notes: Text) -> Trace:
    """A condition without a sum of its own is shown to be kept."""
    return _trace(rule, subject, Status.PASS, notes=notes)


def _trace(  # noqa: PLR0913 - the parts of a trace
    rule: Rule,
    subject: str,
    status: Status,
    *,
    terms: tuple[TraceTerm, ...] = (),
    cap: Fen | None = None,
    deducted: Fen = NOTHING,
    total: Fen | None = None,
    missing: Iterable[Text] = (),
    flags: Iterable[Text] = (),
    notes: Iterable[Text] = (),
    ceiling: bool = False,
) -> Trace:
    purse = purse_of(rule)
    return Trace(
        rule=rule.id,
        title=rule.title,
        article=rule.article,
        quote=rule.quote,
        subject=subject,
        status=status,
        terms=terms,
        cap=cap,
        total=total,
        missing=tuple(missing),
        notes=(*notes, *([rule.note] if rule.note else [])),
        flags=tuple(flags),
        ceiling=ceiling,
        assumes=rule.assumes,
        deducted=deducted,
        recipient=purse.recipient,
        fund=purse.fund,
    )


def excluded(case: Case, rule: Rule, others: tuple[str, ...], person: PersonClaim) -> Trace | None:
    """What was received under any name of a subsidy that this one may not stand beside; registers count as they say."""
    if not others:
        return None
    words = case.book.programmes
    received = dict.fromkeys((*(one.name for one in person.paid_before), *(person.already_paid or ())))
    other = [name for name in received if any(means(name, word, words) for word in others)]
    if other:
        names = "、".join(other)
        return nothing_due(rule, person.key, Text(f"已享受 {names}，不可重复享受", f"{names} was paid; not both"))
    return unproven(rule, person.key, lack("history", person)) if person.already_paid is None else None


def day_reading(case: Case) -> Text:
    """What counts as a day is this program's own reading, said wherever days decide a sum."""
    least = case.book.assumptions.day.min_hours
    return Text(
        f"A9（假设）：一天有 {least} 个有效学时即计 1 天",
        f"A9 (assumed): {least} valid class {'hour makes' if least == 1 else 'hours make'} a day",
    )


_LACKS = {
    "days": ("有效培训天数（逐学时核验结果或考勤表）", "the valid days (verified class hours or attendance)"),
    "hours": ("有效学时数（逐学时核验结果或考勤表）", "the valid class hours (verified hours or attendance)"),
    "months": ("以工代训月数（用工与工资发放记录）", "the months trained on the job (payroll)"),
    "qualified": ("考核是否合格（成绩表或培训合格证书）", "whether the examination was passed (result list)"),
    "employed": (
        "是否就业（劳动合同、连续 2 个月工资或社保缴纳证明）",
        "whether employed (contract, two months of pay or social insurance)",
    ),
    "certificates": ("取得的证书（证书编号、等级）", "the certificates obtained (number and level)"),
    "first": ("是否初次取证（证书查询记录）", "whether it is the first certificate (certificate registry)"),
    "evaluation_fee": (
        "评价是否向本人收费（评价机构收费票据或免费承诺）",
        "whether the evaluation cost the person a fee (the evaluator's receipts)",
    ),
    "licence": ("是否及何时领取营业执照（执照复印件）", "whether and when a business licence was issued (its copy)"),
    "stage": ("学徒取得的证书组合（培训合格证书及等级证书）", "the certificates the apprentice obtained"),
    "years": ("学徒培养年数（培养协议、劳动合同）", "the years of apprenticeship (agreement, contract)"),
    "off_job": ("是否脱产培训（企业证明）", "whether the training was off the job (firm's statement)"),
    "history": ("同期其他补贴的享受记录（实名制系统）", "other subsidies already received (real-name system)"),
    "class_days": ("班期起止日（开班报告）", "the first and last day of the class (opening report)"),
    "group": ("人员类别或培训类别（花名册、开班报告）", "the group or the programme (roster, opening report)"),
}


def lack(what: str, person: PersonClaim | None = None) -> Text:
    """What is not known, of whom, and in which paper it would stand."""
    zh, en = _LACKS[what]
    who = (f"学员 {person.key} 的", f"trainee {person.key}: ") if person else ("", "")
    return Text(who[0] + zh, who[1] + en)
