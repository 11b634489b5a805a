"""The time stamps as a package carries them: a list beside the heads, which older verifiers pass by."""

from collections.abc import Sequence

from storage.evidence_log.proofs import canonical
from storage.evidence_log.stamp import Stamp
from storage.evidence_log.wire import written
from storage.sealing.examination import STAMPS

SCHEMA = "xueshi.stamps/1"


def stamp_files(stamps: Sequence[Stamp]) -> dict[str, bytes]:
    """``log/stamps.json`` and the authorities' answers; nothing where there are none."""
    if not stamps:
        return {}
    files = {f"log/stamps/{number:03d}.tsr": stamp for number, stamp in enumerate(stamps)}
    listed = [
        {"file": name, "sha256": stamp.head.sha256, "at": written(stamp.at), "by": stamp.by}
        for name, stamp in files.items()
    ]
    return {
        STAMPS: canonical({"schema": SCHEMA, "stamps": listed}) + b"\n",
        **{name: stamp.response for name, stamp in files.items()},
    }
