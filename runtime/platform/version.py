"""What this program calls itself."""

import json
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

_SHOWN = 12


def _installed() -> str:
    try:
        return version("xueshi")
    except PackageNotFoundError:  # run from its source folder
        return "(not installed)"


VERSION = _installed()
TOOL = f"xueshi {VERSION}"  # as reports, packages and certificates name what made them


def schema() -> str:
    """The newest schema of the database that it knows, by the files' names: loading them takes half a second."""
    names = (Path(__file__).parents[2] / "storage/database/migrations/versions").glob("v[0-9]*_*.py")
    return max((path.name[1:5] for path in names), default="?")


def commit() -> str:
    """The commit that it was installed or runs from, as far as either can be told; nothing where neither can."""
    with suppress(PackageNotFoundError, ValueError, AttributeError):
        told = json.loads(distribution("xueshi").read_text("direct_url.json") or "{}")
        if found := str(told.get("vcs_info", {}).get("commit_id", "")):
            return found[:_SHOWN]
    with suppress(OSError):
        return Path(__file__).with_name("COMMIT").read_text("ascii")[:_SHOWN]  # of a wheel: deploy/wheel_commit.py
    with suppress(OSError, ValueError):
        return _of_checkout(Path(__file__).parents[2])[:_SHOWN]
    return ""


def _of_checkout(root: Path) -> str:
    """As Git keeps it: a branch's name leads to the commit; a worktree's folder lies elsewhere."""
    place = root / ".git"
    if place.is_file():
        place = (root / place.read_text("utf-8").removeprefix("gitdir:").strip()).resolve()
    head = (place / "HEAD").read_text("ascii").strip()
    if not head.startswith("ref:"):
        return head
    name = head.removeprefix("ref:").strip()
    common = place / "commondir"
    top = (place / common.read_text("utf-8").strip()).resolve() if common.is_file() else place
    if (top / name).is_file():
        return (top / name).read_text("ascii").strip()
    packed = (line.split() for line in (top / "packed-refs").read_text("utf-8").splitlines())
    return next((words[0] for words in packed if words[1:] == [name]), "")
