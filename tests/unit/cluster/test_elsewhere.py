"""Which crew looks at a class whose recordings lie in the evidence store: only the process that asks has a way to them."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from facts.digest import Digest
from facts.errors import SetupError
from facts.span import Span
from pipeline.verification.ports import LookJob
from runtime.cluster.address import ClusterAddress, ClusterUse
from runtime.verification.frame_sampling import PoolLooker
from runtime.verification.stored_recordings import StoredRecordings

SPAN = Span.of(datetime(2025, 4, 7, 1, tzinfo=UTC), 600)
JOB = LookJob("h1", "CH02", SPAN, (), Digest.of(b"seed"))


def test_recordings_in_the_store_are_looked_at_here_and_files_by_the_cluster(tmp_path: Path) -> None:
    nowhere = ClusterUse(ClusterAddress("127.0.0.1", 1, tmp_path), tmp_path)  # it has no certificates to speak by
    by_cluster = PoolLooker({}, {}, cluster=nowhere)
    with pytest.raises(SetupError, match="expected this machine's part of the certificates"):
        by_cluster.motion(JOB, SPAN)
    stored = StoredRecordings({"a.mp4": Digest.of(b"a")}, {"a.mp4": tmp_path / "a.mp4"})
    assert replace(by_cluster, stored=stored).motion(JOB, SPAN) is None
