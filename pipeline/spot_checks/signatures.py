"""What happens to a finding and its hold: first signature, second signature, release; refused again here, whoever asks.

``refusals.py`` says the same to people and programs before they try.
"""

from dataclasses import replace
from datetime import datetime

from facts.errors import InputError
from facts.spot_check import Draw, Signature, SpotFinding, SpotHold, SpotState


def last_finding(draw: Draw, class_id: str) -> SpotFinding | None:
    """The finding that counts; earlier ones stay beside it."""
    return next((one for one in reversed(draw.findings) if one.class_id == class_id), None)


def hold_on(draw: Draw, class_id: str) -> SpotHold | None:
    """The hold that the reveal placed, in force or ended."""
    return next((one for one in draw.holds if one.class_id == class_id), None)


def first_signed(draw: Draw, finding: SpotFinding) -> SpotFinding:
    """The finding as it may be stored: on a drawn class, in words, by somebody whom the lots sent there."""
    if draw.revealed_at is None or finding.first.at < draw.revealed_at:
        raise InputError("finding: got a time before the reveal, expected one after it; check the clock")
    _sent(draw, finding.class_id, finding.first, "finding")
    if finding.second is not None or finding.agrees is not None:
        raise InputError("finding: got both signatures at once, expected the second from another person later")
    if not finding.text.strip():
        raise InputError("finding: got no words, expected what was seen; say so even where all was in order")
    earlier = [one for one in draw.findings if one.class_id == finding.class_id]
    if finding.round != len(earlier):
        raise InputError(
            f"finding on {finding.class_id}: got round {finding.round}, expected {len(earlier)}: a correction is a new"
            " finding of the next round, and the earlier ones stay"
        )
    return finding


def second_signed(draw: Draw, class_id: str, by: Signature, *, agrees: bool, dissent: str = "") -> SpotFinding:
    """The class's last finding with the second signature: another person whom the lots sent, who agrees or says why not."""
    last = last_finding(draw, class_id)
    if last is None:
        raise InputError(f"second signature on {class_id}: got no finding yet, expected a signed one")
    if last.state is not SpotState.SIGNED:
        raise InputError(
            f"second signature on {class_id}: got one that is {last.state} already, expected it signed once"
        )
    if by.by == last.first.by:
        raise InputError(f"second signature on {class_id}: got {by.by} again, expected another person than the first")
    _sent(draw, class_id, by, "second signature")
    if by.at < last.first.at:
        raise InputError("second signature: got a time before the first, expected one after it; check the clock")
    if not agrees and not dissent.strip():
        raise InputError("second signature: got a dissent without a reason, expected what is seen otherwise")
    return replace(last, second=by, agrees=agrees, dissent=dissent)


def lifted_hold(draw: Draw, class_id: str, by: str, at: datetime) -> SpotHold:
    """The class's hold, ended: only where its last finding has been confirmed by a second person."""
    hold = hold_on(draw, class_id)
    if hold is None or hold.lifted_at is not None:
        raise InputError(f"hold on {class_id}: got none in force, expected one; nothing is to be lifted")
    last = last_finding(draw, class_id)
    if last is None or last.state is not SpotState.CONFIRMED:
        raise InputError(
            f"hold on {class_id}: got no confirmed finding, expected one with two signatures; the evidence stays"
        )
    return replace(hold, lifted_at=at, lifted_by=by)


def _sent(draw: Draw, class_id: str, signature: Signature, what: str) -> None:
    sent = [who for one in draw.assigned if one.drawn.id == class_id for who in one.inspectors]
    if not sent:
        raise InputError(f"{what}: got the class {class_id}, expected one that the draw chose")
    if signature.by not in sent:
        raise InputError(
            f"{what} on {class_id}: got the signer {signature.by}, expected one whom the lots sent: {', '.join(sent)}"
        )
