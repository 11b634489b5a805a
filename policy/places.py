"""Places as people write them, and the paths (省/市/县) by which documents name theirs."""

import re
import unicodedata

_LOOSE = re.compile(r"[\s/、,，·\-—>]+")
_SUFFIX = re.compile(r"(省|市|县|区|自治区|自治州|自治县|特别行政区)$")
_PROVINCE = re.compile(r".+(省|自治区|特别行政区)|北京市|天津市|上海市|重庆市")
_BELOW = re.compile(r".+[市县区州盟旗]")
_SEVERAL = re.compile(r".+(省|市|县|区|盟|旗|自治州).{2,}")  # 太原市小店区 in one step; 沙市区 is a single name
_CITY, _COUNTY = 2, 3


def place_text(raw: str) -> str:
    """A place as it is compared: no spaces, no separators, one width, without 中国 or 中华人民共和国 before it."""
    flat = _LOOSE.sub("", unicodedata.normalize("NFKC", raw))
    return re.sub(r"^(中华人民共和国|中国)", "", flat)


def is_path(path: str) -> bool:
    """Whether the path goes down from a province by one division a step, at most to a county."""
    first, *below = path.split("/")
    steps = (first, *below)
    whole = all(step == place_text(step) and not _SEVERAL.fullmatch(step) for step in steps)
    named = _PROVINCE.fullmatch(first) and all(_BELOW.fullmatch(step) for step in below)
    return whole and bool(named) and len(steps) <= _COUNTY


def contains(outer: str, inner: str) -> bool:
    """Whether the one path is the other's or leads down to it."""
    steps = outer.split("/")
    return inner.split("/")[: len(steps)] == steps


def beneath(path: str, area: str) -> bool:
    """Whether the area, in whole words such as 山西省阳泉市, is a step of the path or its end."""
    steps, wanted = path.split("/"), place_text(area)
    return bool(wanted) and any(place_text("".join(steps[: at + 1])) == wanted for at in range(len(steps)))


def lies_in(raw: str, path: str) -> bool:
    """Whether the place named is ``path`` (山西省/吕梁市/临县) or lies in it; what stands before it must agree.

    Names of districts, and of cities that are counties, occur in many a city: theirs must stand before them.
    """
    *above, leaf = path.split("/")
    parents = [f"(?:{_optional(part)})?" for part in above]
    if above and (leaf.endswith("区") or (leaf.endswith("市") and len(above) >= _CITY)):
        parents[-1] = _optional(above[-1])
    before, stem = "".join(parents), _SUFFIX.sub("", leaf)
    text = place_text(raw)
    if re.match(before + re.escape(leaf), text):
        return True
    # 「临」 alone names nothing; 「阳泉」 alone does, but 「阳泉曲镇」 lies elsewhere.
    return len(stem) > 1 and re.fullmatch(before + re.escape(stem), text) is not None


def _optional(part: str) -> str:
    stem = _SUFFIX.sub("", part)
    return f"{re.escape(stem)}(?:{re.escape(part[len(stem) :])})?" if part != stem else re.escape(part)
