"""Packages and their examination as the API shows them."""

from datetime import datetime
from pathlib import Path

from pydantic import BaseModel

from storage.database.sealing import PackageRow


class CheckSummary(BaseModel):
    """What the package's own verifier said when it was made, verdicts judged again included."""

    sound: bool
    lines: int
    faults: int


class PackageShape(BaseModel):
    """The package of one class day; ``sha256`` is that of its tagmanifest, which names every file, and is in the log."""

    id: int
    class_id: int
    report_id: int
    day: str
    name: str
    masked: bool
    sha256: str
    size_bytes: int
    files: int
    head_size: int
    made_at: datetime
    check: CheckSummary


class CheckLine(BaseModel):
    """One line of an examination: ✓, ✗, or a note."""

    mark: str
    zh: str
    en: str


class CheckPart(BaseModel):
    """The lines on one part of a package."""

    zh: str
    en: str
    sound: bool
    lines: list[CheckLine]


class CheckTree(BaseModel):
    """The whole examination of a package, which is not stored."""

    sound: bool
    sha256: str
    size_bytes: int
    parts: list[CheckPart]


def package_shape(found: PackageRow) -> PackageShape:
    """The package as the API shows it."""
    made = found.made
    return PackageShape(
        id=found.id,
        class_id=made.class_id,
        report_id=made.report_id,
        day=made.day,
        name=Path(made.path).name,
        masked=made.masked,
        sha256=made.sha256,
        size_bytes=made.size_bytes,
        files=made.files,
        head_size=made.head_size,
        made_at=made.made_at,
        check=CheckSummary(sound=made.faults == 0 and made.checks > 0, lines=made.checks, faults=made.faults),
    )
