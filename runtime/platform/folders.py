"""Where the service keeps files: one folder for each class, others for uploads under way, drawn pictures and packages."""

from pathlib import Path

from facts.errors import InternalError


def uploads_folder(home: Path) -> Path:
    """Files on their way in."""
    return home / "uploads"


def class_folder(home: Path, class_id: int) -> Path:
    """The folder that is verified as a clerk's own would be."""
    return home / "classes" / str(class_id)


def pictures_folder(home: Path, report_id: int) -> Path:
    """The masked pictures of one report."""
    return home / "pictures" / str(report_id)


def packages_folder(home: Path) -> Path:
    """The sealed packages, one folder for each class and sealing."""
    return home / "packages"


def inside(folder: Path, name: str) -> Path:
    """The file of that name in the folder, and nowhere else, whatever links lie about."""
    place = (folder / name).resolve()
    if not place.is_relative_to(folder.resolve()):
        raise InternalError(f"{name[:80]}: got a name that leads out of its folder")
    return place


def placeless(text: str, home: Path) -> str:
    """One line without this machine's own places: institutions read it, and so does whoever reads the log."""
    return " ".join(text.replace(str(home), "HOME").split())
