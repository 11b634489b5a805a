from collections.abc import Iterable, Iterator

from claims.case import Case
from claims.facts_of_claim import CERTIFICATES, SKILL_LEVELS, PersonCertificate, PersonClaim
from claims.money.result import lack, nothing_due, paid, unproven
from claims.trace import Trace, TraceTerm
from facts.money import Fen
from facts.text import Text
from policy.kinds import HistoryUnique
from policy.kinds.money_heads import HeadBasis
from policy.kinds.money_tables import MoneyTable, Row, TableKey
from policy.kinds.people import CountingPeriod, KeyField
from policy.rulebook import Rule

_ONE = Text("本", "certificates")
_PERSON_YEAR = Text("人年", "person-years")


def table(case: Case, rule: Rule, params: MoneyTable, person: PersonClaim) -> Trace:
    """Yuan looked up by certificate or apprenticeship stage."""
    if params.by is TableKey.STAGE:
        return _by_stage(rule, params, person)
    if person.certificates is None:
        return unproven(rule, person.key, lack("certificates", person))
    once, repeated = _once(case, person.certificates)
    doubts = list(_two_firsts(person, once))
    doubts += [text for certificate in once if (text := _doubt(params, person, certificate)) is not None]
    if doubts:
        return unproven(rule, person.key, *doubts)
    rows = [(item, row) for item in once if (row := _row(params, item.level)) is not None]
    earning = [(item, row) for item, row in rows if not row.first_only or item.first]
    notes = [*repeated, *_left_out(params, once)]
    if params.free and earning and person.evaluation_fee is not False:
        return _not_free(rule, person)
    if not earning:
        return nothing_due(rule, person.key, *notes, *([] if notes else [Text("未取证", "no certificate")]))
    terms = [_term(rule, item, row) for item, row in earning]
    return paid(rule, person.key, terms, ceiling=params.ceiling, notes=notes)


def _not_free(rule: Rule, person: PersonClaim) -> Trace:
    """Only an evaluation that cost the person nothing is subsidised."""
    if person.evaluation_fee:
        return nothing_due(rule, person.key, Text("评价已向本人收费，不再补贴", "the person paid for the evaluation"))
    return unproven(rule, person.key, lack("evaluation_fee", person))


def _by_stage(rule: Rule, params: MoneyTable, person: PersonClaim) -> Trace:
    row = None if person.stage is None else _row(params, person.stage)
    if person.stage is None:
        return unproven(rule, person.key, lack("stage", person))
    if row is None:
        return unproven(rule, person.key, _unlisted(params, person.stage))
    unit = _PERSON_YEAR if params.per is HeadBasis.PERSON_YEAR else Text("人", "persons")
    term = TraceTerm(Text(row.key, row.key), 1, unit, Fen.yuan(row.yuan), rule.id)
    return paid(rule, person.key, [term], ceiling=params.ceiling)


def _row(params: MoneyTable, key: str) -> Row | None:
    return next((row for row in params.rows if row.key == key), None)


def _term(rule: Rule, certificate: PersonCertificate, row: Row) -> TraceTerm:
    first = Text("（初次取证）", " (first)") if row.first_only else Text("", "")
    label = Text(row.key + first.zh, row.key + first.en)
    cited = (certificate.number,) if certificate.number else ()
    return TraceTerm(label, 1, _ONE, Fen.yuan(row.yuan), rule.id, sources=cited)


def _doubt(params: MoneyTable, person: PersonClaim, certificate: PersonCertificate) -> Text | None:
    row = _row(params, certificate.level)
    if row is None:
        return None if certificate.level in CERTIFICATES else _unlisted(params, certificate.level)
    return lack("first", person) if row.first_only and certificate.first is None else None


def _two_firsts(person: PersonClaim, certificates: Iterable[PersonCertificate]) -> Iterator[Text]:
    """初次取证 of a skill level happens once in a life; two of them contradict each other."""
    levels = [item.level for item in certificates if item.first and item.level in SKILL_LEVELS]
    if len(levels) > 1:
        both = "、".join(levels)
        yield Text(
            f"学员 {person.key} 的 {both} 均称初次取证，只能有一本（证书查询记录）",
            f"trainee {person.key}: {both} are all called the first certificate, only one can be (registry)",
        )


def _unlisted(params: MoneyTable, key: str) -> Text:
    keys = "、".join(row.key for row in params.rows)
    return Text(
        f"标准表中没有“{key}”（表列：{keys}）；请核对证书名称",
        f"the table has no {key} (it lists {keys}); check the name",
    )


def _left_out(params: MoneyTable, certificates: Iterable[PersonCertificate]) -> Iterator[Text]:
    for item in certificates:
        row = _row(params, item.level)
        if row is None:
            yield Text(f"{item.level}：文件未列补贴标准", f"{item.level}: the document names no sum")
        elif row.first_only and not item.first:
            yield Text(f"{item.level}：非初次取证，不补", f"{item.level}: not the first certificate, nothing is due")


def _once(case: Case, certificates: Iterable[PersonCertificate]) -> tuple[list[PersonCertificate], list[Text]]:
    """Of certificates that the rulebook calls the same, the first in order counts; repetitions are noted."""
    seen: set[tuple[str, ...]] = set()
    once, repeated = [], []
    clause, keys = _same_by(case)
    ordered = sorted(certificates, key=lambda item: (item.level, item.occupation, str(item.issued), item.number))
    for item in ordered:
        sameness = tuple({KeyField.LEVEL: item.level, KeyField.OCCUPATION: item.occupation}[key] for key in keys)
        if clause and sameness in seen:
            repeated.append(
                Text(f"{item.level} 重复，只计一次（{clause}）", f"{item.level} again: counts once ({clause})")
            )
            continue
        seen.add(sameness)
        once.append(item)
    return once, repeated


def _same_by(case: Case) -> tuple[str, tuple[KeyField, ...]]:
    """The clause on repetition that binds this class, and which fields of a certificate it compares."""
    for rule, params in case.book.of_kind(HistoryUnique):
        for limit in params.limits:
            keys = tuple(key for key in (KeyField.OCCUPATION, KeyField.LEVEL) if key in limit.key)
            if KeyField.LEVEL in keys and limit.within is CountingPeriod.EVER and case.concerns(rule):
                return rule.id, keys
    return "", ()
