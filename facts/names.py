import re
import unicodedata

# The dots that keyboards and old systems put between the parts of Uyghur, Tibetan or foreign names.
_DOTS = re.compile(r"[·•・．‧∙⋅・ᐧ]")
_PSEUDONYM = re.compile(r".\**~[g-x]{12}")  # as packages spell them: see pipeline/sealing/pseudonyms.py
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2028-\u202e\u2060\ufeff]+")


def normal_name(raw: str) -> str:
    """A name as it is compared: NFKC, no spaces or invisible marks, one kind of middle dot."""
    dotted = _DOTS.sub("·", raw)
    composed = unicodedata.normalize("NFKC", dotted)
    return _INVISIBLE.sub("", _DOTS.sub("·", composed))


def masked_name(name: str) -> str:
    """A name for screens and shared paper: the first character and a star for each other one; a pseudonym loses its tag."""
    shown = name.partition("~")[0] if _PSEUDONYM.fullmatch(name) else name
    return shown[:1] + "*" * (len(shown) - 1) if shown else "*"
