"""What an uploaded file may be called: a path that stays inside its class, of a kind that nobody runs."""

import unicodedata

from facts.errors import Fault

MOST_CHARS, MOST_SEGMENT_BYTES, MOST_SEGMENTS = 200, 240, 6
ROLES = ("recording", "roster", "timetable", "checkins", "leave", "paper")
_VIDEO = (
    "mp4",
    "m4v",
    "mov",
    "mkv",
    "avi",
    "dav",
    "ts",
    "m2ts",
    "mpg",
    "mpeg",
    "ps",
    "flv",
    "h264",
    "h265",
    "264",
    "265",
    "asf",
    "wmv",
    "3gp",
    "vob",
)
_TABLES = ("xlsx", "xls", "csv", "txt")
_PAPERS = ("pdf", "jpg", "jpeg", "png", "xlsx", "xls", "csv", "docx", "doc")
SUFFIXES = dict.fromkeys(ROLES, _TABLES) | {"recording": _VIDEO, "paper": _PAPERS}
_FORBIDDEN = frozenset('<>:"|?*\\')
_DEVICES = frozenset({"con", "prn", "aux", "nul", *(f"{name}{n}" for name in ("com", "lpt") for n in range(1, 10))})


def name_fault(name: str, role: str) -> Fault | None:
    """Why the file may not be called so."""
    parts = name.split("/")
    if not 0 < len(name) <= MOST_CHARS or len(parts) > MOST_SEGMENTS:
        return Fault(
            "name", f"{len(name)} characters in {len(parts)} parts", f"1 to {MOST_CHARS} in at most {MOST_SEGMENTS}"
        )
    bad = next((part for part in parts if not _sound(part)), None)
    if bad is not None:
        return Fault("name", repr(bad[:40]), "plain names between the slashes, without .. or control characters")
    if role not in SUFFIXES:
        return Fault("role", repr(role[:40]), f"one of {', '.join(ROLES)}")
    suffix = parts[-1].rpartition(".")[2].casefold()
    if "." not in parts[-1] or suffix not in SUFFIXES[role]:
        return Fault("name", repr(parts[-1][:60]), f"a {role} that ends in .{', .'.join(SUFFIXES[role])}")
    return None


def _sound(part: str) -> bool:
    odd = any(unicodedata.category(char)[0] == "C" or char in _FORBIDDEN for char in part)
    outside = part.startswith((".", " ")) or part.endswith((".", " "))
    device = part.partition(".")[0].casefold() in _DEVICES
    return bool(part) and not odd and not outside and not device and len(part.encode()) <= MOST_SEGMENT_BYTES
