"""The log on both databases: what it promises, and a keeper who has the key, SQL and time on his hands."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, insert, select, text, update

from facts.digest import Digest
from facts.span import local_day
from storage.database.connection import open_engine, reading, sqlite_address, writing
from storage.database.schema import open_database
from storage.database.tables.evidence_log import HEADS, LEAVES, LOG, NODES
from storage.evidence_log.audit import MOST_FAULTS
from storage.evidence_log.consistency import Breach
from storage.evidence_log.errors import LogAlteredError, LogInputError, LogSetupError
from storage.evidence_log.head import HeadFile, TreeHead, head_of
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog, founded
from storage.evidence_log.proofs import canonical, consistent, leaf_hash, root_from_inclusion
from storage.evidence_log.tree import Tree
from tests.fixtures.log_keeper import START, leaf, leaves, rewrite_log, stored_leaves


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    """Keys that were just made."""
    keys = KeyRing(tmp_path / "keys")
    keys.init(START)
    return keys


@pytest.fixture
def log(database: Engine) -> EvidenceLog:
    """An empty log."""
    return EvidenceLog(database)


def handed_out(log: EvidenceLog, ring: KeyRing) -> TreeHead:
    """A head as the regulator has it: through a file, and nothing of the log."""
    head = log.sign(ring.signer(), START)
    return HeadFile.from_bytes(HeadFile((head,)).to_bytes()).heads[0]


def breaches(log: EvidenceLog, ring: KeyRing, *heads: TreeHead) -> set[Breach]:
    trusted = [entry.public.key_id for entry in ring.entries()]
    return {fault.breach for fault in log.audit(heads, trusted).faults}


def test_what_was_appended_is_there_for_whoever_opens_it_next(log: EvidenceLog, database: Engine) -> None:
    assert not founded(database)
    assert log.append([]) == ()
    assert log.append(leaves(3)) == (0, 1, 2)
    assert log.append(leaves(2, 3)) == (3, 4)
    again = EvidenceLog(open_engine(database.url.render_as_string(hide_password=False)))
    assert founded(database)
    assert (again.log_id, again.size, again.root()) == (log.log_id, 5, log.root())
    assert stored_leaves(database) == leaves(5)
    assert again.places(Digest.of(b"4")) == (4,)
    assert again.leaf(2) == leaf(2)
    assert [entry.place for entry in again.of_subject("class 3")] == [3]
    again.engine.dispose()


def test_leaves_are_read_page_by_page(log: EvidenceLog) -> None:
    log.append(leaves(5))
    first = log.leaves(limit=2)
    rest = log.leaves(first[-1].place, limit=10)
    assert [entry.place for entry in (*first, *rest)] == [0, 1, 2, 3, 4]
    assert [entry.leaf for entry in (*first, *rest)] == leaves(5)
    with pytest.raises(LogInputError, match="got the place 5"):
        log.leaf(5)


def test_a_leaf_is_kept_with_its_callers_rows_or_not_at_all(log: EvidenceLog, database: Engine) -> None:
    log.append(leaves(1))

    def half_done() -> None:
        with writing(database, "checking in") as connection:
            assert log.append_within(connection, leaves(2, 1)) == (1, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    assert log.size == 1
    with writing(database, "checking in") as connection:
        log.append_within(connection, leaves(1, 1))
    assert stored_leaves(database) == leaves(2)
    log.verify()


def test_the_same_said_twice_keeps_its_earlier_place(log: EvidenceLog) -> None:
    log.append(leaves(3))
    later = [replace(one, at=START + timedelta(hours=1)) for one in (leaf(7), leaf(1), leaf(7))]
    assert log.append_once(later) == (3, 1, 3)
    assert log.append_once(later) == (3, 1, 3)
    assert log.size == 4
    assert log.append_once([replace(leaf(1), at=START + timedelta(hours=1), kind=LeafKind.REVIEW)]) == (4,)


def test_a_leaf_that_queued_behind_a_later_one_takes_its_time(log: EvidenceLog, ring: KeyRing) -> None:
    log.append([leaf(9)])
    log.append([leaf(1, at=leaf(9).at - timedelta(seconds=5))])
    assert log.leaf(1).at == leaf(9).at
    signed = log.sign(ring.signer(), leaf(9).at + timedelta(seconds=20))
    log.append([leaf(2, at=leaf(9).at + timedelta(seconds=10))])
    assert log.leaf(2).at == signed.at, "a leaf after a head never claims to be older than the head"
    assert log.sign(ring.signer(), signed.at - timedelta(seconds=1)).at == signed.at
    assert breaches(log, ring) == set()


def test_a_clock_that_runs_back_is_refused_and_nothing_is_kept(log: EvidenceLog, ring: KeyRing) -> None:
    log.append(leaves(10))
    with pytest.raises(LogSetupError, match="check this machine's clock"):
        log.append([leaf(10), leaf(4)])
    with pytest.raises(LogSetupError, match="got a head of"):
        log.sign(ring.signer(), START)
    assert log.size == 10
    assert log.heads() == ()


def test_every_proof_of_the_database_is_that_of_the_tree_in_memory(log: EvidenceLog) -> None:
    whole = Tree()
    for first, count in ((0, 1), (1, 2), (3, 7), (10, 1), (11, 26)):
        log.append(leaves(count, first))
        for one in leaves(count, first):
            whole.append(leaf_hash(one.to_bytes()))
        assert log.root() == whole.root()
    assert [log.root(size) for size in range(38)] == [whole.root(size) for size in range(38)]
    for size in (1, 2, 5, 8, 21, 37):
        assert log.inclusions(range(size), size) == whole.inclusions(range(size), size)
        growth = log.growth(size, 37)
        assert consistent(size, whole.root(size), 37, whole.root(), growth.path)
    for one in log.prove(range(21), 21):
        assert root_from_inclusion(leaf_hash(one.leaf.to_bytes()), one.place, 21, one.path) == whole.root(21)
    assert log.growth(0, 37).path == ()


def test_an_honest_log_agrees_with_every_head_it_ever_signed(log: EvidenceLog, ring: KeyRing) -> None:
    heads = []
    for first in range(0, 12, 3):
        log.append(leaves(3, first))
        heads.append(log.sign(ring.signer(), leaf(first + 2).at))
    assert breaches(log, ring, *heads) == set()
    assert log.heads() == tuple(heads)
    log.verify()
    growths = HeadFile.from_bytes(log.head_file(heads).to_bytes()).growths
    assert [(growth.old, growth.new) for growth in growths] == [(3, 12), (6, 12), (9, 12)]


def test_a_package_carries_the_newest_heads_and_of_the_older_ones_the_last_of_each_day(
    log: EvidenceLog, ring: KeyRing
) -> None:
    """A log of years signs too many for all of them to travel with every class day."""
    at = [START + timedelta(hours=8 * number) for number in range(12)]  # four days, three heads on each
    for number, moment in enumerate(at):
        log.append([leaf(number, at=moment)])
        log.sign(ring.signer(), moment)
    assert [head.size for head in log.landmarks(last=4)] == [
        *sorted({local_day(moment): number + 1 for number, moment in enumerate(at[:8])}.values()),
        *range(9, 13),
    ]
    assert log.landmarks(last=12) == log.landmarks() == log.heads()
    assert [head.size for head in log.heads(2)] == [11, 12]
    assert [head.size for head in log.heads(2, below=11)] == [9, 10]


def regulators_head(log: EvidenceLog, ring: KeyRing, count: int = 10) -> TreeHead:
    log.append(leaves(count))
    head = log.sign(ring.signer(), leaf(count - 1).at)
    return HeadFile.from_bytes(HeadFile((head,)).to_bytes()).heads[0]


def test_a_keeper_who_deletes_a_leaf_and_renumbers_is_caught(log: EvidenceLog, ring: KeyRing) -> None:
    head = regulators_head(log, ring)
    rewrite_log(log.engine, [*leaves(4), *leaves(5, 5)])
    assert breaches(log, ring, head) == {Breach.CUT}
    assert breaches(log, ring) == set(), "without a head that somebody else kept, nobody could tell"
    rewrite_log(log.engine, [*leaves(4), *leaves(8, 5)])
    assert breaches(log, ring, head) == {Breach.REWRITTEN}


def test_a_keeper_who_puts_two_leaves_in_another_order_is_caught(log: EvidenceLog, ring: KeyRing) -> None:
    same_time = [leaf(number, at=START) for number in range(6)]
    log.append(same_time)
    head = handed_out(log, ring)
    rewrite_log(log.engine, [same_time[1], same_time[0], *same_time[2:]])
    assert breaches(log, ring, head) == {Breach.REWRITTEN}


def test_a_keeper_who_dates_a_late_leaf_back_is_caught(log: EvidenceLog, ring: KeyRing) -> None:
    head = regulators_head(log, ring)
    late = leaf(99, LeafKind.CHECK_INS, START + timedelta(minutes=4))
    rewrite_log(log.engine, [*leaves(5), late, *leaves(5, 5)])
    assert breaches(log, ring, head) == {Breach.REWRITTEN}
    rewrite_log(log.engine, [*leaves(10), late])  # what append() refuses, a keeper can write by hand
    assert breaches(log, ring, head) == {Breach.BACK_DATED, Breach.DISORDER}


def test_a_keeper_who_swaps_the_key_and_signs_all_anew_is_caught(
    log: EvidenceLog, ring: KeyRing, tmp_path: Path
) -> None:
    head = regulators_head(log, ring)
    swapped = KeyRing(tmp_path / "swapped")
    swapped.init(START)
    rewrite_log(log.engine, [*leaves(4), *leaves(6, 5)])
    log.sign(swapped.signer(), leaf(10).at)
    assert breaches(log, swapped, head) == {Breach.OTHER_KEY}
    assert breaches(log, ring, head) == {Breach.OTHER_KEY, Breach.REWRITTEN}


def test_a_keeper_who_forgets_the_nodes_or_the_heads_is_caught_by_the_log_itself(
    log: EvidenceLog, ring: KeyRing
) -> None:
    regulators_head(log, ring)
    rewrite_log(log.engine, leaves(9), heads=True)
    assert breaches(log, ring) == {Breach.CUT}
    with pytest.raises(LogAlteredError, match=r"its head of 10 does not fit.*ask who had access"):
        log.sign(ring.signer(), leaf(10).at)
    with pytest.raises(LogAlteredError, match="1 leaf was deleted"):
        log.verify()


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (delete(LEAVES).where(LEAVES.c.place == 4), "in place 4 stands leaf 5"),
        (delete(LEAVES).where(LEAVES.c.place == 9), "there are 18 nodes, not 16"),
        (update(LEAVES).where(LEAVES.c.place == 3).values(body=leaf(8).to_bytes().decode()), "from leaf 3 on"),
        (update(LEAVES).where(LEAVES.c.place == 3).values(body="{}"), "leaf 3 cannot be read"),
        (update(LEAVES).where(LEAVES.c.place == 3).values(sha256=Digest.of(b"8").sha256), "leaf 3: its columns differ"),
        (update(LEAVES).where(LEAVES.c.place == 3).values(at=START), "leaf 3: its columns differ"),
        (update(NODES).where(NODES.c.level == 1, NODES.c.place == 2).values(hash=b"\0" * 32), "from leaf 4 on"),
        (delete(NODES).where(NODES.c.level == 2, NODES.c.place == 0), "from leaf 0 on"),
        (insert(NODES).values(level=40, place=7, hash=b"\0" * 32), "there are 19 nodes, not 18"),
        (update(LEAVES).where(LEAVES.c.place == 0).values(place=-1), "in place 0 stands leaf -1"),
        (insert(LOG).values(log_id="f" * 32), "the log has 2 names"),
        (update(HEADS).values(body="{}"), "the heads kept here were changed"),
        (update(HEADS).values(size=4), "the heads kept here were changed"),
    ],
)
def test_rows_that_do_not_bear_each_other_out_are_an_alarm(
    log: EvidenceLog, ring: KeyRing, damage: object, told: str
) -> None:
    regulators_head(log, ring)
    log.verify()
    with writing(log.engine, "tampering") as connection:
        connection.execute(damage)  # type: ignore[call-overload]
    assert Breach.ALTERED in breaches(log, ring)
    with pytest.raises(LogAlteredError, match=told):
        log.verify()


def test_a_time_that_no_database_wrote_is_an_alarm_and_no_crash(ring: KeyRing, tmp_path: Path) -> None:
    log = EvidenceLog(open_database(sqlite_address(tmp_path / "x.db")))  # PostgreSQL keeps nothing but times there
    regulators_head(log, ring)
    with writing(log.engine, "tampering") as connection:
        connection.execute(text("UPDATE log_leaf SET at = 'yesterday' WHERE place = 3"))
    assert Breach.ALTERED in breaches(log, ring)
    log.engine.dispose()


def test_an_altered_log_takes_no_leaf_gives_no_proof_and_signs_no_head(log: EvidenceLog, ring: KeyRing) -> None:
    regulators_head(log, ring)
    with writing(log.engine, "tampering") as connection:
        connection.execute(update(LEAVES).where(LEAVES.c.place == 3).values(body=leaf(8).to_bytes().decode()))
    with pytest.raises(LogAlteredError, match="another leaf at place 3"):
        log.prove([2, 3], 10)
    with writing(log.engine, "tampering") as connection:
        connection.execute(delete(LEAVES).where(LEAVES.c.place > 7))
    for refused in (lambda: log.append([leaf(20)]), lambda: log.sign(ring.signer(), leaf(20).at)):
        with pytest.raises(LogAlteredError, match="leaves up to 7 and their hashes up to 9"):
            refused()
    with reading(log.engine, "looking") as connection:
        assert len(connection.execute(select(LEAVES.c.place)).all()) == 8, "nothing is repaired: that would hide it"


def test_the_whole_log_is_told_page_by_page(log: EvidenceLog) -> None:
    log.append(leaves(20))
    told: list[tuple[int, int]] = []
    log.audit(told=lambda done, total: told.append((done, total)))
    assert told == [(20, 20)]


def test_a_flood_of_faults_is_counted_and_not_told_one_by_one(log: EvidenceLog, ring: KeyRing) -> None:
    head = regulators_head(log, ring)
    rewrite_log(log.engine, [*leaves(10), *(leaf(number, at=START) for number in range(10, 310))])
    done = log.audit([head])
    assert (done.leaves, done.heads) == (310, 1)
    assert len(done.faults) + done.more == 300 + 1, "300 back-dated, the first of which is out of order too"
    assert len(done.faults) == MOST_FAULTS


def test_a_head_of_another_log_key_or_content_is_refused(log: EvidenceLog, ring: KeyRing, tmp_path: Path) -> None:
    head = regulators_head(log, ring, 3)
    assert breaches(log, ring, replace(head, size=2)) == {Breach.FORGED_HEAD}
    assert breaches(log, ring, head_of({**head.plain(), "algorithm": "sm2"})) == {Breach.FORGED_HEAD}
    strangers = KeyRing(tmp_path / "strangers")
    strangers.init(START)
    assert breaches(log, strangers, head) == {Breach.OTHER_KEY}
    with writing(log.engine, "tampering") as connection:
        connection.execute(update(LOG).values(log_id="0" * 32))
    assert breaches(log, ring, head) == {Breach.OTHER_LOG}


def test_an_empty_log_signs_an_empty_head(log: EvidenceLog, ring: KeyRing) -> None:
    assert handed_out(log, ring).size == 0
    assert breaches(log, ring) == set()


def test_a_leaf_without_a_zone_or_in_another_spelling_is_refused() -> None:
    with pytest.raises(LogInputError, match="without a zone"):
        leaf(1, at=datetime(2026, 3, 2))  # noqa: DTZ001 - the fault under test
    with pytest.raises(LogInputError, match="NUL"):
        Leaf(LeafKind.PAPER, START, Digest.of(b""), "a\0b")
    spelled = leaf(1).to_bytes()
    with pytest.raises(LogInputError, match="canonical"):
        Leaf.from_bytes(spelled.replace(b'","', b'", "'))
    with pytest.raises(LogInputError, match="'kind'"):
        Leaf.from_bytes(spelled.replace(b'"recording"', b"7"))
    with pytest.raises(LogInputError, match=r"xueshi\.leaf/1"):
        Leaf.from_bytes(canonical({"schema": "other"}))


def test_every_kind_has_words_in_both_languages() -> None:
    words = [kind.text for kind in LeafKind]
    assert len({word.zh for word in words}) == len({word.en for word in words}) == len(LeafKind)
