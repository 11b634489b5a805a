"""The benchmark of faces counts what it says, on points that are known."""

from pathlib import Path

from benchmarks.identity_bench import people_of, scored


def test_pairs_of_strangers_and_of_oneself_are_counted_apart() -> None:
    known = {"a": (0.0,), "b": (1.0,)}
    shown = {"a": [(0.1,), (0.55,), None], "b": [(0.1,)]}
    counts = scored(known, shown, same=0.5, other=0.6)
    assert counts == {
        "own": 3, "own_seen": 1, "own_missed": 1, "strange": 3, "strange_seen": 2, "faces": 4, "faceless": 1,
    }  # fmt: skip


def test_whoever_has_one_picture_only_is_left_out(tmp_path: Path) -> None:
    for name in ("甲/1.jpg", "甲/2.PNG", "甲/3.txt", "乙/1.jpg"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    assert {name: [file.name for file in files] for name, files in people_of(tmp_path).items()} == {
        "甲": ["1.jpg", "2.PNG"]
    }
