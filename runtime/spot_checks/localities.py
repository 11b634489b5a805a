"""The localities that draws list: read from the long lists once for each draw, and remembered for the draws used last."""

from collections import OrderedDict
from threading import Lock

from sqlalchemy import Connection

from storage.spot_checks import register

MOST_DRAWS = 2048  # a few dozen short texts each, so at most some megabytes


class DrawLocalities:
    """A bounded memory, shared by threads; what it holds is never stale, because a commitment binds its lists."""

    def __init__(self, most: int = MOST_DRAWS) -> None:
        self._most = most
        self._known: OrderedDict[str, frozenset[str]] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, connection: Connection, commitment: str) -> frozenset[str]:
        """The localities of an announced draw."""
        with self._lock:
            known = self._known.get(commitment)
            if known is not None:
                self._known.move_to_end(commitment)
                return known
        found = frozenset(str(one["locality"]) for one in register.sheet_of(connection, commitment)["classes"])
        with self._lock:
            self._known[commitment] = found
            self._known.move_to_end(commitment)
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        return found


LOCALITIES = DrawLocalities()
