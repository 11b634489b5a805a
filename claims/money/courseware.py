from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from claims.case import Case
from claims.money.result import nothing_due, paid, unproven
from claims.trace import WHOLE, Trace, TraceTerm
from facts.counting import counted, noun
from facts.money import Fen
from facts.text import Text
from policy.kinds import MoneyCourseware
from policy.kinds.base import per_cent
from policy.rulebook import Rule

_DAY = Text("天", "days")
_CLASS = Text("期", "classes")


def courseware(case: Case, rule: Rule, params: MoneyCourseware) -> Trace:
    """The firm's own online lessons by class hour, or a bought platform by cost, in proportion for a small class."""
    bought, heads = case.claim.bought_platform, case.heads
    if broken := [text for truth, text, _ in _conditions(case, params) if truth is False]:
        return nothing_due(rule, case.claim.id, *broken)
    missing = [*(text for truth, _, text in _conditions(case, params) if truth is None), *_lacking(case)]
    if missing or heads is None:
        return unproven(rule, case.claim.id, *missing)
    part = min(WHOLE, Fraction(heads, params.full_heads))
    cap = Fen.rounded_down(Fen.yuan(params.class_cap_yuan).fen * part)
    terms = _bought(case, rule, params, part) if bought else _own(case, rule, params, part)
    notes = [*_small(params, heads, part), *([] if bought else _short_days(case, params))]
    if not terms:
        return nothing_due(rule, case.claim.id, *notes)
    return paid(rule, case.claim.id, terms, cap=cap, notes=notes)


def _conditions(case: Case, params: MoneyCourseware) -> Iterator[tuple[bool | None, Text, Text]]:
    """Each condition that the rule sets, what to say where it is broken, and what is missing where it is open."""
    claim = case.claim
    if params.affected:
        yield (
            claim.affected,
            Text("不属受疫情影响企业或不在补贴期限内", "the firm was not affected, or not in time"),
            Text("是否受疫情影响且在补贴期限内（文件未写起止日）", "whether the firm was affected and in time"),
        )
    if params.filed:
        yield (
            claim.filed,
            Text("开班后才向人力社保部门备案", "filed with the authority only after it began"),
            Text("向人力社保部门备案及日期（备案回执）", "the filing with the authority and its day"),
        )
    if params.core_business:
        yield (
            claim.core_business,
            Text("培训项目与企业主营业务无关", "the course is not of the firm's main business"),
            Text("培训项目是否与企业主营业务相关", "whether the course is of the firm's main business"),
        )


def _lacking(case: Case) -> Iterator[Text]:
    claim = case.claim
    if case.heads is None:
        yield Text("培训人数（花名册）", "how many people were trained (roster)")
    elif case.people and case.heads != len(case.people):
        listed = len(case.people)
        yield Text(
            f"培训人数：申领 {case.heads} 人，花名册 {listed} 人",
            f"claimed {counted(case.heads, 'person')}, {listed} {noun(listed, 'is', 'are')} listed",
        )
    if claim.bought_platform is None:
        yield Text("课件自制还是购买平台项目（备案材料）", "own lessons or a bought platform (filing)")
    elif claim.bought_platform and claim.platform_cost is None:
        yield Text("平台培训成本（平台服务商发票）", "what the platform cost (its invoices)")
    elif not claim.bought_platform and claim.online_hours is None:
        yield Text("每天线上课时数（课表、平台记录）", "the online class hours of each day (timetable, platform log)")
    if claim.bought_platform is False and claim.same_courseware is not False:
        yield _same(known=claim.same_courseware is not None)


def _same(*, known: bool) -> Text:
    if known:
        return Text(
            "课件、考核测试相同时的扣减比例：文件未写明", "the deduction for reused lessons: the document is silent"
        )
    return Text("课件、考核测试是否与其他班期相同（企业说明）", "whether the lessons were used for another class too")


def _own(case: Case, rule: Rule, params: MoneyCourseware, part: Fraction) -> list[TraceTerm]:
    counted = Counter(
        hours.numerator // hours.denominator for hours in case.claim.online_hours or () if hours >= params.min_day_hours
    )
    hour, top = Fen.yuan(params.hour_yuan), Fen.yuan(params.day_cap_yuan)
    return [
        TraceTerm(_day_label(hours, hour, top), days, _DAY, min(hour * hours, top), rule.id, share=part)
        for hours, days in sorted(counted.items())
    ]


def _day_label(hours: int, hour: Fen, top: Fen) -> Text:
    return Text(f"每天 min({hour}×{hours}课时, {top})", f"a day min({hour} × {counted(hours, 'hour')}, {top})")


def _bought(case: Case, rule: Rule, params: MoneyCourseware, part: Fraction) -> list[TraceTerm]:
    cost = case.claim.platform_cost
    if not cost or not cost.fen:
        return []
    share = per_cent(params.platform_share)
    label = Text(f"平台培训成本的 {share}", f"{share} of the platform's cost")
    return [TraceTerm(label, 1, _CLASS, cost, rule.id, share=params.platform_share * part)]


def _small(params: MoneyCourseware, heads: int, part: Fraction) -> Iterator[Text]:
    if part < WHOLE:
        yield Text(
            f"{heads} 人，不足 {params.full_heads} 人，金额与上限均按 {heads}/{params.full_heads} 折算",
            f"{counted(heads, 'person')}, below {params.full_heads}: sum and cap are reduced to {heads}/{params.full_heads}",
        )


def _short_days(case: Case, params: MoneyCourseware) -> Iterator[Text]:
    short = sum(hours < params.min_day_hours for hours in case.claim.online_hours or ())
    if short:
        yield Text(
            f"{short} 天不足 {params.min_day_hours} 课时，当天不计（我们的读法）",
            f"{counted(short, 'day')} below {counted(params.min_day_hours, 'hour')} {noun(short, 'is', 'are')} not counted (our reading)",
        )
