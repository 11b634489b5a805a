"""The zip around an XLSX: opened only once its true size is known, because declared sizes can lie."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from lzma import LZMAError
from typing import Any
from xml.parsers import expat

from facts.counting import counted
from ingest.tables.fault import UnreadableTableError

MAX_UNPACKED_BYTES = 256 * 1024 * 1024
_MAX_MEMBERS = 4_000
_CHUNK = 1 << 20
_UNKNOWN_SIZE = 1 << 62
_ENCRYPTED = 0x1
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
)
"""What zipfile and zlib raise on archives that are cut, scrambled or use methods Excel never writes."""


def unreadable_workbook(error: Exception) -> UnreadableTableError:
    """The sentence for a workbook that ends early or is scrambled."""
    return UnreadableTableError(
        f"文件已损坏或不完整（{error}），请用 Excel/WPS 打开后另存为 .xlsx",
        f"the file is damaged or incomplete ({error}); open it in Excel or WPS and save it again as .xlsx",
    )


@dataclass(frozen=True, slots=True)
class XlsxArchive:
    """The parts of an XLSX by normal name, each known to fit the memory that a table may take."""

    archive: zipfile.ZipFile
    names: dict[str, str]

    def __contains__(self, name: str) -> bool:
        return name.lower() in self.names

    def parse(self, name: str, parser: "expat.XMLParserType") -> None:
        """Feed one part through an XML parser; a part that is missing feeds nothing."""
        for chunk in self.chunks(name):
            feed(parser, chunk)
        if name in self:
            feed(parser, b"", final=True)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The part's bytes piece by piece; a part that is missing has none."""
        stored = self.names.get(name.lower())
        if stored is None:
            return
        try:
            with self.archive.open(stored) as part:
                while chunk := part.read(_CHUNK):
                    yield chunk
        except _DAMAGED as error:
            raise unreadable_workbook(error) from error


def open_package(content: bytes) -> XlsxArchive:
    """The package once every part has been unpacked and counted within the limit, without keeping it."""
    try:
        archive = zipfile.ZipFile(BytesIO(content))
        members = archive.infolist()
    except _DAMAGED as error:
        raise unreadable_workbook(error) from error
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableTableError(
            "文件有密码，请去掉密码后重新保存", "the file has a password; remove it and save again"
        )
    if len(members) > _MAX_MEMBERS:
        raise _too_big(f"{len(members)} 个部件", counted(len(members), "part"))
    _measure(archive, members)
    return XlsxArchive(archive, {_normal(member.filename): member.filename for member in members})


def _measure(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    room = MAX_UNPACKED_BYTES
    for member in members:
        if not _normal(member.filename).endswith((".xml", ".rels")):
            continue
        declared, member.file_size = member.file_size, _UNKNOWN_SIZE
        try:
            with archive.open(member) as part:
                while chunk := part.read(_CHUNK):
                    room -= len(chunk)
                    if room < 0:
                        raise _too_big(
                            f"解压后超过 {MAX_UNPACKED_BYTES >> 20} MB", f"over {MAX_UNPACKED_BYTES >> 20} MB unpacked"
                        )
        except _DAMAGED as error:
            raise unreadable_workbook(error) from error
        finally:
            member.file_size = declared


def _too_big(zh: str, en: str) -> UnreadableTableError:
    return UnreadableTableError(
        f"文件{zh}，不像一张名册或考勤表，未打开；请只导出需要的行再保存",
        f"the file has {en}, more than a roster or check-in list needs, and was not opened; "
        "export only the rows needed",
    )


def _normal(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").lower()


def feed(parser: "expat.XMLParserType", chunk: bytes, *, final: bool = False) -> None:
    """Give the parser the next bytes; what is no XML is a damaged file."""
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as error:
        raise unreadable_workbook(error) from error


def plain_parser() -> "expat.XMLParserType":
    """An XML parser that knows no document types, hence no entities to blow up and nothing to fetch."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*_: Any) -> None:  # noqa: ANN401 - expat's own signature
    raise UnreadableTableError(
        "文件内含 DTD 声明，Excel 不会这样保存，未读取；请用 Excel/WPS 另存为 .xlsx",
        "the file declares a document type, which Excel never does, and was not read; save it again as .xlsx",
    )


@lru_cache(maxsize=1024)
def local_name(tag: str) -> str:
    """The tag without its namespace, since strict and transitional workbooks differ only there."""
    return tag.rpartition(" ")[2]
