"""Inspections that must have taken place while the class was taught (process.inspection)."""

from collections.abc import Iterator
from datetime import date

from claims.answers import AnswerWords, ClaimDossier, Truth, TruthWords, whole_class
from claims.outcome import ClaimFinding
from claims.rules.evidence import is_held
from facts.counting import counted
from facts.text import Text
from policy.kinds import ProcessInspection
from policy.kinds.process import MissingEffect
from policy.rulebook import Rule


def process_inspection(dossier: ClaimDossier, rule: Rule, params: ProcessInspection) -> Iterator[ClaimFinding]:
    """Counted by the days on which the register has one of the forms within the class's days."""
    truth = _enough(dossier, params)
    stops = params.missing is MissingEffect.NO_PAY
    yield whole_class(rule, truth if dossier.case.binds(rule) else None, _words(params), stops_money=stops)


def _enough(dossier: ClaimDossier, params: ProcessInspection) -> Truth:
    first, last = dossier.case.claim.first_day, dossier.case.claim.last_day
    days = [
        one.day for one in dossier.claim.holdings or () if one.source == params.source and _is_one(one.names, params)
    ]
    if first is None or last is None or not days:
        return None
    found: set[date] = {day for day in days if day is not None and first <= day <= last}
    if len(found) >= params.at_least:
        return True
    return None if None in days else False


def _is_one(names: tuple[str, ...], params: ProcessInspection) -> bool:
    return any(is_held(form, names) for form in params.forms)


def _words(params: ProcessInspection) -> TruthWords:
    forms, least = "、".join(params.forms), params.at_least
    remedy = Text(
        f"请从{params.source}提供培训期间的{forms}及日期（申领表“目录与登记”，类别填“系统记录”）",
        f"show from {params.source} the days of {forms} during the class (sheet 目录与登记, kind 系统记录)",
    )
    return TruthWords(
        AnswerWords("INSPECTED", Text(f"培训期间检查不少于 {least} 次", f"inspected {counted(least, 'time')} or more")),
        AnswerWords(
            "TOO_FEW", Text(f"培训期间检查少于 {least} 次", f"inspected fewer than {counted(least, 'time')}"), remedy
        ),
        AnswerWords("INSPECTION_NOT_SHOWN", Text("未见培训期间的检查记录", "no inspection is shown"), remedy),
    )
