"""An institution's log from the command line, on both databases, and its keeper caught by a head that left the house."""

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert

from runtime.sealing.package_check import PackageCheckRequest, check
from storage.database.connection import writing
from storage.database.tables.evidence_log import HEADS
from storage.evidence_log.head import HeadFile
from storage.evidence_log.leaf import Leaf
from storage.evidence_log.proofs import canonical, leaf_hash, node_hash
from tests.fixtures.folders import Ran, xueshi
from tests.fixtures.log_keeper import START, rewrite_log, stored_leaves
from tests.fixtures.sealed_packages import SealingWorkspace, papers

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class House:
    """An institution after its first sealing; ``kept`` is the head that its regulator has."""

    bench: SealingWorkspace
    engine: Engine
    url: str
    kept: Path
    root: Path

    def run(self, *words: object) -> Ran:
        asked = (*words, "--db", self.url, "--lang", "en")
        return xueshi(*asked, cache=self.root / "cache", home=self.root / "user")

    def check(self, *words: object) -> Ran:
        return self.run("log", "check", "--keys", self.bench.home / "keys", *words)


@pytest.fixture
def house(database: Engine, database_url: str, tmp_path: Path) -> House:
    """Two class days sealed."""
    bench = papers(tmp_path)
    made = bench.seal(tmp_path / "out", db=database_url)
    kept = tmp_path / "regulator.json"
    shutil.copyfile(made.head_file, kept)
    return House(bench, database, database_url, kept, tmp_path)


def deleted(house: House) -> None:
    """One leaf is gone, all later ones move up."""
    rewrite_log(house.engine, stored_leaves(house.engine)[1:])


def reordered(house: House) -> None:
    """Two leaves change places."""
    first, second, *rest = stored_leaves(house.engine)
    rewrite_log(house.engine, [replace(second, at=first.at), replace(first, at=second.at), *rest])


def dated_back(house: House) -> None:
    """Verdicts reached after the head was handed out, on other evidence, claim to have been there before it."""
    size = len(stored_leaves(house.engine))
    (house.bench.folder / "打卡.xlsx").unlink()
    house.bench.seal(house.root / "late", db=house.url)
    now = stored_leaves(house.engine)
    assert len(now) > size + 2, "the late verdicts and packages are in the log"
    rewrite_log(house.engine, [replace(one, at=now[0].at) if place >= size else one for place, one in enumerate(now)])
    with writing(house.engine, "forging") as connection:
        for one in HeadFile.from_bytes(house.kept.read_bytes()).heads:
            row = {"size": one.size, "at": one.at, "body": canonical(one.plain()).decode()}
            connection.execute(insert(HEADS), row)


def swapped(house: House) -> None:
    """All keys are new."""
    shutil.rmtree(house.bench.home / "keys")
    house.bench.ring.init(START)
    with writing(house.engine, "forging") as connection:
        connection.execute(delete(HEADS))


@pytest.mark.parametrize(
    ("attack", "by_check", "by_package"),
    [
        (deleted, "leaves were deleted", "it was rewritten|only grew"),
        (reordered, "put in another order", "it was rewritten|only grew"),
        (dated_back, "back-dated", "is back-dated"),
        (swapped, "signed by", "the key is not the head's|replaced"),
    ],
)
def test_a_keeper_with_sql_is_caught_by_the_head_that_left_the_house(
    house: House, attack: Callable[[House], None], by_check: str, by_package: str
) -> None:
    attack(house)
    caught = house.check("--heads", house.kept)
    assert caught.code == 30, caught
    assert by_check in caught.out
    made = house.bench.seal(house.root / "forged", db=house.url)
    faults = [
        line.en
        for package in made.packages
        for line in check(PackageCheckRequest(package, heads=house.kept)).lines
        if line.mark == "✗"
    ]
    assert any(words in fault for fault in faults for words in by_package.split("|")), faults


def test_an_honest_house_shows_lists_and_proves_its_log(house: House) -> None:
    again = house.check("--heads", house.kept)
    assert (again.code, again.err) == (0, "")
    assert "leaves agree with 2 heads" in again.out
    heads = json.loads(house.run("log", "heads", "--json").out)
    assert [head["size"] for head in heads] == [len(stored_leaves(house.engine)) - 2, len(stored_leaves(house.engine))]
    listed = house.run("log", "list", "--limit", 3)
    assert listed.out.count("\n") == 5, listed
    assert "a roster" in house.run("log", "list").out
    digest = stored_leaves(house.engine)[0].sha256.sha256
    proof = xueshi("log", "prove", digest, "--db", house.url, cache=house.root, home=house.root / "user")
    assert json.loads(proof.out)["leaves"][0]["index"] == 0
    for wrong, words in ((10**6, "got nothing that the head"), ("x", "neither a place nor a SHA-256")):
        refused = xueshi("log", "prove", wrong, "--db", house.url, cache=house.root, home=house.root / "user")
        assert (refused.code, words in refused.err) == (2, True)


def test_the_exported_log_is_recomputed_without_this_program(house: House) -> None:
    file = house.root / "日志.jsonl"
    done = house.run("log", "export", file)
    assert done.code == 0, done
    level = [leaf_hash(line) for line in file.read_bytes().splitlines()]
    heads = HeadFile.from_bytes(file.with_name("日志.jsonl.heads.json").read_bytes()).heads
    assert len(level) == heads[-1].size
    while len(level) > 1:
        pairs = [node_hash(*level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + (level[-1:] if len(level) % 2 else [])
    assert level[0].hex() == heads[-1].root.sha256
    assert [Leaf.from_bytes(line) for line in file.read_bytes().splitlines()] == stored_leaves(house.engine)


def test_a_log_altered_by_hand_is_told_by_every_command(house: House) -> None:
    with writing(house.engine, "tampering") as connection:
        connection.exec_driver_sql('UPDATE log_leaf SET body = replace(body, \'"note":"\', \'"note":"x\')')
    for words in (("log", "check", "--keys", house.bench.home / "keys"), ("log", "export", house.root / "x")):
        ran = house.run(*words)
        assert ran.code == (30 if "check" in words else 0), ran
    proof = xueshi("log", "prove", 0, "--db", house.url, cache=house.root, home=house.root / "user")
    assert proof.code == 30
    assert "日志被改动" in proof.out


def test_a_database_without_a_log_is_no_sound_log(database_url: str, tmp_path: Path) -> None:
    ran = xueshi("log", "check", "--db", database_url, cache=tmp_path, home=tmp_path)
    assert ran.code == 2
    assert "begins with the first `xueshi seal`" in ran.err
