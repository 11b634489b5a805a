"""The papers that an application must hold, by the rulebook's own lists."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding, PaperNeed
from claims.rules.evidence import is_held
from facts.text import Text
from facts.verdict import Finding, Status
from policy.rulebook import Papers

OPENING = "开班"
# 「订单式培训同」: the fragment's list for projects is that for orders too.
_SAME_LIST = {"订单式培训": "项目制培训"}


def paper_needs(desk: ClaimDossier) -> tuple[PaperNeed, ...]:
    """Each paper of each list in force, and whether it was handed in."""
    return tuple(need for papers in _lists(desk) for need in _needs(desk, papers))


def paper_findings(desk: ClaimDossier) -> Iterator[ClaimFinding]:
    """One finding for each list; a paper that was not handed in may still come."""
    for papers in _lists(desk):
        lacking = [" / ".join(need.any_of) for need in _needs(desk, papers) if need.present is not True]
        status = Status.UNPROVEN if lacking else Status.PASS
        text = Text(f"缺：{'、'.join(lacking)}", f"missing: {', '.join(lacking)}") if lacking else _COMPLETE
        remedy = Text(f"请补交：{'、'.join(lacking)}", f"hand in {', '.join(lacking)}") if lacking else None
        quote = "".join(f"「{quote}」" for quote in papers.quotes)
        reason = "PAPERS_MISSING" if lacking else "PAPERS_COMPLETE"
        yield ClaimFinding(Finding(papers.id, status, reason, text, {}, quote, papers.article, remedy))


def _lists(desk: ClaimDossier) -> list[Papers]:
    programme = desk.case.claim.programme
    own = {papers.programme for papers in desk.book.papers}
    wanted = {OPENING, programme if programme in own else _SAME_LIST.get(programme, programme)}
    return [papers for papers in desk.book.papers if papers.programme in wanted]


def _needs(desk: ClaimDossier, papers: Papers) -> Iterator[PaperNeed]:
    held = desk.claim.papers
    for any_of in papers.needs:
        present = None if held is None else any(is_held(name, held) for name in any_of)
        yield PaperNeed(papers.id, papers.programme, any_of, present, papers.article)


_COMPLETE = Text("材料齐备", "all papers are there")
