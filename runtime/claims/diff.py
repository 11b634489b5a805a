"""``xueshi claim diff`` put together."""

from pathlib import Path

from pipeline.claims.diff import Change, changes
from policy.shelf import Shelf
from runtime.claims.command import digester, own_account_key, read
from runtime.platform.environment import environment


def diff_files(old: Path, new: Path, shelf: Shelf) -> tuple[Change, ...]:
    """What changed between the two files; both are read under one key, so that equal accounts stay equal."""
    digest = digester(own_account_key(environment()))
    return changes(read(old, shelf, digest).claim, read(new, shelf, digest).claim)
