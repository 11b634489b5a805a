"""Case tables for every rule that needs tables or papers, each through the whole path from verdicts to finding."""

from dataclasses import replace

import pytest

from facts.claim_person import Days
from policy.rulebook import Level
from policy.shelf import packaged
from tests.fixtures.claim_facts import TaughtClass, a_claim, a_report, clear_history, of_rule, screened
from tests.fixtures.rule_cases import linxian, quanjiao, shanxi, wuyi, yangquan
from tests.fixtures.rule_cases.row import RuleCase

ROWS = (*yangquan.ROWS, *shanxi.ROWS, *linxian.ROWS, *wuyi.ROWS, *quanjiao.ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.rule}: {row.sentence}")
def test_the_rule_finds_what_the_sentence_says(row: RuleCase) -> None:
    book_id, programme, group = row.kind
    claim = row.change(a_claim(book_id, programme, group))
    over = dict(row.over)
    if days := over.pop("actual", None):
        claim = replace(claim, actual=Days(*days))
    reports = over.setdefault("reports", [a_report(claim, book_id, row.held or TaughtClass())])
    before, capped = over.pop("before", 0), over.pop("capped", (1, 4))
    answered = replace(clear_history(book_id, claim, reports, before), capped_classes=capped[0], classes=capped[1])
    over.setdefault("history", answered)
    found = of_rule(screened(book_id, claim, **over), row.rule)
    assert row.reason in found, {reason: one.finding.status for reason, one in found.items()}
    finding = found[row.reason].finding
    assert finding.status is row.status
    assert finding.text.zh
    assert finding.text.en
    if not row.rule.partition("-")[2].startswith("DOC"):
        assert finding.quote
        assert finding.article


def test_no_rule_that_needs_tables_or_papers_is_without_a_case() -> None:
    needed = {rule.id for book in packaged().books for rule in book.rules if rule.level is not Level.A}
    needed |= {rule.id for book in packaged().books for rule in book.rules if rule.kind.startswith("money.")}
    needed |= {papers.id for book in packaged().books for papers in book.papers}
    assert needed - {row.rule for row in ROWS} == set()
