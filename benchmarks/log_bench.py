"""How fast the log is: appends against the bare rows, proofs and the check of 100,000 leaves, a package of 10,000.

    python -m benchmarks.log_bench [--leaves 100000] [--packed 10000]

The floor of an append is the very rows that it writes, leaf and nodes, inserted through the standard library's sqlite3
with the same settings and as many commits, on the same disk. The check's floor is reading the bodies and hashing them.
The package is checked by the verifier that travels in it, pure Python with its own Ed25519; hashing is timed apart.
"""

import argparse
import json
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, select

from facts.digest import Digest
from storage.database.connection import reading, sqlite_address
from storage.database.schema import open_database
from storage.database.tables.evidence_log import LEAVES, NODES
from storage.evidence_log.keyring import KeyEntry
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.evidence_log.ledger import EvidenceLog
from storage.evidence_log.proofs import canonical, ed25519, leaf_hash
from storage.evidence_log.signature import Ed25519Signer
from storage.sealing.bag import Contents, write_bag
from storage.sealing.examination import digest_of
from storage.sealing.verifier import PackageExamination

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
SINGLE, BATCHED, BATCH, ROUNDS = 500, 20_000, 1000, 3
AIM_CHECK_S = 1.0


def main() -> int:
    """Measure and print; fail where the aim of the package is missed."""
    wanted = argparse.ArgumentParser(description="speed of the log")
    wanted.add_argument("--leaves", type=int, default=100_000)
    wanted.add_argument("--packed", type=int, default=10_000)
    chosen = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        appends("one by one", Path(folder) / "single", SINGLE, 1)
        appends(f"in batches of {BATCH}", Path(folder) / "batch", BATCHED, BATCH)
        log = EvidenceLog(open_database(sqlite_address(Path(folder) / "large.db")))
        for first in range(0, chosen.leaves, BATCH):
            log.append(events(BATCH, first))
        proofs(log)
        checks(log)
        return 0 if packed(log, Path(folder), chosen.packed) <= AIM_CHECK_S else 1


def events(count: int, first: int = 0) -> list[Leaf]:
    """Leaves as a sealed class makes them."""
    return [
        Leaf(LeafKind.VERDICT, AT, Digest.of(verdict(number)), f"2026-03-家政{number // 80}班 {number}", "pass")
        for number in range(first, first + count)
    ]


def verdict(number: int) -> bytes:
    """A line of verdicts.jsonl."""
    return json.dumps({"hour_id": str(number), "status": "pass"}).encode()


def appends(name: str, place: Path, count: int, batch: int) -> None:
    """Our append against the bare rows, alternating."""
    ours, bare = list[float](), list[float]()
    for number in range(ROUNDS):
        log = EvidenceLog(open_database(sqlite_address(place.with_suffix(f".{number}.db"))))
        leaves = events(count)
        log.append(events(1))
        parts = [leaves[at : at + batch] for at in range(0, count, batch)]
        ours.append(timed(lambda log=log, parts=parts: [log.append(part) for part in parts]))
        bare.append(timed(bare_rows(log.engine, place.with_suffix(f".{number}.bare.db"), batch)))
        log.engine.dispose()
    rates = count / min(ours), count / min(bare)
    print(f"append {name}: {rates[0]:,.0f}/s, bare rows {rates[1]:,.0f}/s, ratio {rates[0] / rates[1]:.2f}")


