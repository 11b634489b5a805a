"""What must be the same on both sides: the program, and everything that its reports say that verdicts depend on."""

from functools import lru_cache

from runtime.platform.version import TOOL, commit
from runtime.verification.versions import versions


@lru_cache(maxsize=1)
def cluster_version() -> str:
    """In one line, as it is told to whoever has another."""
    known = commit()
    told = [f"{name} {version}" for name, version in sorted(versions().items())]
    return ", ".join([f"{TOOL} {known}".strip(), *told])
