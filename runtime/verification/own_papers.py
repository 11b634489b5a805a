"""What the service itself writes into a class's folder when it verifies: kept for other nodes, had again by the one that seals."""

from contextlib import suppress
from pathlib import Path

from facts.digest import Digest
from facts.report import ClassReport
from ingest.manifest import MANIFEST_NAME
from runtime.platform.blob_folder import blob_folder
from runtime.platform.settings import Settings
from runtime.roll_call.sign_in_table import SIGN_IN_LIST
from storage.evidence.errors import AlteredError

_PAPERS = (MANIFEST_NAME, SIGN_IN_LIST)


def share_own_papers(settings: Settings, folder: Path) -> None:
    """As this verification read them; one that is not there is not there for others either."""
    shared = blob_folder(settings)
    for name in _PAPERS:
        place = folder / name
        if place.is_file():
            shared.keep(place)
        else:
            shared.forget(place)


def bring_own_papers(settings: Settings, folder: Path, report: ClassReport) -> None:
    """As the report knew them, where nodes share blobs: this node may have none, or those of an earlier verification.

    What a later verification wrote is not brought; whoever compares the folder with the report finds that it has changed.
    """
    shared = blob_folder(settings)
    if shared.blobs is None:
        return
    told = {one.path: one.digest for one in report.inputs}
    for name in _PAPERS:
        place, wanted = folder / name, told.get(name)
        if place.is_file() and Digest.of(place.read_bytes()) != wanted:
            place.unlink()
        if wanted:
            with suppress(AlteredError):
                shared.bring(place, wanted)
