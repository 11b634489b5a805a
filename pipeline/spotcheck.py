"""What may happen to a spot check after its draw: findings, second signatures and holds; nothing disappears."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from facts.errors import InputError
from facts.spotcheck import Draw, Hold, Signature, SpotFinding, SpotState


class Holds(Protocol):
    """Keeps a class's evidence from being deleted while a matter is open."""

    def place(self, class_id: str, matter: str, reason: str, at: datetime) -> None:
        """From now on nothing of the class may go, whatever its retention says."""
        ...

    def lift(self, class_id: str, matter: str, at: datetime) -> None:
        """The matter no longer keeps the class's evidence; its retention and other matters still do."""
        ...


def first_signed(draw: Draw, finding: SpotFinding, earlier: Sequence[SpotFinding]) -> SpotFinding:
    """The finding as it may be kept: of a drawn class, by somebody whom the lots sent there, and no second one."""
    sent = inspectors_of(draw, finding.class_id)
    if finding.first.by not in sent:
        raise InputError(
            f"finding on {finding.class_id}: got the signer {finding.first.by}, expected one of those the lots sent:"
            f" {', '.join(sent)}"
        )
    if finding.second is not None:
        raise InputError("finding: got both signatures at once, expected the second from another person later")
    if not finding.text.strip():
        raise InputError("finding: got no words, expected what was seen; say so even where all was in order")
    if draw.revealed_at is None or finding.first.at < draw.revealed_at:
        raise InputError("finding: got a time before the reveal, expected one after it; check the clock")
    live = [number for number, one in enumerate(earlier) if one.class_id == finding.class_id]
    if live and finding.corrects is None:
        raise InputError(
            f"finding on {finding.class_id}: got a second finding, expected one that says which it corrects;"
            " the earlier one stays"
        )
    return finding


def second_signed(draw: Draw, finding: SpotFinding, by: Signature, *, agrees: bool, dissent: str = "") -> SpotFinding:
    """The finding with the second signature: another person whom the lots sent, who agrees or says why not."""
    if finding.state is not SpotState.SIGNED:
        raise InputError(f"finding on {finding.class_id}: got another signature, expected none; it is {finding.state}")
    if by.by == finding.first.by:
        raise InputError(f"second signature: got {by.by} again, expected another person than the first signer")
    sent = inspectors_of(draw, finding.class_id)
    if by.by not in sent:
        raise InputError(f"second signature: got {by.by}, expected one of {', '.join(sent)}")
    if by.at < finding.first.at:
        raise InputError("second signature: got a time before the first, expected one after it; check the clock")
    if not agrees and not dissent.strip():
        raise InputError("second signature: got a dissent without a reason, expected what is seen otherwise")
    return replace(finding, second=by, agrees=agrees, dissent=dissent)


def lifted(hold: Hold, findings: Sequence[SpotFinding], at: datetime) -> Hold:
    """The hold, ended: only where the class's last finding has been confirmed by a second person."""
    own = [one for one in findings if one.class_id == hold.class_id]
    if hold.lifted_at is not None:
        raise InputError(f"hold on {hold.class_id}: got a hold that has ended, expected one in force")
    if not own or own[-1].state is not SpotState.CONFIRMED:
        raise InputError(
            f"hold on {hold.class_id}: got no confirmed finding, expected one with two signatures;"
            " the evidence stays until then"
        )
    return replace(hold, lifted_at=at)


def inspectors_of(draw: Draw, class_id: str) -> tuple[str, ...]:
    """Whom the lots sent to the class."""
    for one in draw.assigned:
        if one.drawn.id == class_id:
            return one.inspectors
    raise InputError(f"class {class_id}: got a class that the draw did not choose, expected one of its sheet")
