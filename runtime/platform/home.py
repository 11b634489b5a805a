from collections.abc import Mapping
from pathlib import Path


def home(environ: Mapping[str, str]) -> Path:
    """Where this user's keys and database lie unless said otherwise."""
    if own := environ.get("XUESHI_HOME"):
        return Path(own)
    return Path(environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))) / "xueshi"
