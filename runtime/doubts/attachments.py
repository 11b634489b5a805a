"""Files that explain a doubt: which are taken, under which name, and for how long the evidence store keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from facts.counting import counted
from facts.digest import Digest
from facts.doubt_case import Attachment
from facts.refusals import Refusal, refuse
from facts.text import Text
from policy.shelf import Shelf
from runtime.retention.entry import longest_years
from storage.evidence.port import EvidenceStore

MOST_ATTACHMENTS = 10
SUFFIXES = (".pdf", ".jpg", ".jpeg", ".png", ".xlsx", ".xls", ".csv", ".docx", ".doc")
NO_WORDS = Refusal("words", Text("请写明情况或理由", "say it in words"), "blanks", "the explanation in words")
_YEAR = timedelta(days=366)  # never shorter than a year
_MOST_NAME_CHARS, _MOST_SHOWN_CHARS = 100, 40


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file on this disk under the name that it is kept by."""

    name: str
    path: Path


def attachment_name(sent: str | None) -> str:
    """The name of an attached file without any path or sign that a screen or a disk could misread."""
    name = Path((sent or "").replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable())[-_MOST_NAME_CHARS:] or "file"


def check_explanation(words: str, names: Sequence[str]) -> None:
    """Refuses an explanation without words, with too many files, or with files of other kinds than papers have."""
    refusals = [] if words.strip() else [NO_WORDS]
    if len(names) > MOST_ATTACHMENTS:
        text = Text(f"一次最多 {MOST_ATTACHMENTS} 个附件", f"at most {MOST_ATTACHMENTS} files at once")
        refusals.append(Refusal("files", text, counted(len(names), "file"), f"at most {MOST_ATTACHMENTS}"))
    odd = [name for name in names if not name.lower().endswith(SUFFIXES)]
    for name in odd[:MOST_ATTACHMENTS]:
        text = Text(f"附件“{name}”应为 PDF、图片、Excel 或 Word", f"{name}: a PDF, picture, Excel or Word file")
        refusals.append(Refusal("files", text, name[:_MOST_SHOWN_CHARS], f"a name that ends in {', '.join(SUFFIXES)}"))
    refuse(refusals)


def seal_attachments(
    store: EvidenceStore, files: Sequence[AttachedFile], at: datetime, shelf: Shelf
) -> tuple[Attachment, ...]:
    """The files in the store before anything says so, for as long as the longest duty asks."""
    until = at + _YEAR * longest_years(shelf)
    found = []
    for file in files:
        stored = store.put(file.path, retain_until=until, name=file.name)
        found.append(Attachment(file.name, file.path.stat().st_size, Digest(stored.ref.digest.sha256)))
    return tuple(found)
