"""What people order about kept evidence: hold it, release it, keep it longer. Durable where it protects first."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from facts.codec import dumps
from facts.digest import Digest
from facts.errors import InputError
from facts.retention import Hold, RetentionEntry, Scope, Use
from facts.span import local_day
from pipeline.retention.duty import lengthened, paid_on
from pipeline.retention.ports import RetentionPorts


@dataclass(frozen=True, slots=True)
class Ordered:
    """One object after an order, and why its store refused, if it did."""

    kept: RetentionEntry
    refusal: str = ""


def hold(desk: RetentionPorts, wanted: Hold) -> tuple[Hold, tuple[Ordered, ...]]:
    """In the register first, so that no sweep passes it from then on; then in every store. Again is no second hold."""
    with desk.register.alone():
        standing = next((one for one in desk.register.holds() if _same(one, wanted)), None)
        if standing is None:
            desk.register.place(wanted)
        placed = standing or wanted
        done = _settle(desk, placed)
    desk.journal.sign()
    return placed, done


def _same(one: Hold, other: Hold) -> bool:
    return (one.scope, one.reason, one.case) == (other.scope, other.reason, other.case)


def _settle(desk: RetentionPorts, placed: Hold) -> tuple[Ordered, ...]:
    done = tuple(Ordered(kept, desk.vault.hold(kept, placed.label)) for kept in covered(desk, placed.scope))
    desk.journal.held(_digest("hold", placed), str(placed.scope), f"hold {placed.id}")
    if not any(one.refusal for one in done):
        desk.register.settle(placed.id)
    return done


def release(desk: RetentionPorts, hold_id: str, by: str) -> tuple[Ordered, ...]:
    """In the stores first and in the register last: killed between, the register still protects."""
    with desk.register.alone():
        found = next((one for one in desk.register.holds() if one.id == hold_id), None)
        if found is None:
            standing = ", ".join(one.id for one in desk.register.holds()) or "none"
            raise InputError(f"release {hold_id}: got no hold that stands, expected one of them ({standing})")
        done = tuple(Ordered(kept, desk.vault.release(kept, found.label)) for kept in covered(desk, found.scope))
        if not any(one.refusal for one in done):
            desk.journal.held(_digest("release", found), str(found.scope), f"release {found.id}")
            desk.register.release(found.id, by, desk.clock())
    desk.journal.sign()
    return done


def _digest(act: str, one: Hold) -> Digest:
    return Digest.of(f"{act}\n{dumps(replace(one, settled=False))}".encode())


def pay(desk: RetentionPorts, scope: Scope, paid: date) -> tuple[Ordered, ...]:
    """The payout is known: duties that count from it, or from the latest day, are counted anew (A7)."""
    return _extend(desk, scope, lambda use: paid_on(use, paid), f"paid {paid}")


def keep_longer(desk: RetentionPorts, scope: Scope, until: datetime, reason: str) -> tuple[Ordered, ...]:
    """Kept until then for a stated reason, in addition to every duty."""
    base = local_day(desk.clock())
    return _extend(
        desk, scope, lambda use: lengthened(use, until, reason, base), f"until {until.isoformat()}: {reason}"
    )


def _extend(desk: RetentionPorts, scope: Scope, change: Callable[[Use], Use], note: str) -> tuple[Ordered, ...]:
    with desk.register.alone():
        for kept in covered(desk, scope):
            if not kept.derived:
                desk.register.lengthen(kept.number, [change(u) if scope.covers_use(u) else u for u in kept.uses])
        done = tuple(catch_up(desk, scope))
        desk.journal.reviewed(Digest.of(f"{scope}\n{note}".encode()), str(scope), f"extend {note}")
    desk.journal.sign()
    return done


def catch_up(desk: RetentionPorts, scope: Scope | None = None) -> Iterator[Ordered]:
    """Bring the stores to what the register says: locks that are too short, holds that were placed only half."""
    now = desk.clock()
    for kept in desk.register.live() if scope is None else covered(desk, scope):
        short = kept.retain_until is None or kept.retain_until < kept.keep_until
        if not kept.derived and short and kept.keep_until > now:
            answer = desk.vault.extend(kept, kept.keep_until)
            if isinstance(answer, datetime):
                desk.register.acknowledge(kept.number, answer)
            yield Ordered(desk.register.one(kept.number), answer if isinstance(answer, str) else "")
        elif scope is not None:
            yield Ordered(kept)
    if scope is None:
        for one in desk.register.holds():
            if not one.settled:
                yield from (ordered for ordered in _settle(desk, one) if ordered.refusal)


def covered(desk: RetentionPorts, scope: Scope) -> tuple[RetentionEntry, ...]:
    """What is kept and meant."""
    return tuple(kept for kept in desk.register.live() if scope.covers(kept))
