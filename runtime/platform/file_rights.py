"""Names, numbers and faces lie in the service's home: whatever of it others on this machine could read is closed and told."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from facts.errors import SetupError
from facts.text import Text
from runtime.platform.settings import Settings

_OTHERS = 0o077


def close_to_others(settings: Settings) -> list[Text]:
    """What was open and is closed now; where this user may not close it, nothing is started."""
    return [told for place in _places(settings) if (told := _closed(place))]


def _places(settings: Settings) -> Iterator[Path]:
    """The home, which bars the way to everything in it, and a database that lies elsewhere."""
    yield settings.home
    if settings.database.startswith("sqlite"):
        file = Path(make_url(settings.database).database or "")
        yield from (Path(f"{file}{end}") for end in ("", "-wal", "-shm"))


def _closed(place: Path) -> Text | None:
    if not place.exists():
        return None
    mode = place.stat().st_mode & 0o777
    if not mode & _OTHERS:
        return None
    try:
        place.chmod(mode & ~_OTHERS)
    except OSError as error:
        raise SetupError(
            f"{place}: got a mode of {mode:o} that this user may not change ({error.strerror}), expected {mode & ~_OTHERS:o}:"
            f" people's numbers lie there; let its owner run chmod go-rwx {place}"
        ) from error
    shut = mode & ~_OTHERS
    return Text(
        f"{place} 原可被本机其他用户访问（{mode:o}），已改为 {shut:o}",
        f"{place} was open to others on this machine ({mode:o}); it is {shut:o} now",
    )
