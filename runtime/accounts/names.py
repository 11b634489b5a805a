"""What a name may be: nothing that a header, a path or a screen could take for something else."""

import unicodedata

from facts.text import Text

MOST_NAME_CHARS = 64
AREA_ENDS = ("省", "市", "县", "区", "州", "盟", "旗")  # so that one place's name never begins another's
_ENDS = "、".join(AREA_ENDS)
AREA_TEXT = Text(f"地区应写全名，以 {_ENDS} 结尾", f"name a whole place that ends in {_ENDS}")
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


def area_fault(area: str | None) -> str:
    """What is wrong with an area; empty where nothing is."""
    return "" if not area or area.endswith(AREA_ENDS) else f"a whole place that ends in {_ENDS}"
