"""The worker deletes previews and remembered looks when their life is over, once a day, and never evidence by itself."""

import io
import os
from datetime import timedelta
from pathlib import Path

import pytest

from runtime.platform.worker import Worker
from runtime.recordings.previews import LIFE, previews_folder
from runtime.retention.cleanup import CleanupCount, clean_up
from storage.evidence.address import open_store
from storage.evidence_log.keyring import KeyRing
from storage.evidence_log.leaf import LeafKind
from storage.retention.register import EvidenceRegister
from tests.fixtures.log_keeper import events
from tests.fixtures.retention_case import use
from tests.fixtures.service import Running


def a_preview(home: Path) -> Path:
    file = previews_folder(home) / "ab" / "0-300.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"preview")
    return file


def test_evidence_that_is_long_due_stays_until_somebody_orders_its_end(running_service: Running) -> None:
    service, clock = running_service.service, running_service.clock
    KeyRing(service.settings.home / "keys").init(clock())
    store = open_store(service.settings.store, os.environ, clock)
    stored = store.put(io.BytesIO(b"recording"), retain_until=clock() + timedelta(minutes=1))
    original = EvidenceRegister(service.engine).record(store.url, stored, use())  # long due, and past its grace
    worker = Worker(service.engine, service.settings, clock)
    for _ in range(3):
        worker.step()
        clock.ahead += timedelta(days=40)
    assert [one.number for one in EvidenceRegister(service.engine).live()] == [original.number]
    assert [one.key for one in store.list()] == [stored.key]


@pytest.mark.parametrize("with_key", [True, False])
def test_a_preview_is_deleted_with_a_leaf_which_the_next_head_covers(
    running_service: Running, *, with_key: bool
) -> None:
    service, clock = running_service.service, running_service.clock
    if with_key:
        KeyRing(service.settings.home / "keys").init(clock())
    file = a_preview(service.settings.home)
    clock.ahead += LIFE + timedelta(hours=1)
    assert clean_up(service.engine, service.settings, clock) == CleanupCount(previews=1, looks=0)
    assert not file.exists()
    assert [one.leaf.kind for one in events(service.log)][-1:] == [LeafKind.DELETION]
    assert any(head.size == service.log.size for head in service.log.heads(1)) == with_key
    assert clean_up(service.engine, service.settings, clock) == CleanupCount(previews=0, looks=0)


def test_previews_that_nobody_sealed_go_after_their_life(running_service: Running) -> None:
    home, clock = running_service.service.settings.home, running_service.clock
    file = a_preview(home)
    worker = Worker(running_service.service.engine, running_service.service.settings, clock)
    worker.step()
    assert file.exists()
    clock.ahead += LIFE + timedelta(hours=1)
    worker.step()
    assert not file.exists()
