import os
import stat
import sys
from pathlib import Path

import pytest

from runtime.platform.cache import Cache, file_key


def test_what_was_put_is_got_and_a_second_put_replaces_it(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c")
    key = Cache.key({"a": 1})
    assert cache.get(key) is None
    cache.put(key, "一\n二")
    assert cache.get(key) == "一\n二"
    cache.put(key, "三")
    assert cache.get(key) == "三"


def test_the_key_does_not_depend_on_the_order_of_its_parts() -> None:
    assert Cache.key({"a": 1, "b": 2}) == Cache.key({"b": 2, "a": 1})
    assert Cache.key({"a": 1, "b": 2}) != Cache.key({"a": 2, "b": 1})


def test_a_damaged_entry_is_as_if_it_were_not_there(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put("ab" * 32, "text")
    (entry,) = (path for path in tmp_path.rglob("*") if path.is_file())
    entry.write_bytes(entry.read_bytes()[:-1])
    assert cache.get("ab" * 32) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = Cache(tmp_path / "file" / "below")
    cache.put("ab" * 32, "text")
    assert cache.get("ab" * 32) is None
    cache.prune()


def test_pruning_forgets_what_was_not_used_for_longest(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(4):
        cache.put(f"{number:064x}"[::-1], "x" * 1000)
    files = sorted((path for path in tmp_path.rglob("*") if path.is_file()), key=lambda path: path.name)
    for age, path in enumerate(files):
        os.utime(path, (age, age))
    cache.prune(2500)
    assert [path.exists() for path in files] == [False, False, True, True]


@pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")
def test_nobody_else_may_read_the_frames_that_are_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "c")
    cache.put("ab" * 32, "text")
    assert stat.S_IMODE((tmp_path / "c").stat().st_mode) == 0o700


def test_a_file_that_was_written_again_has_another_key(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"one")
    before = file_key(path)
    path.write_bytes(b"four")
    assert file_key(path) != before
