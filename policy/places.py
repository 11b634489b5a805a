import re
import unicodedata

_LOOSE = re.compile(r"[\s/、,，·\-—>]+")
_SUFFIX = re.compile(r"(省|市|县|区|自治区|自治州|自治县|特别行政区)$")


def place_text(raw: str) -> str:
    """A place as it is compared: no spaces, no separators, one width, without 中国 or 中华人民共和国 before it."""
    flat = _LOOSE.sub("", unicodedata.normalize("NFKC", raw))
    return re.sub(r"^(中华人民共和国|中国)", "", flat)


def lies_in(raw: str, path: str) -> bool:
    """Whether the place named is ``path`` (山西省/吕梁市/临县) or lies in it; what stands before it must agree."""
    parts = path.split("/")
    parents = "".join(f"(?:{_optional(part)})?" for part in parts[:-1])
    leaf, stem = parts[-1], _SUFFIX.sub("", parts[-1])
    text = place_text(raw)
    if re.match(parents + re.escape(leaf), text):
        return True
    # 「临」 alone names nothing; 「阳泉」 alone does, but 「阳泉曲镇」 lies elsewhere.
    return len(stem) > 1 and re.fullmatch(parents + re.escape(stem), text) is not None


def _optional(part: str) -> str:
    stem = _SUFFIX.sub("", part)
    return f"{re.escape(stem)}(?:{re.escape(part[len(stem) :])})?" if part != stem else re.escape(part)
