from collections.abc import Mapping

from facts.digest import Digest


def without_white_space(text: str) -> str:
    """The text without any white space: sources break lines and put spaces between Chinese and digits."""
    return "".join(text.split())


def quote_digest(quote: str) -> str:
    """What a quote is recognised by where its source is not at hand."""
    return Digest.of(without_white_space(quote).encode()).sha256


def source_of(prefix: str, number: str, sources: Mapping[str, str]) -> str | None:
    """The name of the source text: the file whose name begins with the prefix, else the one that holds the number."""
    for name in sorted(sources):
        if prefix and name.startswith(prefix):
            return name
    wanted = without_white_space(number)
    return next((name for name in sorted(sources) if wanted and wanted in without_white_space(sources[name])), None)
