"""A class's recordings that are no files of this machine: verified by ranges of the originals in the evidence store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError, XueshiError
from facts.stored_recording import StoredReads, StoredRecording
from ingest.manifest import read_manifest
from runtime.platform.child_limits import RangeDoor
from runtime.platform.clock import now
from runtime.platform.environment import environment
from runtime.platform.range_broker import RangeBroker
from storage.evidence.address import open_store
from storage.evidence.errors import NotStoredError
from storage.evidence.port import EvidenceStore, Ref
from storage.evidence.range_reader import RangeReader, range_reader


@dataclass(frozen=True, slots=True)
class StoredRecordings:
    """Where each lies by its name, the path by which it is opened, and who gives its bytes."""

    digests: Mapping[str, Digest] = field(default_factory=dict)
    paths: Mapping[str, Path] = field(default_factory=dict)
    broker: RangeBroker | None = None

    def door(self, paths: Iterable[Path]) -> RangeDoor | None:
        """For a child that reads these recordings; none where all of them are files of this machine."""
        return self.broker.door(paths) if self.broker else None

    def refuse_lost(self) -> None:
        """Nothing is believed of a recording of which a range could not be had."""
        if self.broker:
            self.broker.refuse_lost()

    @contextmanager
    def certain(self) -> Iterator[None]:
        """What is made within it counts only where every range was given; why not is said as the store said it."""
        try:
            yield
        except XueshiError:
            self.refuse_lost()
            raise
        self.refuse_lost()

    @property
    def reads(self) -> StoredReads | None:
        """What was asked of the store so far; nothing where nothing lies there."""
        if self.broker is None:
            return None
        sizes = [self.broker.size_bytes(path) for path in self.paths.values()]
        return StoredReads(len(sizes), sum(sizes), self.broker.bytes_read, self.broker.ranges)


NOTHING_STORED = StoredRecordings()


@contextmanager
def opened_recordings(
    store: EvidenceStore, folder: Path, recordings: Sequence[StoredRecording]
) -> Iterator[StoredRecordings]:
    """Within it they are read as if they lay in the folder; refused at once where the store has others."""
    if not recordings:
        yield NOTHING_STORED
        return
    paths = {one.file: folder / one.file for one in recordings}
    with ExitStack() as opened:
        readers = {paths[one.file]: _reader(opened, store, one) for one in recordings}
        broker = opened.enter_context(RangeBroker(readers))
        yield StoredRecordings({one.file: one.digest for one in recordings}, paths, broker)


@contextmanager
def recordings_elsewhere(folder: Path, store: str) -> Iterator[StoredRecordings]:
    """Those whose address ``class.toml`` states, and that do not lie in the folder as well."""
    stated = [one.stored for one in read_manifest(folder).recordings if one.stored] if folder.is_dir() else []
    wanted = [one for one in stated if not (folder / one.file).is_file()]
    if wanted and not store:
        raise InputError(
            f"{wanted[0].file}：不在文件夹中，class.toml 写明了它在证据库中的地址；请用 --store 指明证据库 not in the folder, and"
            " class.toml states its address in an evidence store: name the store with --store"
        )
    with ExitStack() as opened:
        kept = open_store(store, environment(), now) if wanted else None
        yield opened.enter_context(opened_recordings(kept, folder, wanted)) if kept else NOTHING_STORED


def _reader(opened: ExitStack, store: EvidenceStore, recording: StoredRecording) -> RangeReader:
    try:
        reader = range_reader(store, Ref(recording.digest, recording.version_id))
    except NotStoredError as error:
        raise InputError(f"{recording.file}：证据库中没有这份原件，未作任何结论 nothing was judged: {error}") from error
    opened.callback(reader.close)
    if recording.size_bytes not in {None, reader.size_bytes}:
        raise InputError(
            f"{recording.file}：证据库中的原件与登记的大小不符 {store.url}: got {reader.size_bytes} bytes of"
            f" {recording.digest.short}, expected {recording.size_bytes} as on record; run xueshi store audit"
        )
    return reader
