"""What people order about stored evidence: hold it, release it, keep it longer; written first where it protects first."""

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
class OrderResult:
    """One object after an order, and why its store refused, if it did."""

    kept: RetentionEntry
    refusal: str = ""


def hold(ports: RetentionPorts, wanted: Hold) -> tuple[Hold, tuple[OrderResult, ...]]:
    """In the register first, so that no sweep passes it from then on; then in every store. The very same again is no second hold."""
    with ports.register.alone():
        known = next((one for one in ports.register.holds() if _same(one, wanted)), None)
        if known is None:
            ports.register.place(wanted)
        placed = known or wanted
        done = _settle(ports, placed)
    ports.journal.sign()
    return placed, done


def _same(one: Hold, other: Hold) -> bool:
    return (one.scope, one.reason, one.case) == (other.scope, other.reason, other.case)


def _settle(ports: RetentionPorts, placed: Hold) -> tuple[OrderResult, ...]:
    done = tuple(OrderResult(kept, ports.vault.hold(kept, placed.label)) for kept in covered(ports, placed.scope))
    ports.journal.held(_digest("hold", placed), str(placed.scope), f"hold {placed.id}")
    if not any(one.refusal for one in done):
        ports.register.settle(placed.id)
    return done


def release(ports: RetentionPorts, hold_id: str, by: str) -> tuple[OrderResult, ...]:
    """In the stores first and in the register last: killed between, the register still protects."""
    with ports.register.alone():
        found = next((one for one in ports.register.holds() if one.id == hold_id), None)
        if found is None:
            in_force = ", ".join(one.id for one in ports.register.holds()) or "none"
            raise InputError(f"release {hold_id}: got no hold that stands, expected one of them ({in_force})")
        done = tuple(OrderResult(kept, ports.vault.release(kept, found.label)) for kept in covered(ports, found.scope))
        if not any(one.refusal for one in done):
            ports.journal.held(_digest("release", found), str(found.scope), f"release {found.id}")
            ports.register.release(found.id, by, ports.clock())
    ports.journal.sign()
    return done


def _digest(act: str, one: Hold) -> Digest:
    return Digest.of(f"{act}\n{dumps(replace(one, settled=False))}".encode())


def pay(ports: RetentionPorts, scope: Scope, paid: date) -> tuple[OrderResult, ...]:
    """The payout is known: duties that count from it, or from the latest day, are counted anew (A7)."""
    return _extend(ports, scope, lambda use: paid_on(use, paid), f"paid {paid}")


def keep_longer(ports: RetentionPorts, scope: Scope, until: datetime, reason: str) -> tuple[OrderResult, ...]:
    """Kept until then for a stated reason, in addition to every duty."""
    base = local_day(ports.clock())
    return _extend(
        ports, scope, lambda use: lengthened(use, until, reason, base), f"until {until.isoformat()}: {reason}"
    )


def _extend(ports: RetentionPorts, scope: Scope, change: Callable[[Use], Use], note: str) -> tuple[OrderResult, ...]:
    with ports.register.alone():
        for kept in covered(ports, scope):
            ports.register.lengthen(kept.number, [change(u) if scope.covers_use(u) else u for u in kept.uses])
        done = tuple(catch_up(ports, scope))
        ports.journal.reviewed(Digest.of(f"{scope}\n{note}".encode()), str(scope), f"extend {note}")
    ports.journal.sign()
    return done


def catch_up(ports: RetentionPorts, scope: Scope | None = None) -> Iterator[OrderResult]:
    """Bring the stores to what the register says: locks that are too short, holds that were placed only half."""
    now = ports.clock()
    for kept in ports.register.live() if scope is None else covered(ports, scope):
        short = kept.retain_until is None or kept.retain_until < kept.keep_until
        if short and kept.keep_until > now:
            answer = ports.vault.extend(kept, kept.keep_until)
            if isinstance(answer, datetime):
                ports.register.acknowledge(kept.number, answer)
            yield OrderResult(ports.register.one(kept.number), answer if isinstance(answer, str) else "")
        elif scope is not None:
            yield OrderResult(kept)
    if scope is None:
        for one in ports.register.holds():
            if not one.settled:
                yield from (ordered for ordered in _settle(ports, one) if ordered.refusal)


def covered(ports: RetentionPorts, scope: Scope) -> tuple[RetentionEntry, ...]:
    """The objects that the scope means."""
    return tuple(kept for kept in ports.register.live() if scope.covers(kept))
