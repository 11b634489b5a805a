"""A new hold with an id of its own."""

import secrets

from facts.retention import Hold, Scope
from runtime.platform.clock import now
from runtime.retention.vault import Clock

_ID_BYTES = 4


def new_hold(scope: Scope, reason: str, case: str, by: str, clock: Clock = now) -> Hold:
    """A hold that nobody has placed yet."""
    return Hold(secrets.token_hex(_ID_BYTES), scope, reason, case, by, clock())
