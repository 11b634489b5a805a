"""Who may sign what about a drawn class, and when its hold may end: every reason against it, before anything is written."""

from collections.abc import Iterator

from facts.refusals import Refusal, forbidden, stands
from facts.spot_check import Draw, DrawnClass, SpotState
from facts.text import Text
from facts.verdict import Status
from pipeline.spot_checks.signatures import hold_on, last_finding

FINDING_STATUSES = (Status.PASS, Status.FAIL, Status.UNPROVEN)


def finding_refusals(drawn_class: DrawnClass, inspector_id: str, status: str, text: str) -> Iterator[Refusal]:
    """What stands against a first signature."""
    if status not in {one.value for one in FINDING_STATUSES}:
        expected = ", ".join(one.value for one in FINDING_STATUSES)
        yield Refusal("status", Text("请选择结论", "choose a finding"), status or "nothing", expected)
    if not text.strip():
        words = Text("请写明所见；一切正常也请写明", "say what was seen, even where all was in order")
        yield Refusal("text", words, "blanks", "what was seen")
    yield from _not_sent(drawn_class, inspector_id)


def second_refusals(
    draw: Draw, drawn_class: DrawnClass, inspector_id: str, *, agrees: bool | None, dissent: str
) -> Iterator[Refusal]:
    """What stands against a second signature; nobody signs twice."""
    last = last_finding(draw, drawn_class.drawn.id)
    if last is None or last.state is not SpotState.SIGNED:
        words = Text("没有等待复签的结论", "no finding waits for a second signature")
        got = "no finding" if last is None else f"a finding that is {last.state.value} already"
        yield stands("finding", words, got, "a finding signed once")
    elif last.first.by == inspector_id:
        words = Text("复签须由另一人作出", "the second signature is another person's")
        yield stands("signer", words, "the first signer again", "another inspector whom the lots sent")
    yield from _not_sent(drawn_class, inspector_id)
    if agrees is None or (not agrees and not dissent.strip()):
        words = Text("请选择同意，或写明不同意的理由", "agree, or say why not")
        yield Refusal("dissent", words, "nothing", "agreement, or what is seen otherwise")


def lift_refusals(draw: Draw, class_id: str) -> Iterator[Refusal]:
    """What keeps the hold in force."""
    last, hold = last_finding(draw, class_id), hold_on(draw, class_id)
    if last is None or last.state is not SpotState.CONFIRMED:
        words = Text("两人签字确认后才能解除冻结", "released only after two signatures")
        yield stands("finding", words, last.state.value if last else "no finding", "one that two people signed")
    elif hold is None or hold.lifted_at is not None:
        words = Text("冻结已经解除", "the evidence was released already")
        yield stands("hold", words, "none in force", "one in force")


def may_sign(draw: Draw, drawn_class: DrawnClass, inspector_id: str) -> bool:
    """Whether the inspector's first signature would be taken now."""
    last = last_finding(draw, drawn_class.drawn.id)
    return inspector_id in drawn_class.inspectors and (last is None or last.state is not SpotState.SIGNED)


def may_second(draw: Draw, drawn_class: DrawnClass, inspector_id: str) -> bool:
    """Whether the inspector's second signature would be taken now."""
    return not any(second_refusals(draw, drawn_class, inspector_id, agrees=True, dissent=""))


def may_lift(draw: Draw, class_id: str) -> bool:
    """Whether the hold on the class may end now."""
    return not any(lift_refusals(draw, class_id))


def _not_sent(drawn_class: DrawnClass, inspector_id: str) -> Iterator[Refusal]:
    sent = drawn_class.inspectors
    if inspector_id not in sent:
        words = Text("只有抽签派往此班的抽查员可以签字", "only an inspector whom the lots sent here may sign")
        yield forbidden("signer", words, inspector_id, f"one whom the lots sent here: {', '.join(sent)}")
