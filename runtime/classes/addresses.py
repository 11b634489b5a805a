"""The console's addresses of one class, wherever a page or a list leads to it."""

from urllib.parse import quote

NO_REPORT = "new"  # stands where a status would, in the list's filter: classes that were never verified


def class_path(number: int) -> str:
    """The class itself."""
    return f"/classes/{number}"


def files_path(number: int) -> str:
    """Where its material is handed in."""
    return f"{class_path(number)}/files"


def day_path(number: int, day: str, at: str = "") -> str:
    """One of its days, at a moment of it."""
    return f"{class_path(number)}/days/{day}" + (f"?at={quote(at, safe='')}#watch" if at else "")


def review_path(number: int, index: int) -> str:
    """Where one of its hours is reviewed, numbered as reports number hours."""
    return f"{class_path(number)}/hours/{index}/review"


def doubt_path(number: int, doubt: int) -> str:
    """One of its doubts, by its number in the newest report."""
    return f"{class_path(number)}/doubts#doubt-{doubt}"
