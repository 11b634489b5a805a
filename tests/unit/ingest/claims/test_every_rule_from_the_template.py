"""Every rule that pays can be proven from the template of its programme: what it asks for has a place to be written."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from claims.outcome import ClaimScreen
from demo.claim import invented_code
from facts.verdict import Status
from ingest.claims.fields import Table
from ingest.claims.form import COSTS, EVENTS
from ingest.claims.header_form import HEADER
from ingest.claims.people_form import PEOPLE
from policy.kinds import MoneyCondition, MoneyExternal, MoneyHeads, MoneyUplift
from policy.rulebook import Rule
from policy.shelf import packaged
from tests.fixtures.claim_facts import (
    BEGINS,
    CLASS,
    LX,
    PLACES,
    QJ,
    WY,
    TaughtClass,
    a_report,
    clear_history,
    days_of,
    of_rule,
    screened,
)
from tests.fixtures.claim_files import column_of, fill, people, read

MONEY = [
    (book.id, rule.id)
    for book in packaged().books
    for rule in book.rules
    if rule.kind.startswith("money.") and not isinstance(rule.params, MoneyExternal)
]
# A rule that names no programme is tried in one of its document's; one that names no group by people it may be for.
PROGRAMMES = {LX: "普惠制培训", QJ: "以工代训", WY: "项目制培训"}
GROUPS = {"QJ-M1": "企业职工", "QJ-M1b": "企业职工", "QJ-M2": "企业职工", "QJ-M4": "企业职工"}
CERTIFICATES = {"WY-M2": "培训合格证书", "WY-M5": "培训合格证书", "QJ-M2": "中级工"}


def head_of(book_id: str, programme: str, group: str) -> Mapping[str, Any]:
    """Every item of the header that a clerk could fill in."""
    days = days_of(book_id, 5)
    return {
        "id": "C-1", "programme": programme, "institution": "例范职业培训学校", "uscc": invented_code(1),
        "locality": PLACES[book_id], "class_id": CLASS, "class_name": "养老护理", "group": group,
        "occupation": "养老护理员", "level": "初级工", "claimant": "评价机构", "first_day": str(days[0]),
        "last_day": str(days[-1]), "claim_day": str(days[-1]), "claimed": 1000, "settlement": "一次性结算",
        "firm_lists": "重点企业、参保企业、受经贸摩擦影响的企业", "fees_charged": "无", "ceiling": 500,
        "core_business": "是", "affected": "是", "bought_platform": "否", "same_courseware": "否",
    }  # fmt: skip


def person_of(book_id: str, rule: Rule, group: str) -> Mapping[str, Any]:
    """Every column of one trainee that a clerk could fill in."""
    days = days_of(book_id, 5)
    after = str(days[-1].replace(year=days[-1].year + 1))
    return people(1)[0] | {
        "group": group, "pension": "否", "ties": "本县户籍", "staff": "否", "registered": "是", "off_job": "是",
        "voucher": "Q1", "qualified": "是", "exam_day": str(days[-1]), "theory": "是", "practice": "是", "employed": "是",
        "employer": "例范公司", "employment_proof": "劳动合同", "contract_from": str(days[-1]), "contract_to": after,
        "certificate_number": "C0001", "certificate_level": CERTIFICATES.get(rule.id, "初级工"),
        "certificate_day": str(days[-1]), "certificate_first": "是", "evaluation_fee": "否", "licensed": "是",
        "licence_day": str(days[-1]), "work_months": 6, "contract_years": 1, "stage": "培训合格证书+初级工",
        "cost_allowance": 2000, "cost_training": 300, "cost_exam": 100, "fee_taken": "否", "already_paid": "无",
        "claimed": 1000, "claimed_living": 75, "earlier_days": 0, "earlier_paid": 0,
    }  # fmt: skip


def offered(table: Table, programme: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Those of the values for which the programme's template has a place."""
    asked = {item.name for item in table.fields if item.asked_of(programme)}
    return {name: value for name, value in values.items() if name in asked}


def filled(path: Path, book_id: str, rule: Rule, programme: str) -> Path:
    """The programme's own template, filled in as far as it goes."""
    group = next(iter(rule.groups), "") or GROUPS.get(rule.id, "")
    if not group:
        named = (one.groups for one in packaged().book(book_id).rules if programme in one.programmes and one.groups)
        group = next(iter(next(named, ("城镇登记失业人员",))))
    group = {"重点群体": "脱贫人口", "六类人员": "脱贫人口"}.get(group, group)
    row = offered(PEOPLE, programme, person_of(book_id, rule, group))
    fill(path, offered(HEADER, programme, head_of(book_id, programme, group)), [row], programme)
    book = load_workbook(path)
    for table, values in (
        (EVENTS, {"event": "开班申请", "day": str(BEGINS[book_id].replace(day=1))}),
        (COSTS, {"name": "培训费", "amount": 1000}),
    ):
        for name, value in values.items():
            sheet = book[table.zh]
            sheet.cell(5, column_of(sheet, table, name), value)
    book.save(path)
    return path


def is_proven(found: ClaimScreen, rule: Rule) -> bool:
    """Whether the rule's own sum is shown, or its condition kept, or its rate decided."""
    if isinstance(rule.params, MoneyCondition):
        return "CONDITION_KEPT" in of_rule(found, rule.id)
    if isinstance(rule.params, MoneyHeads):
        return any(one.rule == rule.id and not one.missing for one in found.decisions)
    if isinstance(rule.params, MoneyUplift):
        return any(one.rule == rule.id and one.status is Status.PASS for one in found.may_add)
    traces = [trace for part in (*found.parts, *found.beside) for trace in part.traces if trace.rule == rule.id]
    return bool(traces) and all(trace.status is Status.PASS for trace in traces)


@pytest.mark.parametrize(("book_id", "rule_id"), MONEY)
def test_the_rule_can_be_proven_from_its_template(book_id: str, rule_id: str, tmp_path: Path) -> None:
    rule = packaged().book(book_id).rule(rule_id)
    programme = next(iter(rule.programmes), "") or PROGRAMMES[book_id]
    claim = read(filled(tmp_path / "c.xlsx", book_id, rule, programme)).claim
    report = a_report(claim, book_id, TaughtClass())
    found = screened(book_id, claim, reports=[report], history=clear_history(book_id, claim, [report]))
    findings = {one.finding.reason: one.finding.text.zh for one in found.findings if one.finding.rule == rule_id}
    assert is_proven(found, rule), findings
