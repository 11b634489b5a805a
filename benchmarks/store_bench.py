"""How fast evidence is stored and read, as a ratio to the least that must be done with the same bytes.

    python benchmarks/store_bench.py FOLDER [--mib 256] [--s3 HOST:PORT]

Local: put against a plain copy with fsync and SHA-256 of the same file on the same disk; the aim is 0.8.
S3: put and get against the bare client on the same server, with credentials from the environment; the aim is 0.9.
The bare client does not hash. Put hashes while sending where the digest is known, and reads twice where it is not; get
of a part does not hash; get of the whole does, and is measured against the bare client with SHA-256 (and, for
information, without). Rounds alternate and the best counts, because a shared machine is never quiet.
"""

import argparse
import hashlib
import os
import secrets
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from minio import Minio
from minio.commonconfig import COMPLIANCE
from minio.retention import Retention

from facts.digest import Digest
from storage.evidence.local import LocalStore
from storage.evidence.port import ByteRange
from storage.evidence.s3 import PART_BYTES, S3Store
from storage.evidence.s3_settings import settings_from

CHUNK_BYTES = 1 << 20
LOCAL_AIM, S3_AIM = 0.8, 0.9


def main() -> int:
    """Measure, print, and fail where an aim is missed."""
    wanted = argparse.ArgumentParser(description="speed of the evidence stores")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--mib", type=int, default=256)
    wanted.add_argument("--rounds", type=int, default=3)
    wanted.add_argument("--s3", metavar="HOST:PORT")
    chosen = wanted.parse_args()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    ratios = [(local_ratio(chosen.folder, chosen.mib, chosen.rounds), LOCAL_AIM)]
    if chosen.s3:
        ratios += [(ratio, S3_AIM) for ratio in s3_ratios(chosen.folder, chosen.s3, chosen.mib, chosen.rounds)]
    return 0 if all(ratio >= aim for ratio, aim in ratios) else 1


def local_ratio(folder: Path, mib: int, rounds: int) -> float:
    """Put into a folder against copying with fsync and SHA-256."""
    store = LocalStore(folder / "store", clock)
    seconds: dict[str, list[float]] = {"copy": [], "put": []}
    for number in range(2 * rounds + 2):
        source = fresh(folder, mib)
        work: dict[str, Callable[[], object]] = {
            "copy": lambda source=source: plain_copy(source, folder / "copy"),
            "put": lambda source=source: store.put(source, retain_until=clock() + timedelta(days=1)),
        }
        for name in sorted(work, reverse=number % 2 == 1):  # the second in a round pays for memory never touched before
            spent_s = timed(work[name])
            seconds[name] += [spent_s] if number > 1 else []
        (folder / "copy").unlink()
        for path in (folder / "store" / "objects").glob("*/*"):
            path.unlink()  # both write to blocks that were used before, or the thin disk beneath decides
    shutil.rmtree(folder / "store")
    return told("local put", "plain copy + fsync + SHA-256", mib, seconds["put"], seconds["copy"])


def s3_ratios(folder: Path, endpoint: str, mib: int, rounds: int) -> list[float]:
    """Put and get against the bare client on the same server."""
    bucket = f"bench-{secrets.token_hex(4)}"
    settings = settings_from(f"s3+http://{endpoint}/{bucket}", os.environ)
    bare = Minio(endpoint, settings.access_key, settings.secret_key, secure=False)
    bare.make_bucket(bucket, object_lock=True)
    store = S3Store(settings, clock)
    until = clock() + timedelta(minutes=1)
    seconds: dict[str, list[float]] = {
        name: [] for name in ("bare put", "put", "put unhashed", "bare get", "hashed bare get", "part", "get")
    }
    for number in range(rounds):
        source = fresh(folder, mib)
        digest = Digest(plain_hash(source))
        lock = Retention(COMPLIANCE, until)

        def bare_put(number: int = number, source: Path = source, lock: Retention = lock) -> None:
            bare.fput_object(bucket, f"bare-{number}", str(source), part_size=PART_BYTES, retention=lock)

        seconds["bare put"].append(timed(bare_put))
        kept = []
        seconds["put"].append(
            timed(
                lambda source=source, digest=digest, kept=kept: kept.append(
                    store.put(source, retain_until=until, digest=digest)
                )
            )
        )
        seconds["bare get"].append(timed(lambda number=number: bare_get(bare, bucket, f"bare-{number}")))
        seconds["hashed bare get"].append(
            timed(lambda number=number: bare_get(bare, bucket, f"bare-{number}", hashlib.sha256()))
        )
        seconds["part"].append(timed(lambda ref=kept[0].ref: drain(store.get(ref, ByteRange(0)))))
        seconds["get"].append(timed(lambda ref=kept[0].ref: drain(store.get(ref))))
        other = fresh(folder, mib)
        seconds["put unhashed"].append(timed(lambda source=other: store.put(source, retain_until=until)))
    told("S3 get, hashed", "bare client, not hashed", mib, seconds["get"], seconds["bare get"])
    told("S3 put, digest not known before", "bare client", mib, seconds["put unhashed"], seconds["bare put"])
    return [
        told("S3 put", "bare client", mib, seconds["put"], seconds["bare put"]),
        told("S3 get of a part, not hashed", "bare client", mib, seconds["part"], seconds["bare get"]),
        told("S3 get, hashed", "bare client + SHA-256", mib, seconds["get"], seconds["hashed bare get"]),
    ]


def bare_get(client: Minio, bucket: str, name: str, digest: "hashlib._Hash | None" = None) -> None:
    """Read it all with the client alone."""
    response = client.get_object(bucket, name)
    for piece in response.stream(CHUNK_BYTES):
        if digest:
            digest.update(piece)
    response.close()
    response.release_conn()


def drain(pieces: Iterator[bytes]) -> None:
    """Read to the end."""
    for _ in pieces:
        pass


def plain_copy(source: Path, target: Path) -> str:
    """The least that must be done: read, hash, write, make durable."""
    digest = hashlib.sha256()
    with source.open("rb") as reader, target.open("wb") as writer:
        while piece := reader.read(CHUNK_BYTES):
            digest.update(piece)
            writer.write(piece)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest()


def plain_hash(source: Path) -> str:
    """The digest alone."""
    with source.open("rb") as reader:
        return hashlib.file_digest(reader, "sha256").hexdigest()


def fresh(folder: Path, mib: int) -> Path:
    """Bytes that no store has seen, in the page cache."""
    path = folder / "source"
    with path.open("wb") as file:
        for _ in range(mib):
            file.write(secrets.token_bytes(CHUNK_BYTES))
        file.flush()
        os.fsync(file.fileno())  # or the first to be measured would also pay for this file
    return path


def timed(work: Callable[[], object]) -> float:
    """Seconds it takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def told(name: str, other: str, mib: int, ours_s: list[float], theirs_s: list[float]) -> float:
    """Print both speeds and give their ratio."""
    ours, theirs = (mib / min(each) for each in (ours_s, theirs_s))
    print(f"{name}: {ours:.0f} MiB/s; {other}: {theirs:.0f} MiB/s; ratio {ours / theirs:.2f}")
    return ours / theirs


def clock() -> datetime:
    """The machine's clock."""
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
