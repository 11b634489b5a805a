"""Whether two words of a class mean the same under a rulebook, by its own words and their spellings."""

from policy.rulebook import Rulebook


def same_group(book: Rulebook, one: str, other: str) -> bool:
    """Whether the two words may mean the same people: they are one word, or one of them embraces the other."""
    names = (book.groups.name_of(one), book.groups.name_of(other))
    known = not (book.groups.unknown(one) or book.groups.unknown(other))
    alike = (book.groups.among(one, names[1:]), book.groups.among(other, names[:1])) if known else ()
    return names[0] == names[1] or any(answer is not False for answer in alike)


def same_programme(book: Rulebook, one: str, other: str) -> bool:
    """Whether the two words mean one programme, however it is spelt (项目制, 项目制培训)."""
    return book.programmes.name_of(one.strip()) == book.programmes.name_of(other.strip())
