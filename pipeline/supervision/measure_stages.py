"""What may happen to a measure next: whatever a document lets cost money begins and ends by two people, and nothing is taken out."""

from dataclasses import replace
from datetime import date

from facts.refusals import Refusal, forbidden, refuse, stands
from facts.span import local_day
from facts.supervision import MeasureCase, MeasureDeed, MeasureEvent, MeasureStage
from facts.text import Text

_WHERE = "supervision"
_RUNS = frozenset({MeasureStage.IN_FORCE, MeasureStage.ANSWERED})
_WAITS = frozenset({MeasureStage.PROPOSED, MeasureStage.CLOSING, MeasureStage.LIFTING})
_BEFORE = {
    MeasureDeed.SIGN: _WAITS,
    MeasureDeed.OBJECT: _WAITS,
    MeasureDeed.ANSWER: _RUNS,
    MeasureDeed.CLOSE: _RUNS,
    # What was closed may still turn out to have been wrong.
    MeasureDeed.LIFT: _RUNS | {MeasureStage.CLOSED},
}
_SIGNED = {
    MeasureStage.PROPOSED: MeasureStage.IN_FORCE,
    MeasureStage.CLOSING: MeasureStage.CLOSED,
    MeasureStage.LIFTING: MeasureStage.LIFTED,
}


def measure_stage(case: MeasureCase) -> MeasureStage:
    """How far the measure has come."""
    return _stages(case)[-1]


def ended_on(case: MeasureCase) -> date | None:
    """The last day on which it stood: as stated, or as it was closed before; nothing while it runs on."""
    closed = [one.day for one in case.events if one.deed is MeasureDeed.CLOSE and one.day]
    ends = closed[-1:] if MeasureStage.CLOSED in _stages(case) else []
    known = [*ends, *([case.last] if case.last else [])]
    return min(known, default=None)


def measured(case: MeasureCase, event: MeasureEvent) -> MeasureCase:
    """The measure after one more event, or every reason why that may not happen."""
    refuse([*_step_refusals(case, event), *_day_refusals(case, event)])
    return replace(case, events=(*case.events, event))


def _stages(case: MeasureCase) -> list[MeasureStage]:
    """The stage after each event; a second signer who objects brings back the stage of before."""
    found: list[MeasureStage] = []
    for event in case.events:
        if event.deed is MeasureDeed.OBJECT:
            found.append(MeasureStage.DROPPED if found[-1] is MeasureStage.PROPOSED else found[-2])
        elif event.deed is MeasureDeed.SIGN:
            found.append(_SIGNED[found[-1]])
        else:
            found.append(_after(event.deed, two_names=case.kind.costs))
    return found


def _after(deed: MeasureDeed, *, two_names: bool) -> MeasureStage:
    if deed is MeasureDeed.ANSWER:
        return MeasureStage.ANSWERED
    if deed is MeasureDeed.OPEN:
        return MeasureStage.PROPOSED if two_names else MeasureStage.IN_FORCE
    if deed is MeasureDeed.CLOSE:
        return MeasureStage.CLOSING if two_names else MeasureStage.CLOSED
    return MeasureStage.LIFTING if two_names else MeasureStage.LIFTED


def _step_refusals(case: MeasureCase, event: MeasureEvent) -> list[Refusal]:
    if event.deed is MeasureDeed.OPEN:
        return [stands(_WHERE, _AGAIN, "opened twice", "once")] if case.events else []
    found, at = [], measure_stage(case)
    if at not in _BEFORE[event.deed]:
        text = Text(f"现在不能这样办（{at.text.zh}）", f"that cannot be done now ({at.text.en})")
        found.append(stands(_WHERE, text, at.value, ", ".join(sorted(_BEFORE[event.deed]))))
    elif at in _WAITS and event.by == case.events[-1].by:
        text = Text("须另一人签字（两人以上审查签字）", "another person signs: two people at least")
        found.append(forbidden(_WHERE, text, "the same person twice", "a second person of the authority"))
    if event.deed is MeasureDeed.ANSWER and not case.kind.told:
        text = Text("这类记录不告知机构", "the institution is not told of such a record")
        found.append(stands(_WHERE, text, case.kind.value, "a record that the institution sees"))
    if not event.words.strip() and event.deed is not MeasureDeed.SIGN:
        text = Text("请写明理由或答复", "say why, or what is answered")
        found.append(Refusal("words", text, "nothing", "words"))
    return found


def _day_refusals(case: MeasureCase, event: MeasureEvent) -> list[Refusal]:
    """A measure ends on a day between its first and today."""
    if event.deed is not MeasureDeed.CLOSE:
        return []
    today = local_day(event.at)
    if event.day is not None and case.first <= event.day <= today:
        return []
    text = Text(f"办结日应在 {case.first} 至今天之间", f"it ends on a day from {case.first} to today")
    return [Refusal("day", text, str(event.day or "nothing"), f"{case.first} to {today}")]


_AGAIN = Text("已经提出过", "it was opened already")
