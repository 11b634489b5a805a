"""What a place as somebody wrote it may have meant, among the places of the documents at hand."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from policy.places import contains, lies_in, place_text
from policy.rulebook import BookStatus, Rulebook

_ALIKE = 0.6  # 阳全市 and 阳泉市 share two of three characters


def several(books: Iterable[Rulebook], locality: str) -> tuple[str, ...]:
    """The places that a short name may be, where they are not one within the other."""
    named = dict.fromkeys(path for book in books for path in book.places if lies_in(locality, path))
    apart = [one for one in named if any(not contains(one, other) and not contains(other, one) for other in named)]
    return tuple(sorted("".join(path.split("/")) for path in apart))


def alike(books: Iterable[Rulebook], locality: str) -> tuple[str, ...]:
    """Known places that are written almost like this one: a slip of the pen is the commonest reason."""
    named: dict[str, str] = {}
    for path in (path for book in books for path in book.places):
        parts = path.split("/")
        for at in range(len(parts)):
            named["".join(parts[at:])] = "".join(parts)
    return tuple(dict.fromkeys(named[one] for one in get_close_matches(place_text(locality), named, 3, _ALIKE)))


def hints(books: Sequence[Rulebook], locality: str) -> tuple[str, ...]:
    """Fragments never apply by place, yet somebody from the same province may want to know of them."""
    province = place_text(locality)[:2]
    near = [one.id for one in books if any(path.startswith(province) for path in one.places)] if province else []
    fragments = [one.id for one in books if one.status is BookStatus.FRAGMENT]
    return (*near, *fragments) if near else ()
