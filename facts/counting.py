"""English that counts: ``1 class``, ``2 classes``. Chinese needs no such help."""

_IRREGULAR = {"person": "people", "people": "people", "leaf": "leaves"}
_HISSING = ("s", "x", "ch", "sh")


def noun(number: object, one: str, many: str = "") -> str:
    """The word, or words with their verb, that stand after that number."""
    return one if str(number) == "1" else many or plural(one)


def counted(number: object, one: str, many: str = "") -> str:
    """The number and its word; ``many`` where a plural is not regular, or where a verb follows."""
    return f"{number} {noun(number, one, many)}"


def plural(one: str) -> str:
    """More than one of it."""
    head, gap, last = one.rpartition(" ")
    if last in _IRREGULAR:
        return f"{head}{gap}{_IRREGULAR[last]}"
    if last.endswith(_HISSING):
        return f"{one}es"
    if last.endswith("y") and last[-2:-1] not in set("aeiou"):
        return f"{one[:-1]}ies"
    return f"{one}s"
