"""A stretch that could not be looked at to its end proves nothing, whatever the file's timestamps say."""

from dataclasses import replace

from attendance.demands import Demands
from facts.sighting import View
from facts.text import Text
from facts.verdict import Finding, HourVerdict, Status, gravest

_REMEDY = Text(
    "请运维排除故障（xueshi models check）后重新核验；录像本身不必重传",
    "let the operator mend it (xueshi models check) and verify again; the recording itself need not be sent again",
)


def with_sense_faults(verdict: HourVerdict, demands: Demands, views: tuple[View, ...]) -> HourVerdict:
    """The verdict, no better than unproven where looking at the hour's recording was broken off."""
    faults = tuple(dict.fromkeys(view.fault for view in views if view.fault))
    demand = demands.whole_class or demands.continuity
    if not faults or demand is None:
        return verdict
    clause = demand.clause
    told = "；".join(faults)
    text = Text(f"看录像时中断，不能据此判定：{told}", f"looking at the recording was broken off: {told}")
    finding = Finding(
        clause.rule, Status.UNPROVEN, "LOOKING_FAILED", text, {}, clause.quote, clause.article, remedy=_REMEDY
    )
    findings = (*verdict.findings, finding)
    return replace(verdict, status=gravest(one.status for one in findings), findings=findings)
