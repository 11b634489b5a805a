"""The papers that an application must hold, by the rulebook's own lists."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.outcome import ClaimFinding, PaperNeed
from claims.rules.evidence import is_held
from facts.text import Text
from facts.verdict import Finding, Status
from policy.rulebook import Papers
from policy.vocabulary import OPENING


def paper_needs(dossier: ClaimDossier) -> tuple[PaperNeed, ...]:
    """Each paper of each list in force, and whether it was handed in."""
    return tuple(need for papers in _lists(dossier) for need in _needs(dossier, papers))


def paper_findings(dossier: ClaimDossier) -> Iterator[ClaimFinding]:
    """One finding for each list; a paper that was not handed in may still come."""
    for papers in _lists(dossier):
        lacking = [" / ".join(need.any_of) for need in _needs(dossier, papers) if need.present is not True]
        status = Status.UNPROVEN if lacking else Status.PASS
        text = Text(f"缺：{'、'.join(lacking)}", f"missing: {', '.join(lacking)}") if lacking else _COMPLETE
        remedy = Text(f"请补交：{'、'.join(lacking)}", f"hand in {', '.join(lacking)}") if lacking else None
        quote = "".join(f"「{quote}」" for quote in papers.quotes)
        reason = "PAPERS_MISSING" if lacking else "PAPERS_COMPLETE"
        yield ClaimFinding(Finding(papers.id, status, reason, text, {}, quote, papers.article, remedy))


def _lists(dossier: ClaimDossier) -> list[Papers]:
    """Those of opening a class, and those of the programme or of one that embraces it."""
    programme, of = dossier.case.claim.programme, dossier.book.programmes
    return [
        papers
        for papers in dossier.book.papers
        if papers.programme == OPENING or of.among(programme, (papers.programme, *papers.also_for))
    ]


def _needs(dossier: ClaimDossier, papers: Papers) -> Iterator[PaperNeed]:
    held = dossier.claim.papers
    for any_of in papers.needs:
        present = None if held is None else any(is_held(name, held) for name in any_of)
        yield PaperNeed(papers.id, papers.programme, any_of, present, papers.article)


_COMPLETE = Text("材料齐备", "all papers are there")
