"""What kind of material a file is: by its ending and name before it comes, by its own headers once it is here."""

import re
from pathlib import Path

from runtime.verification.class_tables import roles_of_table
from storage.uploads.file_names import roles_of

RECORDING, PAPER = "recording", "paper"
_NAMED = (
    ("leave", re.compile(r"请假|leave", re.IGNORECASE)),  # every spelling that offices use
    ("checkins", re.compile(r"打卡|签到|考勤|check-?in", re.IGNORECASE)),  # every spelling that offices use
    (
        "timetable",
        re.compile(r"课表|课程表|课程安排|timetable|schedule", re.IGNORECASE),  # every spelling that offices use
    ),  # every spelling that offices use
    ("roster", re.compile(r"花名册|名单|名册|学员信息|roster", re.IGNORECASE)),  # every spelling that offices use
)


def role_by_name(name: str) -> str:
    """The likeliest role before a byte has come; empty where the ending fits none."""
    possible = roles_of(name)
    if RECORDING in possible:
        return RECORDING
    last = name.rpartition("/")[2]
    named = next((role for role, words in _NAMED if role in possible and words.search(last)), PAPER)
    return named if possible else ""


def role_by_content(place: Path, name: str) -> str:
    """The role as verification will read the file: a table by its headers, whatever its name says."""
    possible = roles_of(name)
    if not possible or RECORDING in possible:
        return RECORDING if possible else PAPER
    return next(iter(roles_of_table(place, name)), PAPER)
