"""A claim over hours that were tried under a lapsed document: everything is worked out, and nothing is supported, for no recipient."""

from dataclasses import replace

from attendance.law import NO_RULEBOOK_IN_FORCE
from claims.outcome import ClaimFinding, ClaimScreen, PersonScreen, WithheldSum
from claims.trace import NOTHING, summed
from facts.text import Text
from facts.verdict import Finding, Status

_WHY = Text(
    "暂按已失效文件：开课时没有现行文件，有了接续文件并重新核验之前，任何金额都不能支付",
    "tried under a lapsed document: none was in force when the class began, and nothing can be paid until its successor"
    " is at hand and the class is verified again",
)
_REMEDY = Text(
    "请向主管部门索取接续文件，按它重新核验、重新核查",
    "ask the authority for the document that follows, then verify and screen again under it",
)


def provisional(screen: ClaimScreen) -> ClaimScreen:
    """The same answer with every supported sum held back as unproven, and a finding that says why."""
    people = tuple(_held_back(one) for one in screen.people)
    whole = _held_back(screen.whole) if screen.whole else None
    beside = tuple(_held_back(one) for one in screen.beside)
    finding = Finding("", Status.UNPROVEN, NO_RULEBOOK_IN_FORCE, _WHY, remedy=_REMEDY)
    return replace(
        screen,
        policy=replace(screen.policy, provisional=True),
        supported=NOTHING,
        unproven=summed(one.unproven for one in (*people, *((whole,) if whole else ()))),
        people=people,
        whole=whole,
        beside=beside,
        findings=(ClaimFinding(finding, stops_money=True), *screen.findings),
    )


def _held_back(part: PersonScreen) -> PersonScreen:
    held = WithheldSum("A13", Status.UNPROVEN, part.supported, _WHY)
    return replace(
        part,
        supported=NOTHING,
        by_review=NOTHING,
        unproven=part.unproven + part.supported,
        withheld=(*part.withheld, held),
    )
