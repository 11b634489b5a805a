import json
import re
from collections.abc import Iterator, Mapping, Sequence

from facts.errors import Fault
from policy.loader import RulebookDraft, read_draft
from policy.quotes import quote_digest, source_of, without_white_space
from policy.replacement import own_replacement_faults, shared_ids
from policy.rulebook import Rulebook

_HEADING = "[quote_sha256]"
_SEAL = "# SHA-256 of each quote without white space, written by `xueshi policy seal`."
_SEALED = re.compile(
    rf"\n(?:{re.escape(_SEAL)}\n)?{re.escape(_HEADING)}[^\n]*\n"
    r"""(?:(?:[\w-]+|"[^"\n]*") *= *\[[^\[\]]*\] *\n|\n)*"""
)
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_COPY = "copy the words from the document; half- and full-width marks differ"


def lint(
    text: str, name: str, sources: Mapping[str, str] | None = None, others: Sequence[Rulebook] = ()
) -> tuple[Fault, ...]:
    """Everything wrong with a rulebook, beside ``others`` too; with the source texts, quotes are looked up in them."""
    draft = read_draft(text, name)
    faults = [*draft.faults, *draft.broken_seals, *_unsealed(draft)]
    if draft.book is not None:
        beside = [book for book in others if book.id != draft.book.id]
        faults.extend(own_replacement_faults(draft.book, beside))
        faults.extend(shared_ids([*beside, draft.book]))
    if sources is not None:
        faults.extend(source_faults(draft, sources))
    return tuple(faults)


def source_faults(draft: RulebookDraft, sources: Mapping[str, str]) -> Iterator[Fault]:
    """Quotes that the source does not hold, white space aside."""
    name = source_of(draft.source, draft.number, sources)
    if name is None:
        yield Fault(
            f"{draft.name}: source",
            f"no text named {draft.source}… nor one that holds {draft.number or 'a number'}",
            "the document's text among the sources",
            "add it, or correct source or number",
        )
        return
    whole = without_white_space(sources[name])
    for quoted in draft.quotes:
        if without_white_space(quoted.text) not in whole:
            yield Fault(f"{quoted.where}.quote", f"「{quoted.text}」", f"words that stand in {name}", _COPY)


def sealed(text: str, draft: RulebookDraft) -> str:
    """The rulebook's text with the digests of its quotes written at its end."""
    owners: dict[str, list[str]] = {}
    for quoted in draft.quotes:
        owners.setdefault(quoted.owner, []).append(quote_digest(quoted.text))
    lines = [f"{_key(owner)} = {json.dumps(digests)}" for owner, digests in owners.items()]
    body = _SEALED.sub("\n", f"{text}\n").rstrip("\n")
    return "\n".join([body, "", _SEAL, _HEADING, *lines, ""])


def _key(owner: str) -> str:
    return owner if _BARE.fullmatch(owner) else json.dumps(owner, ensure_ascii=False)


def _unsealed(draft: RulebookDraft) -> Iterator[Fault]:
    owners = dict.fromkeys(quoted.owner for quoted in draft.quotes)
    for owner in owners:
        if owner not in draft.digests:
            yield Fault(
                f"{draft.name}: quote_sha256.{owner}",
                "no digest",
                "the digest of each of its quotes",
                f"run `xueshi policy seal {draft.name} --sources DIR`",
            )
    for owner in draft.digests:
        if owner not in owners:
            yield Fault(
                f"{draft.name}: quote_sha256.{owner}", "a digest without a quote", "a rule of that id", "seal anew"
            )
