"""A rulebook as a package holds it, which may be older than the words that rulebooks have of their own."""

from dataclasses import replace
from functools import cache
from importlib.resources import files

from facts.digest import Digest
from policy.loader import parse
from policy.rulebook import Rulebook
from policy.toml_text import toml_tree

_NO_LEVEL = 'level = "nation"\n'


def parse_sealed(text: str, name: str) -> Rulebook:
    """The rulebook; one without words of its own is read with the list that all shared, in which no word was open."""
    if "level" in toml_tree(text, name, []):
        return parse(text, name)
    book = parse(f"{_NO_LEVEL}{text}\n{_shared_words()}", name)
    groups, programmes = replace(book.groups, closed=True), replace(book.programmes, closed=True)
    return replace(book, groups=groups, programmes=programmes, sha256=Digest.of(text.encode()).sha256)


@cache
def _shared_words() -> str:
    return (files("policy") / "earlier" / "words.toml").read_text("utf-8")
