"""The files that were handed in, as a package speaks of them: where they lie, and until when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from facts.digest import Digest
from facts.errors import InputError
from facts.report import InputFile
from runtime.sealing.evidence_upload import EvidenceUpload
from runtime.sealing.storage_level import NOT_STORED
from runtime.verification.class_folder import ClassFolder
from storage.evidence.port import EvidenceStore, StoredObject
from storage.evidence_log.leaf import LeafKind
from storage.evidence_log.wire import written
from storage.sealing.bag import Payload, safe_path

_KINDS = {"recording": LeafKind.RECORDING, "roster": LeafKind.ROSTER, "timetable": LeafKind.TIMETABLE}
_KINDS |= {"checkins": LeafKind.CHECK_INS, "check_ins": LeafKind.CHECK_INS}
_MEDIA = {".mp4": "video/mp4", ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@dataclass(frozen=True, slots=True)
class Original:
    """One file as it was handed in."""

    path: str
    role: str
    source: Path
    digest: Digest
    size_bytes: int
    stored: StoredObject | None = None

    @property
    def kind(self) -> LeafKind:
        """What the log calls it."""
        return _KINDS.get(self.role, LeafKind.PAPER)


def originals_of(
    folder: ClassFolder,
    upload: EvidenceUpload | None,
    until: Callable[[InputFile], datetime],
    entered: Callable[[InputFile, StoredObject], object],
) -> dict[str, Original]:
    """Every file that could be read, by its path; put into the store where there is one, and reported to ``entered`` once the store has it."""
    found = {}
    for file in folder.inputs.files:
        if file.digest is None:
            continue
        footage = folder.footage.get(file.path)
        source = footage.path if footage else folder.path / file.path
        media = _MEDIA.get(source.suffix.lower(), "application/octet-stream")
        stored = None
        if upload:
            stored = upload.put(source, file.digest, until(file), media)
            entered(file, stored)
        size = file.size_bytes if file.path in folder.stored.paths else _size(source)
        found[file.path] = Original(file.path, file.role, source, file.digest, size, stored)
    return found


def _size(source: Path) -> int:
    try:
        return source.stat().st_size
    except OSError as error:
        raise InputError(
            f"{source}: got no file any more ({error.strerror}), expected the one that was verified; nothing was sealed:"
            " leave the folder alone and seal again"
        ) from error


def originals_document(
    originals: Sequence[Original], shown: Mapping[str, str], payloads: Sequence[Payload], store: EvidenceStore | None
) -> dict[str, object]:
    """``originals.json``: what each is called in this package, its digest, and where and until when it is kept."""
    inside = {payload.digest: payload.bag_path for payload in payloads}
    level = store.enforcement.value if store else "none"
    text = store.enforcement.text if store else NOT_STORED
    return {
        "schema": "xueshi.originals/1",
        "store": {"url": shown_url(store), "enforcement": level, "zh": text.zh, "en": text.en},
        "originals": [_entry(one, shown[one.path], inside.get(one.digest, "")) for one in originals],
    }


def _entry(one: Original, path: str, bag_path: str) -> dict[str, object]:
    stored = one.stored
    return {
        "path": path,
        "role": one.role,
        "sha256": one.digest.sha256,
        "size_bytes": one.size_bytes,
        "bag_path": bag_path,
        "version_id": stored.version_id if stored else "",
        "retain_until": written(stored.retain_until) if stored and stored.retain_until else "",
    }


def payloads_of(
    originals: Sequence[Original], shown: Mapping[str, str], store: EvidenceStore | None, *, inside: bool
) -> tuple[Payload, ...]:
    """The originals as the bag carries or names them; bytes that came twice are carried once."""
    found: dict[Digest, Payload] = {}
    taken: set[str] = set()
    for one in originals:
        if one.digest in found:
            continue
        bag_path = f"data/originals/{safe_path(shown[one.path])}"
        if bag_path.casefold() in taken:
            bag_path = f"data/originals/{one.digest.short}/{bag_path.rpartition('/')[2]}"
        taken.add(bag_path.casefold())
        address = "" if inside else _address(one, store)
        found[one.digest] = Payload(bag_path, one.source, one.digest, one.size_bytes, address)
    return tuple(found.values())


def _address(one: Original, store: EvidenceStore | None) -> str:
    """Where the bytes may be asked for; a local path would tell strangers about this machine."""
    version = f"?versionId={one.stored.version_id}" if one.stored and one.stored.version_id else ""
    place = shown_url(store) or "xueshi://folder"
    return f"{place}/{one.digest.sha256}{version}"


def shown_url(store: EvidenceStore | None) -> str:
    """The store's address as far as it may travel."""
    if store is None:
        return ""
    return "xueshi://local-store" if store.url.startswith("file:") else store.url
