from dataclasses import dataclass

from facts.digest import Digest


@dataclass(frozen=True, slots=True)
class Sense:
    """A network that looked for people (感知), or one that was not there and why.

    ``finds`` holds ``face``, ``head``, ``person`` or ``hand``: a face is seen from the front only, the others from
    every side.
    """

    name: str
    finds: tuple[str, ...]
    digest: Digest | None = None
    missing: str = ""


def present(senses: tuple[Sense, ...]) -> tuple[Sense, ...]:
    """Those that looked."""
    return tuple(sense for sense in senses if not sense.missing)


def faces_only(senses: tuple[Sense, ...]) -> bool:
    """Whether nothing looked but finders of faces."""
    found = {target for sense in present(senses) for target in sense.finds}
    return bool(found) and not found & {"head", "person"}
