"""Where the service keeps files: one folder for each class, others for uploads under way, drawn pictures and packages."""

import os
import shutil
from pathlib import Path

from facts.errors import InternalError

REPORT_FOLDER, CLAIM_FOLDER = "核验报告", "申领核查"  # what commands write beside a class's and a claim's own files


def uploads_folder(home: Path) -> Path:
    """Files on their way in."""
    return home / "uploads"


def class_folder(home: Path, class_id: int) -> Path:
    """The folder that is verified as a clerk's own would be."""
    return home / "classes" / str(class_id)


def strays_folder(home: Path, class_id: int) -> Path:
    """What lay in a class's folder without a record, set aside."""
    return home / "strays" / str(class_id)


def pictures_folder(home: Path, report_id: int) -> Path:
    """The masked pictures of one report."""
    return home / "pictures" / str(report_id)


def camera_folder(home: Path, camera_id: int) -> Path:
    """What the service's recorder recorded of one camera."""
    return recordings_folder(home) / str(camera_id)


def living_folder(home: Path) -> Path:
    """Small living pictures of cameras that browsers cannot play, for as long as somebody looks."""
    return home / "living"


def packages_folder(home: Path) -> Path:
    """The sealed packages, one folder for each class and sealing."""
    return home / "packages"


def recordings_folder(home: Path) -> Path:
    """What the service's recorder writes: a folder for each camera by its number, with its ledger."""
    return home / "recordings"


def camera_certificates_file(home: Path) -> Path:
    """The certificates with which cameras were first met."""
    return home / "camera-certificates.json"


def inside(folder: Path, name: str) -> Path:
    """The file of that name in the folder, and nowhere else, whatever links lie about."""
    place = (folder / name).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise InternalError(f"{name[:80]}: got a name that leads out of its folder")
    return place


def placed(source: Path, target: Path) -> None:
    """The file at another place too; linked where the disk allows, else copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.link(source, target)
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)


def placeless(text: str, home: Path) -> str:
    """One line without this machine's own places: institutions read it, and so does whoever reads the log."""
    return " ".join(text.replace(str(home), "HOME").split())
