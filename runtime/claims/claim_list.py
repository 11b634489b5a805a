"""申领 as a list, each in its newest version: what one may narrow and order it by."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_

from facts.span import local
from facts.text import Text
from pipeline.accounts.rights import Action
from pipeline.verification.outcome import ReportOutcome
from runtime.accounts.caller import Caller
from runtime.accounts.reach import reached
from runtime.platform.lists import ListRead, ServedList
from storage.database.claims import ClaimLine, claim_lines
from storage.database.lists import ColumnKind, ListColumn, ListPlan, ListQuery
from storage.database.tables.claims import CLAIMS
from storage.database.verification.worklist import of_matching_class

_OWN = CLAIMS.c
OUTCOMES = {
    ReportOutcome.GOOD: Text("全部可支持", "all supported"),
    ReportOutcome.DOUBTS: Text("有疑点或待核", "doubts, or open"),
    ReportOutcome.INPUTS_INSUFFICIENT: Text("还没有核验结论", "no verdicts yet"),
    ReportOutcome.FAILS: Text("有不达标", "something fails"),
}
_WORDS = {outcome.name.lower(): text for outcome, text in OUTCOMES.items()}


def _yuan(fen: int | None) -> float | None:
    return None if fen is None else fen / 100


_PLAN = ListPlan(
    "claims",
    Text("申领", "Claims"),
    "/claims",
    (
        ListColumn(
            "q",
            Text("申领编号、班期或机构", "Claim, class or institution"),
            match=lambda words: or_(
                _OWN.code.icontains(words, autoescape=True), of_matching_class(_OWN.class_id, words)
            ),
        ),
        ListColumn("code", Text("申领编号", "Claim"), orders=_OWN.code, cell=lambda row: row.code),
        ListColumn("version", Text("版本", "Version"), cell=lambda row: row.version),
        ListColumn("class", Text("班期", "Class"), cell=lambda row: row.class_name or row.class_code),
        ListColumn("institution", Text("培训机构", "Institution"), cell=lambda row: row.institution),
        ListColumn(
            "outcome",
            Text("结果", "Outcome"),
            ColumnKind.CHOICE,
            asked=True,
            choices=_WORDS,
            cell=lambda row: OUTCOMES[ReportOutcome(row.outcome)].zh,
        ),
        ListColumn(
            "claimed",
            Text("申领额（元）", "Claimed (yuan)"),
            ColumnKind.MONEY,
            narrows=(_OWN.claimed_fen,),
            cell=lambda row: _yuan(row.claimed_fen),
        ),
        ListColumn(
            "supported",
            Text("核定可支持（元）", "Supported (yuan)"),
            ColumnKind.MONEY,
            narrows=(_OWN.supported_fen,),
            orders=_OWN.supported_fen,
            cell=lambda row: _yuan(row.supported_fen),
        ),
        ListColumn(
            "unproven",
            Text("存疑（元）", "Unproven (yuan)"),
            ColumnKind.MONEY,
            narrows=(_OWN.unproven_fen,),
            orders=_OWN.unproven_fen,
            cell=lambda row: _yuan(row.unproven_fen),
        ),
        ListColumn(
            "doubts",
            Text("疑点", "Doubts"),
            ColumnKind.COUNT,
            narrows=(_OWN.doubts,),
            orders=_OWN.doubts,
            cell=lambda row: row.doubts,
        ),
        ListColumn(
            "made",
            Text("核查于", "Screened"),
            ColumnKind.MOMENT,
            narrows=(_OWN.made_at,),
            orders=_OWN.id,
            cell=lambda row: f"{local(row.made_at):%Y-%m-%d %H:%M}",
        ),
    ),
    number=_OWN.id,
    rows=CLAIMS,
)


def _within(caller: Caller, query: ListQuery) -> list[ColumnElement[bool]]:
    asked = query.given.get("outcome", "")
    of_outcome = [one for one in OUTCOMES if one.name.lower() == asked]
    return [reached(caller, CLAIMS), _OWN.newest == 1, *([_OWN.outcome.in_(of_outcome)] if asked else [])]


def _read(asked: ListRead) -> Sequence[ClaimLine]:
    return claim_lines(asked.connection, *asked.where, limit=asked.limit, order=asked.query.order())


CLAIM_LIST = ServedList(_PLAN, Action.CLAIM_READ, _within, _read, lambda row: row.id)
