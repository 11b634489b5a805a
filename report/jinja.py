"""One way to set up templates: everything escaped, nothing left undefined."""

from collections.abc import Mapping

from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, StrictUndefined

from facts.counting import noun
from report.words import EXPLAINED


def templates(package: str, others: Mapping[str, str] | None = None) -> Environment:
    """The templates of the package, and by a prefix those of ``others``; each page adds its own filters."""
    made = Environment(
        loader=ChoiceLoader(
            [PackageLoader(package), PrefixLoader({name: PackageLoader(one) for name, one in (others or {}).items()})]
        ),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.do"],
    )
    made.filters["noun"] = noun
    made.globals["explained"] = EXPLAINED
    return made
