import re
import unicodedata

# The dots that keyboards and old systems put between the parts of Uyghur, Tibetan or foreign names.
_DOTS = re.compile(r"[·•・．‧∙⋅・ᐧ]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


def normal_name(raw: str) -> str:
    """A name as it is compared: NFKC, no spaces or invisible marks, one kind of middle dot."""
    dotted = _DOTS.sub("·", raw)
    composed = unicodedata.normalize("NFKC", dotted)
    return _INVISIBLE.sub("", _DOTS.sub("·", composed))


def masked_name(name: str) -> str:
    """A name for screens and shared paper: the first character and a star for each other one."""
    return name[:1] + "*" * (len(name) - 1) if name else "*"
