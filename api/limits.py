"""How often one address may ask for something costly; kept in this process, the lasting lockout is the database's."""

from datetime import datetime, timedelta
from threading import Lock

from api.problem import ProblemError
from facts.text import Text

_MOST_KEYS = 20_000


class Limiter:
    """Counts in windows of fixed length; a crowd of strangers cannot make it grow without bound."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}

    def take(self, what: str, who: str, at: datetime, most: int, each: timedelta) -> None:
        """One more; refused where there were ``most`` within ``each``."""
        with self._lock:
            began, count = self._windows.get((what, who), (at, 0))
            if at - began >= each or at < began:
                began, count = at, 0
            if count >= most:
                raise too_many(began + each - at)
            if len(self._windows) >= _MOST_KEYS:
                self._windows = {key: one for key, one in self._windows.items() if at - one[0] < each}
            self._windows[what, who] = (began, count + 1)


def too_many(wait: timedelta) -> ProblemError:
    """Come back later."""
    seconds = max(int(wait.total_seconds()) + 1, 1)
    title = Text(f"请求过于频繁，请在 {seconds} 秒后再试", f"too many requests; try again in {seconds} seconds")
    return ProblemError(429, "TOO_MANY", title, expected="fewer requests", headers={"retry-after": str(seconds)})
