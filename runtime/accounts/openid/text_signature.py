"""Short texts that a browser carries for us in a cookie: signed by the service, each for one purpose and for ten minutes."""

import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

Keyed = Callable[[str, str], str]  # the service's keyed digest of a purpose and a text
LIFE = timedelta(minutes=10)


def seal(keyed: Keyed, purpose: str, at: datetime, values: Sequence[str]) -> str:
    """The values with the present moment, signed for this purpose."""
    text = urlsafe_b64encode(json.dumps([int(at.timestamp()), *values]).encode()).decode()
    return f"{text}.{keyed(purpose, text)}"


def unseal(keyed: Keyed, purpose: str, sealed: str, at: datetime) -> tuple[int, list[str]] | None:
    """The second in which it was sealed, and the values; ``None`` where it is forged, of another purpose, or lapsed."""
    text, _, mac = sealed.partition(".")
    if not sealed.isascii() or not hmac.compare_digest(mac, keyed(purpose, text)):
        return None
    seconds, *values = json.loads(urlsafe_b64decode(text))
    age_s = at.timestamp() - seconds
    return (seconds, values) if -1 < age_s <= LIFE.total_seconds() else None
