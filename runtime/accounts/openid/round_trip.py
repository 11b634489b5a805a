"""One way to the provider and back: the cookie holds a seed; state, nonce and verifier follow from it and our secret."""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime

from runtime.accounts.openid.text_signature import Keyed, seal, unseal

_PURPOSE = "openid visit"


@dataclass(frozen=True, slots=True)
class Visit:
    """What binds an answer of the provider's to the browser that asked."""

    seed: str
    begun_s: int
    next: str
    state: str
    nonce: str
    verifier: str

    @property
    def challenge(self) -> str:
        """What the provider is told of the verifier (RFC 7636, S256)."""
        return urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()

    def answers(self, state: str) -> bool:
        """Whether the state that came back is the one that was sent."""
        return hmac.compare_digest(state.encode("utf-8", "replace"), self.state.encode())


def begin(keyed: Keyed, at: datetime, next_path: str) -> tuple[Visit, str]:
    """A new visit, and the cookie that remembers it."""
    seed = secrets.token_urlsafe(32)
    return _visit(keyed, seed, int(at.timestamp()), next_path), seal(keyed, _PURPOSE, at, [seed, next_path])


def resume(keyed: Keyed, cookie: str, at: datetime) -> Visit | None:
    """The visit that the cookie remembers, while it lasts."""
    found = unseal(keyed, _PURPOSE, cookie, at)
    return _visit(keyed, found[1][0], found[0], found[1][1]) if found else None


def _visit(keyed: Keyed, seed: str, begun_s: int, next_path: str) -> Visit:
    return Visit(
        seed,
        begun_s,
        next_path,
        keyed("openid state", seed),
        keyed("openid nonce", seed),
        keyed("openid verifier", seed),
    )
