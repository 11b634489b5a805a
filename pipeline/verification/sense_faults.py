"""A stretch that could not be looked at to its end proves nothing, whatever the file's timestamps say."""

from collections.abc import Sequence
from dataclasses import replace

from attendance.demands import Demands
from facts.counting import counted
from facts.sighting import View
from facts.text import Text
from facts.verdict import Finding, HourVerdict, Status, gravest

_REMEDY = Text(
    "请运维排除故障（xueshi models check）后重新核验；录像本身不必重传",
    "let the operator mend it (xueshi models check) and verify again; the recording itself need not be sent again",
)


def sense_faults(views: Sequence[View]) -> tuple[Text, ...]:
    """What went wrong while these stretches were looked at, each fault once."""
    broken = tuple(Text(fault, fault) for fault in dict.fromkeys(view.fault for view in views if view.fault))
    frames = sum(view.crowded for view in views)
    if not frames:
        return broken
    crowd = Text(
        f"有 {frames} 帧的检测框数量多得不可信，只取了每类最可信的几百个；请运维核对模型说明（模型卡）",
        f"in {counted(frames, 'frame')} a network found more than can be believed, and only the surest few hundred of each kind were"
        " taken: check its card",
    )
    return (*broken, crowd)


def with_sense_faults(verdict: HourVerdict, demands: Demands, views: tuple[View, ...]) -> HourVerdict:
    """The verdict, no better than unproven where a network failed on the hour's recording."""
    faults = sense_faults(views)
    demand = demands.whole_class or demands.continuity
    if not faults or demand is None:
        return verdict
    clause = demand.clause
    zh, en = "；".join(fault.zh for fault in faults), "; ".join(fault.en for fault in faults)
    text = Text(f"检测有故障，不能据此判定：{zh}", f"a network failed on this recording: {en}")
    finding = Finding(
        clause.rule, Status.UNPROVEN, "LOOKING_FAILED", text, {}, clause.quote, clause.article, remedy=_REMEDY
    )
    findings = (*verdict.findings, finding)
    return replace(verdict, status=gravest(one.status for one in findings), findings=findings)
