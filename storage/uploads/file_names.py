"""What an uploaded file may be called: a path that stays inside its class, of a kind that nobody runs."""

import re
import unicodedata
from dataclasses import dataclass

from facts.counting import counted
from facts.errors import Fault
from facts.text import Text

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
_PAPERS = ("pdf", "jpg", "jpeg", "png", "xlsx", "xls", "csv", "txt", "docx", "doc")
SUFFIXES = dict.fromkeys(ROLES, _TABLES) | {"recording": _VIDEO, "paper": _PAPERS}
_KNOWN = tuple(dict.fromkeys(suffix for role in ROLES for suffix in SUFFIXES[role]))
_FORBIDDEN = frozenset('<>:"|?*\\')
_PORTS = (*"123456789", *"¹²³")  # Windows takes the raised digits for the plain ones
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul", "conin$", "conout$", *(f"{name}{n}" for name in ("com", "lpt") for n in _PORTS)}
)
# As evidence a trainee's portrait would lie there for years, and no withdrawal could delete it.
_PORTRAIT = re.compile(r"(?:.*/)?照片/[^/_]{1,60}_[0-9X]{4}\.(?:jpe?g|png)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class NameRefusal:
    """Why a file may not be called so: for programs, and in words for the clerk with what to do."""

    fault: Fault
    text: Text


def name_fault(name: str, role: str) -> Fault | None:
    """Why the file may not be called so; a role that is left out may become any that the ending allows."""
    found = name_refusal(name, role)
    return found.fault if found else None


def name_refusal(name: str, role: str = "") -> NameRefusal | None:
    """The same, with words."""
    parts = name.split("/")
    if not 0 < len(name) <= MOST_CHARS or len(parts) > MOST_SEGMENTS:
        got, wanted = (
            f"{counted(len(name), 'character')} in {counted(len(parts), 'part')}",
            f"1 to {MOST_CHARS} in at most {MOST_SEGMENTS}",
        )
        return NameRefusal(Fault("name", got, wanted), _LONG)
    bad = next((part for part in parts if not _sound(part)), None)
    if bad is not None:
        wanted = "plain names between the slashes, without .. or control characters"
        return NameRefusal(Fault("name", repr(bad[:40]), wanted), _ODD)
    if _PORTRAIT.fullmatch(name):
        wanted = "no portrait of a trainee among the material; send it on the class's page for faces"
        return NameRefusal(Fault("name", "照片/…", wanted), _PORTRAITS)
    if role and role not in SUFFIXES:
        return NameRefusal(Fault("role", repr(role[:40]), f"one of {', '.join(ROLES)}"), _NO_ROLE)
    possible = roles_of(name)
    if possible and (not role or role in possible):
        return None
    wanted = (
        f"a {role} that ends in .{', .'.join(SUFFIXES[role])}" if role else f"an ending among .{', .'.join(_KNOWN)}"
    )
    return NameRefusal(Fault("name", repr(parts[-1][:60]), wanted), _STRANGE if not possible else _MISFIT)


def roles_of(name: str) -> tuple[str, ...]:
    """What a file with this ending may be, the likeliest first; nothing where nobody here reads such files."""
    stem, dot, suffix = name.rpartition("/")[2].rpartition(".")
    return tuple(role for role in ROLES if dot and stem and suffix.casefold() in SUFFIXES[role])


def _sound(part: str) -> bool:
    odd = any(unicodedata.category(char)[0] == "C" or char in _FORBIDDEN for char in part)
    outside = part.startswith((".", " ")) or part.endswith((".", " "))
    device = part.partition(".")[0].rstrip(" ").casefold() in _DEVICES
    return bool(part) and not odd and not outside and not device and len(part.encode()) <= MOST_SEGMENT_BYTES


_LONG = Text(
    f"文件名太长（含文件夹最多 {MOST_CHARS} 字、{MOST_SEGMENTS} 层）；请改短后再选",
    f"the name is too long (at most {MOST_CHARS} characters in {MOST_SEGMENTS} folders); shorten it and choose again",
)
_ODD = Text(
    '文件名含有不允许的字符（如 < > : " | ? * \\，或以点、空格开头结尾）；请改名后再选',
    'the name has signs that are not allowed (such as < > : " | ? * \\, or a dot or blank at an end); rename it',
)
_PORTRAITS = Text(
    "学员照片不是材料，不能放进班期；开启认人的班期请在“设置 › 认人”上传",
    "a trainee's photograph is no evidence; where faces are switched on, send it under Settings › Who was there",
)
_NO_ROLE = Text("没有这种材料", "there is no such kind of material")
_STRANGE = Text(
    "不收这种文件：录像请用 mp4、dav 等原始导出文件，名单请用 xlsx、xls、csv，其他材料请用 pdf、图片或 Word",
    "this kind of file is not taken: recordings as exported (mp4, dav …), lists as xlsx, xls or csv, papers as pdf, picture or Word",
)
_MISFIT = Text(
    "这种材料不能是这类文件；请改选材料种类", "this kind of material cannot be such a file; choose another kind"
)
