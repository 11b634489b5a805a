"""From the file of a claim to its record, whatever of the three forms it has."""

from dataclasses import dataclass, field
from pathlib import Path

from facts.claim import Claim
from facts.digest import Digest
from facts.errors import InputError
from facts.text import Text
from ingest.claims.builder import Builder
from ingest.claims.entries import Digester, Filled
from ingest.claims.fault import FaultCollector
from ingest.claims.fields import Vocabulary
from ingest.claims.plain_file import read_plain
from ingest.claims.sheets import read_sheets_of_claim
from ingest.claims.values import Reader
from ingest.tables.fault import Faults
from ingest.tables.sheet import read_sheets

_MOST_TEXT_BYTES = 32 << 20
_PLAIN = (".json", ".toml")


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim that was taken in, what was odd about its file, and which bytes it was."""

    claim: Claim
    file: str
    size_bytes: int
    digest: Digest
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class FilledClaim:
    """What was filled in, with what is wrong or odd about it so far; no account has its keyed digest yet."""

    filled: Filled = field(repr=False)
    faults: FaultCollector
    file: str
    size_bytes: int
    digest: Digest

    def claim(self, words: Vocabulary, digest: Digester) -> ReadClaim:
        """The claim, or every fault of it at once."""
        made = Builder(self.filled, words, digest, self.faults).claim()
        return ReadClaim(made, self.file, self.size_bytes, self.digest, self.faults.notes)


def read_claim(path: Path, words: Vocabulary, digest: Digester) -> ReadClaim:
    """The claim in the file, or every fault of it at once."""
    return filled_claim(path, words).claim(words, digest)


def filled_claim(path: Path, words: Vocabulary) -> FilledClaim:
    """The file opened and its fields read: all that a stranger's bytes can do is done here, and no key is needed."""
    content = _content(path)
    faults = FaultCollector()
    reader = Reader(words, faults)
    filled = _plain(content, path, reader) if path.suffix.lower() in _PLAIN else _sheets(path, reader)
    return FilledClaim(filled, faults, path.name, len(content), Digest.of(content))


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"{path}: got no such file, expected a claim (.xlsx, .json or .toml); check the path"
        ).in_chinese(f"{path}：没有这个文件，应为申领表（.xlsx、.json 或 .toml）；请核对路径") from error
    except OSError as error:
        raise InputError(f"{path}: got a file that cannot be read ({error.strerror}), expected a claim") from error


def _plain(content: bytes, path: Path, reader: Reader) -> Filled:
    if len(content) > _MOST_TEXT_BYTES:
        raise InputError(f"{path.name}: got {len(content) >> 20} MB, expected at most {_MOST_TEXT_BYTES >> 20} MB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name}: got text that is no UTF-8, expected UTF-8; save it as UTF-8") from error
    return read_plain(text, path.name, reader)


def _sheets(path: Path, reader: Reader) -> Filled:
    """The workbook's sheets; what the table reader could not believe is a fault like any other."""
    faults = Faults()
    sheets = read_sheets(path, path.name, faults)
    for each in faults.listed():
        if each.note:
            reader.faults.note(each.where, each.text.zh, each.text.en)
        else:
            reader.faults.fault(each.where, each.text.zh, each.text.en, "a table that can be read")
    return read_sheets_of_claim(sheets, reader) if sheets else {}
