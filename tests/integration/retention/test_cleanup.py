"""The worker deletes what was derived when its life is over, once a day, and never an original by itself."""

import io
import os
from datetime import timedelta

from pipeline.retention.deadlines import LOOK_LIFE
from runtime.platform.worker import Worker
from runtime.recordings.previews import LIFE, previews_folder
from runtime.retention.command import PREVIEW, keep_derived
from storage.evidence.address import open_store
from storage.evidence_log.keyring import KeyRing
from storage.retention.register import EvidenceRegister
from tests.fixtures.retention_case import use
from tests.fixtures.service import Running


def test_derived_data_goes_by_itself_and_originals_stay(running_service: Running) -> None:
    service, clock = running_service.service, running_service.clock
    KeyRing(service.settings.home / "keys").init(clock())
    store = open_store(service.settings.store, os.environ, clock)
    register = EvidenceRegister(service.engine)
    worker = Worker(service.engine, service.settings, clock)
    stored = store.put(io.BytesIO(b"recording"), retain_until=clock() + timedelta(minutes=1))
    original = register.record(store.url, stored, use())  # long due, and past its grace
    derived = keep_derived(register, store, original, io.BytesIO(b"preview"), PREVIEW, clock())
    worker.step()
    assert {one.number for one in register.live()} == {original.number, derived.number}
    clock.ahead += LOOK_LIFE + timedelta(days=1)
    worker.step()
    assert [one.number for one in register.live()] == [original.number]
    (gone,) = register.deleted()
    assert gone.number == derived.number
    assert gone.deletion is not None
    assert gone.deletion.certificate
    assert [one.key for one in store.list()] == [stored.key]


def test_previews_that_nobody_sealed_go_after_their_life(running_service: Running) -> None:
    home, clock = running_service.service.settings.home, running_service.clock
    file = previews_folder(home) / "ab" / "0-300.mp4"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"preview")
    worker = Worker(running_service.service.engine, running_service.service.settings, clock)
    worker.step()
    assert file.exists()
    clock.ahead += LIFE + timedelta(hours=1)
    worker.step()
    assert not file.exists()
