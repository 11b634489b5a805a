"""Doubts about work found: many at one employer, short contracts, work that began before the class."""

from collections.abc import Iterator

from claims.answers import ClaimDossier
from claims.conversion import employed
from claims.doubts.groups import keys_of, people_sharing
from claims.doubts.kinds import DETECTOR_LIMITS, signal
from facts.claim_person import ClaimedPerson, EmploymentKind, EmploymentPaper
from facts.counting import counted
from facts.names import normal_name
from facts.text import Text
from facts.verdict import Doubt
from policy.kinds import MoneyHeads

ONE_EMPLOYER = signal(
    "MANY_TO_ONE_EMPLOYER",
    120,
    "F18",
    ("订单班本来就为一家企业培训", "an order class trains for one firm"),
)
SHORT_CONTRACT = signal(
    "SHORT_CONTRACT", 60, "F18", ("季节性用工", "seasonal work"), ("试用期合同", "a contract of probation")
)
IN_WORK = signal(
    "IN_WORK_BEFORE_CLASS",
    60,
    "F18",
    ("原单位的合同未终止，系统未更新", "an old contract that was never closed in the system"),
    ("先签订单合同、后参加岗前培训", "the order's contract was signed before the course"),
    clause=MoneyHeads,
)


def employment_doubts(dossier: ClaimDossier) -> Iterator[Doubt]:
    """Every doubt about employment papers."""
    for detect in (_employers, _contracts, _in_work):
        yield from detect(dossier)


def _employers(dossier: ClaimDossier) -> Iterator[Doubt]:
    hired = sum(employed(one.employment) is True for one in dossier.people)
    for same in people_sharing(dossier, _employer):
        if len(same) >= DETECTOR_LIMITS.employer_people and len(same) >= DETECTOR_LIMITS.employer_share * hired:
            name = _papers(same[0])[0].employer
            text = Text(
                f"就业的 {hired} 人中 {len(same)} 人在 {name}", f"{len(same)} of the {hired} employed work for {name}"
            )
            yield ONE_EMPLOYER.raised(dossier, text, keys_of(dossier, same))


def _contracts(dossier: ClaimDossier) -> Iterator[Doubt]:
    short = [one for one in dossier.people if any(_is_short(paper) for paper in _papers(one))]
    if short:
        months = DETECTOR_LIMITS.short_contract_months
        text = Text(
            f"{len(short)} 人的劳动合同不超过 {months} 个月",
            f"{counted(len(short), 'contract')} of at most {counted(months, 'month')}",
        )
        yield SHORT_CONTRACT.raised(dossier, text, keys_of(dossier, short))


def _is_short(paper: EmploymentPaper) -> bool:
    if paper.kind is not EmploymentKind.CONTRACT:
        return False
    if paper.first is not None and paper.last is not None:
        return (
            paper.last - paper.first
        ).days <= 31 * DETECTOR_LIMITS.short_contract_months  # the longest months there are
    return paper.months is not None and paper.months <= DETECTOR_LIMITS.short_contract_months


def _in_work(dossier: ClaimDossier) -> Iterator[Doubt]:
    """Where a rate of those who found work decides the sum, work that began before the class was not found by it."""
    first = dossier.case.claim.first_day
    if first is None or not any(dossier.case.binds(rule) for rule, _ in dossier.book.of_kind(MoneyHeads)):
        return
    had = [
        one for one in dossier.people if any(paper.first is not None and paper.first < first for paper in _papers(one))
    ]
    if had:
        text = Text(
            f"{len(had)} 人的就业材料早于开班（{first}）", f"{len(had)} had the work before the class began ({first})"
        )
        yield IN_WORK.raised(dossier, text, keys_of(dossier, had))


def _employer(one: ClaimedPerson) -> str:
    papers = _papers(one)
    return (papers[0].uscc or normal_name(papers[0].employer)) if papers else ""


def _papers(one: ClaimedPerson) -> tuple[EmploymentPaper, ...]:
    return one.employment or ()
