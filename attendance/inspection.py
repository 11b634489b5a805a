"""Whether the recordings of a class suffice so that nobody has to visit it (阳泉 第十条)."""

from collections.abc import Sequence

from attendance.law import Law
from facts.counting import counted
from facts.text import Text
from facts.verdict import HourVerdict, Status
from policy.kinds import RecordRequired
from policy.kinds.evidence import OWN_REPORT, VIDEO_SUFFICES


def video_suffices(verdicts: Sequence[HourVerdict]) -> bool | None:
    """Yes where every class hour has passed; otherwise people decide, so it is never a no."""
    return True if verdicts and all(one.status is Status.PASS for one in verdicts) else None


def site_visit(law: Law, verdicts: Sequence[HourVerdict]) -> tuple[Text, ...]:
    """What the report says of the clause, where the document has it and the class is judged by recordings."""
    rules = law.book.of_kind(RecordRequired) if law.book else ()
    rule = next((one for one, params in rules if (params.source, *params.needs) == (OWN_REPORT, VIDEO_SUFFICES)), None)
    if rule is None or not verdicts or not law.binds(rule):
        return ()
    enough = sum(one.status is Status.PASS for one in verdicts)
    open_yet = len(verdicts) - enough
    if open_yet:
        end = (
            f"其余 {open_yet} 个学时的录像不足以监管，是否实地抽查由人决定",
            f"whether to visit for the other {open_yet} is for people",
        )
    else:
        end = ("不再需要实地抽查", "no visit is needed")
    return (
        Text(
            f"{rule.article}{rule.quote}：{len(verdicts)} 个学时中有 {enough} 个学时的录像可有效监管，{end[0]}",
            f"{rule.id}: the recordings of {enough} of {counted(len(verdicts), 'class hour')} suffice; {end[1]}",
        ),
    )
