"""One drawn class: who may sign what about it, and when its evidence is let go; one rule for pages and programs."""

from collections.abc import Iterator

from facts.refusals import Refusal, forbidden, stands
from facts.spot_check import SpotFinding, SpotHold, SpotState
from facts.text import Text
from facts.verdict import Status
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.spot_checks.access import DrawView
from runtime.spot_checks.draw_lists import inspector_id_of

CHOICES = (Status.PASS, Status.FAIL, Status.UNPROVEN)


def last_finding(found: DrawView, class_id: str) -> SpotFinding | None:
    """The finding that counts; earlier ones stay beside it."""
    return next((one for one in reversed(found.draw.findings) if one.class_id == class_id), None)


def hold_on(found: DrawView, class_id: str) -> SpotHold | None:
    """The hold that the reveal placed, standing or ended."""
    return next((one for one in found.draw.holds if one.class_id == class_id), None)


def finding_faults(found: DrawView, caller: Caller, place: int, status: str, text: str) -> Iterator[Refusal]:
    """What stands against a first signature."""
    if status not in {one.value for one in CHOICES}:
        expected = ", ".join(one.value for one in CHOICES)
        yield Refusal("status", Text("请选择结论", "choose a finding"), status or "nothing", expected)
    if not text.strip():
        words = Text("请写明所见；一切正常也请写明", "say what was seen, even where all was in order")
        yield Refusal("text", words, "blanks", "what was seen")
    yield from _not_sent(found, caller, place)


def second_faults(
    found: DrawView, caller: Caller, place: int, *, agrees: bool | None, dissent: str
) -> Iterator[Refusal]:
    """What stands against a second signature; nobody signs twice."""
    last = last_finding(found, found.assigned(place).drawn.id)
    if last is None or last.state is not SpotState.SIGNED:
        words = Text("没有等待复签的结论", "no finding waits for a second signature")
        got = "no finding" if last is None else f"a finding that is {last.state.value} already"
        yield stands("finding", words, got, "a finding signed once")
    elif last.first.by == inspector_id_of(caller):
        words = Text("复签须由另一人作出", "the second signature is another person's")
        yield stands("signer", words, "the first signer again", "another inspector whom the lots sent")
    yield from _not_sent(found, caller, place)
    if agrees is None or (not agrees and not dissent.strip()):
        words = Text("请选择同意，或写明不同意的理由", "agree, or say why not")
        yield Refusal("dissent", words, "nothing", "agreement, or what is seen otherwise")


def lift_faults(found: DrawView, place: int) -> Iterator[Refusal]:
    """What keeps the evidence held."""
    class_id = found.assigned(place).drawn.id
    last, hold = last_finding(found, class_id), hold_on(found, class_id)
    if last is None or last.state is not SpotState.CONFIRMED:
        words = Text("两人签字确认后才能解除冻结", "released only after two signatures")
        yield stands("finding", words, last.state.value if last else "no finding", "one that two people signed")
    elif hold is None or hold.lifted_at is not None:
        words = Text("冻结已经解除", "the evidence was released already")
        yield stands("hold", words, "none in force", "one in force")


def may_sign(found: DrawView, caller: Caller, place: int) -> bool:
    """Whether the caller's first signature would be taken now."""
    last = last_finding(found, found.assigned(place).drawn.id)
    return _sent(found, caller, place) and (last is None or last.state is not SpotState.SIGNED)


def may_second(found: DrawView, caller: Caller, place: int) -> bool:
    """Whether the caller's second signature would be taken now."""
    return _sent(found, caller, place) and not any(second_faults(found, caller, place, agrees=True, dissent=""))


def may_lift(found: DrawView, caller: Caller, place: int) -> bool:
    """Whether the caller may let the evidence go now."""
    return caller.may(Action.SPOT_CHECK_WRITE) and not any(lift_faults(found, place))


def lifter(caller: Caller) -> str:
    """Who lets it go, as the register keeps it."""
    return f"{inspector_id_of(caller)} {caller.shown}"


def _sent(found: DrawView, caller: Caller, place: int) -> bool:
    return caller.may(Action.SPOT_CHECK_WRITE) and inspector_id_of(caller) in found.assigned(place).inspectors


def _not_sent(found: DrawView, caller: Caller, place: int) -> Iterator[Refusal]:
    sent = found.assigned(place).inspectors
    if inspector_id_of(caller) not in sent:
        words = Text("只有抽签派往此班的抽查员可以签字", "only an inspector whom the lots sent here may sign")
        yield forbidden("signer", words, inspector_id_of(caller), f"one whom the lots sent here: {', '.join(sent)}")
