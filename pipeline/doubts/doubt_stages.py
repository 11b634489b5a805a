"""What may happen to a doubt next: a state machine without memory of its own, folded over what has happened."""

from dataclasses import replace

from facts.doubt_case import Deed, DoubtCase, DoubtEvent, Stage
from facts.errors import InputError

MACHINE = "xueshi"  # who raises a doubt
_NEXT: dict[Stage, frozenset[Deed]] = {
    Stage.OPEN: frozenset({Deed.EXPLAIN, Deed.ACCEPT, Deed.UPHOLD}),
    Stage.EXPLAINED: frozenset({Deed.EXPLAIN, Deed.ACCEPT, Deed.UPHOLD}),
    Stage.SECOND_SIGNER: frozenset({Deed.ACCEPT, Deed.UPHOLD}),
    Stage.ACCEPTED: frozenset(),
    Stage.UPHELD: frozenset(),
}


def stage(case: DoubtCase) -> Stage:
    """Where the doubt stands after everything that happened."""
    at = Stage.OPEN
    for event in case.events:
        at = _after(at, event, two_names=case.two_names)
    return at


def step(case: DoubtCase, event: DoubtEvent) -> DoubtCase:
    """The doubt after one more event, or why that may not happen."""
    _check(case, event)
    return replace(case, events=(*case.events, event))


def _after(at: Stage, event: DoubtEvent, *, two_names: bool) -> Stage:
    if event.deed is Deed.OPEN:
        return Stage.OPEN
    if event.deed is Deed.EXPLAIN:
        return Stage.EXPLAINED
    if event.deed is Deed.ACCEPT:
        # The second signer who disagrees closes nothing: the doubt is open to both again.
        return Stage.EXPLAINED if at is Stage.SECOND_SIGNER else Stage.ACCEPTED
    waits = at is not Stage.SECOND_SIGNER and (two_names or event.refused is not None)
    return Stage.SECOND_SIGNER if waits else Stage.UPHELD


def _check(case: DoubtCase, event: DoubtEvent) -> None:
    at, where = stage(case), f"doubt {case.id}"
    if event.deed is Deed.OPEN:
        if case.events:
            raise InputError(f"{where}: got it raised again, expected once; it is {at.text.en}（{at.text.zh}）")
        return
    if not case.events:
        raise InputError(f"{where}: got {event.deed} before it was raised, expected it raised first")
    if event.deed not in _NEXT[at]:
        allowed = ", ".join(sorted(_NEXT[at])) or "nothing: it is closed"
        raise InputError(f"{where}: got {event.deed} while {at.text.en}（{at.text.zh}）, expected {allowed}")
    if event.at < case.events[-1].at:
        raise InputError(f"{where}: got a time before the last event, expected a later one; check this machine's clock")
    if not event.words.strip():
        raise InputError(f"{where}: got {event.deed} without a word, expected the reason; give --text")
    if event.deed in {Deed.ACCEPT, Deed.UPHOLD}:
        _check_reviewer(case, event, at)


def _check_reviewer(case: DoubtCase, event: DoubtEvent, at: Stage) -> None:
    where = f"doubt {case.id}"
    if event.by in {one.by for one in case.events if one.deed is Deed.EXPLAIN}:
        raise InputError(f"{where}: got a decision by {event.by}, who explained it, expected another person")
    if at is not Stage.SECOND_SIGNER:
        return
    first = case.events[-1]
    if event.by == first.by:
        raise InputError(
            f"{where}: got {event.by} twice, expected a second person where money is at stake（两人以上审查签字）"
        )
    if event.deed is Deed.UPHOLD and event.refused != first.refused:
        raise InputError(
            f"{where}: got {event.refused or 'no sum'} refused, expected {first.refused} as the first signer has it"
        )
