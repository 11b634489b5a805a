"""From the file of a claim to its record, whatever of the three forms it has."""

from dataclasses import dataclass
from pathlib import Path

from facts.claim import Claim
from facts.digest import Digester as FileDigest
from facts.errors import InputError
from facts.text import Text
from ingest.claims.builder import Builder
from ingest.claims.entries import Digester, Filled
from ingest.claims.fault import FaultCollector
from ingest.claims.form import Vocabulary
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
    digest: FileDigest
    notes: tuple[Text, ...] = ()


def read_claim(path: Path, words: Vocabulary, digest: Digester) -> ReadClaim:
    """The claim in the file, or every fault of it at once."""
    content = _content(path)
    told = FaultCollector()
    reader = Reader(words, told)
    filled = _plain(content, path, reader) if path.suffix.lower() in _PLAIN else _sheets(path, reader)
    claim = Builder(filled, words, digest, told).claim()
    return ReadClaim(claim, path.name, len(content), FileDigest.of(content), told.notes)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError(
            f"{path}: got no such file, expected a claim (.xlsx, .json or .toml); check the path"
        ) from error
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
    """The workbook's sheets; what its own reader could not believe is told like everything else."""
    faults = Faults()
    sheets = read_sheets(path, path.name, faults)
    for each in faults.listed():
        if each.note:
            reader.told.note(each.where, each.text.zh, each.text.en)
        else:
            reader.told.fault(each.where, each.text.zh, each.text.en, "a table that can be read")
    return read_sheets_of_claim(sheets, reader) if sheets else {}