def bare_rows(engine: Engine, file: Path, batch: int) -> Callable[[], None]:
    """The rows that the log wrote, to be written again without it."""
    with reading(engine, "copying") as connection:
        leaves = [tuple(row) for row in connection.execute(select(LEAVES).order_by(LEAVES.c.place).offset(1))]
        nodes = [tuple(row) for row in connection.execute(select(NODES))]
    leaves = [(place, kind, str(at), *rest) for place, kind, at, *rest in leaves]
    by_place: dict[int, list[tuple[object, ...]]] = {}
    for level, place, node in nodes:
        by_place.setdefault(((place + 1) << level) - 1, []).append((level, place, node))
    open_database(sqlite_address(file)).dispose()
    plain = sqlite3.connect(file, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        plain.execute(f"PRAGMA {pragma}")

    def write() -> None:
        for at in range(0, len(leaves), batch):
            part = leaves[at : at + batch]
            plain.execute("BEGIN IMMEDIATE")
            plain.executemany("INSERT INTO log_leaf VALUES (?, ?, ?, ?, ?, ?)", part)
            made = [node for leaf in part for node in by_place[leaf[0]]]
            plain.executemany("INSERT INTO log_node VALUES (?, ?, ?)", made)
            plain.execute("COMMIT")
        plain.close()

    return write


def proofs(log: EvidenceLog) -> None:
    """One proof at a time, and many at once."""
    size = log.size
    places = [number * 7919 % size for number in range(300)]
    each_s = timed(lambda: [log.prove([place], size) for place in places]) / len(places)
    grown_s = timed(lambda: [log.growth(place + 1, size) for place in places]) / len(places)
    print(f"proof of a leaf among {size:,}: {1000 * each_s:.1f} ms; of growth: {1000 * grown_s:.1f} ms")


def checks(log: EvidenceLog) -> None:
    """The whole check against reading and hashing."""
    log.sign(Ed25519Signer(Ed25519PrivateKey.generate()), AT)
    ours = timed(lambda: refuse_faults(log.audit().faults))

    def bare() -> None:
        with reading(log.engine, "reading") as connection:
            for body in connection.execute(select(LEAVES.c.body).order_by(LEAVES.c.place)).scalars():
                leaf_hash(body.encode())

    print(f"check of {log.size:,} leaves: {ours:.2f} s; reading and hashing alone {timed(bare):.2f} s")


def packed(log: EvidenceLog, folder: Path, count: int) -> float:
    """The seconds that a package of so many leaves takes to check, hashing apart."""
    signer = Ed25519Signer(Ed25519PrivateKey.generate())
    facts = b"{}"
    log.append([Leaf(LeafKind.FACTS, AT, Digest.of(facts), "class")])
    head = log.sign(signer, AT)
    step = (log.size - 1) // (count - 1)
    places = [*(number * step for number in range(count - 1)), log.size - 1]
    prove_s, proven = [], log.prove([0], head.size)
    prove_s.append(timed(lambda: log.prove(places, head.size)))
    proven = log.prove(places, head.size)
    keys = {"keys": [KeyEntry(signer.public, AT).plain()]}
    tags = {
        "log/leaves.jsonl": b"".join(canonical(one.plain()) + b"\n" for one in proven),
        "log/heads.json": log.head_file([head]).to_bytes(),
        "log/keys.json": json.dumps(keys).encode(),
    }
    data = {
        "data/facts.json": facts,
        "data/verdicts.jsonl": b"".join(verdict(place) + b"\n" for place in places[:-1]),
        "data/originals.json": json.dumps({"originals": []}).encode(),
    }
    write_bag(folder / "package", Contents([], data, {}), tags, signer)
    check = PackageExamination(folder / "package")
    whole_s = timed(check.run)
    refuse_faults([line.en for line in check.lines if line.mark == "✗"])
    hash_s = timed(lambda: [digest_of(path) for path in (folder / "package").rglob("*") if path.is_file()])
    one_s = timed(lambda: ed25519(signer.public.raw, head.signed_bytes, head.signature))
    print(f"{count:,} proofs at once: {prove_s[0]:.2f} s")
    print(f"package of {count:,} leaves: {whole_s - hash_s:.2f} s, hashing {hash_s:.3f} s beside (aim {AIM_CHECK_S} s)")
    print(f"one Ed25519 signature in pure Python: {1000 * one_s:.1f} ms")
    return whole_s - hash_s


def refuse_faults(faults: Sequence[object]) -> None:
    """The figure of a check that fails would mean nothing."""
    if faults:
        raise AssertionError(faults[:3])


def timed(work: Callable[[], object]) -> float:
    """Seconds of one run."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())
