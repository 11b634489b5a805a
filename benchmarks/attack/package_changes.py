"""Ways to alter a sealed package: its files, its lists, its ZIP."""

import io
import json
import random
import re
import unicodedata
import zipfile
from typing import Any
from warnings import catch_warnings

from benchmarks.attack.media_changes import flips, heads, hole, repeated, torn

Tree = dict[str, bytes]
_WORDS = (
    ("不达标", "达标"), ("FAIL", "PASS"), ("UNPROVEN", "PASS"), ("无法判定", "达标"), ("none", "worm"), ("2026", "2025"),
    ("周老师", "王老师"), ("201", "202"), ("false", "true"), ("0", "1"), ("\n", "\n# \n"), ('"', "'"), (" ", "  "),
)  # fmt: skip


def bytewise(tree: Tree, rng: random.Random) -> None:
    name = rng.choice(list(tree))
    tree[name] = rng.choice((flips, torn, hole, repeated, heads))(bytearray(tree[name] or b" "), rng)


def reworded(tree: Tree, rng: random.Random) -> None:
    """One word for another, in any file that has it."""
    old, new = rng.choice(_WORDS)
    having = [name for name, data in tree.items() if old.encode() in data]
    if having:
        name = rng.choice(having)
        tree[name] = tree[name].replace(old.encode(), new.encode(), rng.choice((1, 1, -1)))


def revalued(tree: Tree, rng: random.Random) -> None:
    """One field of one JSON file taken away, doubled, or given another value."""
    name = rng.choice([name for name in tree if name.endswith(".json")])
    body = json.loads(tree[name])
    places = list(_places(body))
    if not places:
        return
    holder, key = rng.choice(places)
    way = rng.randrange(3)
    if way == 0:
        del holder[key]
    elif way == 1 and isinstance(holder, list):
        holder.append(holder[key])
    else:
        value = holder[key]
        holder[key] = value + 1 if isinstance(value, int) else rng.choice(("", "PASS", [], None, 0, f"{value} "))
    tree[name] = json.dumps(body, ensure_ascii=False).encode()


def _places(body: Any) -> list[tuple[Any, Any]]:  # noqa: ANN401 - whatever JSON holds
    keys = list(body.keys()) if isinstance(body, dict) else list(range(len(body))) if isinstance(body, list) else []
    own = [(body, key) for key in keys]
    return own + [place for key in keys for place in _places(body[key])]


def relined(tree: Tree, rng: random.Random) -> None:
    """A line of a list left out, told twice, or moved."""
    name = rng.choice([one for one, data in tree.items() if data.count(b"\n") > 1])
    lines = tree[name].split(b"\n")
    at = rng.randrange(len(lines))
    if rng.random() < 0.5:
        del lines[at]
    else:
        lines.insert(rng.randrange(len(lines)), lines[at])
    tree[name] = b"\n".join(lines)


def removed(tree: Tree, rng: random.Random) -> None:
    del tree[rng.choice(list(tree))]


def added(tree: Tree, rng: random.Random) -> None:
    """A file more: beside, inside, under a name that looks like one that is there."""
    old = rng.choice(list(tree))
    name = rng.choice(
        (
            "注意.txt", "data/说明.txt", "data/report/report.html.bak", "log/heads2.json", ".hidden", "data/rulebook/b.toml",
            old.upper(), f"{old} ", unicodedata.normalize("NFD", f"data/é{old[-6:]}"), f"data/{old}", "verify.pyc",
        )
    )  # fmt: skip
    tree.setdefault(name, rng.choice((b"", b"PASS", tree[old])))


def swapped(tree: Tree, rng: random.Random) -> None:
    one, two = rng.sample(list(tree), 2)
    tree[one], tree[two] = tree[two], tree[one]


CHANGES = ((bytewise, 22), (reworded, 24), (revalued, 22), (relined, 10), (removed, 8), (added, 8), (swapped, 6))


def zipped(entries: list[tuple[str, bytes]]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, catch_warnings(action="ignore"):
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def archive(tree: Tree, rng: random.Random) -> bytes:
    """The package as a ZIP that says more than the package."""
    entries = [(f"p/{name}", data) for name, data in tree.items()]
    at = rng.randrange(len(entries))
    name, data = entries[at]
    other = re.sub(rb"FAIL|UNPROVEN", b"PASS", data) + b" "
    way = rng.randrange(9)
    if way == 0:
        return zipped([*entries, (name, other)])
    if way == 1:
        return zipped([*entries[:at], (name, other), *entries[at:]])
    if way == 2:
        return zipped([*entries, *[(f"q/{one}", content) for one, content in tree.items()]])
    if way == 3:
        return zipped(entries) + rng.choice(
            (zipped([*entries[:at], (name, other), *entries[at + 1 :]]), rng.randbytes(40))
        )
    if way == 4:
        return zipped([("x.txt", b"x")]) + zipped(entries)
    if way == 5:
        return zipped(
            [*entries, (rng.choice(("../x", "/x", "readme.txt", f"p/{tree and name[2:].upper()}", "p/data/ ")), other)]
        )
    if way == 6:
        return zipped([*entries[:at], (name, other), *entries[at + 1 :]])
    return rng.choice((flips, torn, hole, heads))(bytearray(zipped(entries)), rng)
