"""What a name may be: nothing that a header, a path or a screen could take for something else."""

import unicodedata

from facts.text import Text

MOST_NAME_CHARS = 64
_SIGNS = frozenset("._-@·")


def name_fault(name: str) -> Text | None:
    """Why the name cannot be one to sign in by."""
    good = all(char in _SIGNS or unicodedata.category(char)[0] in "LN" for char in name)
    if 1 < len(name) <= MOST_NAME_CHARS and good and unicodedata.normalize("NFKC", name) == name:
        return None
    return Text(
        f"登录名“{name[:20]}”应为 2 至 {MOST_NAME_CHARS} 个字母、数字或汉字（可含 . _ - @）",
        f"the name {name[:20]!r} must be 2 to {MOST_NAME_CHARS} letters or digits (. _ - @ allowed)",
    )
