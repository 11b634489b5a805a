"""From a file to sheets, by what its bytes are and never by what its name ends in."""

import errno
from pathlib import Path

from ingest.tables.bounds import OF_A_CLASS, Bounds
from ingest.tables.cells import Sheet
from ingest.tables.fault import Faults, TableFault, UnreadableTableError
from ingest.tables.text_table import read_delimited
from ingest.tables.xlsx import read_xlsx
from ingest.tables.xlsx_archive import open_package

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = b"PK\x03\x04"
_MARKUP = (b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta", b"mime-version:")


def read_sheets(path: Path, file: str, faults: Faults, bounds: Bounds = OF_A_CLASS) -> list[Sheet]:
    """Every sheet of the table file; whatever cannot be read leaves a fault under the name ``file``."""
    try:
        return _read(_content(path, bounds.file_bytes), file, faults, bounds)
    except UnreadableTableError as error:
        faults.add(TableFault(file, error.text))
    except OSError as error:
        if error.errno == errno.ENOMEM:
            raise MemoryError from error
        faults.fault(
            file,
            f"无法读取（{error.strerror}）；请检查权限和磁盘",
            f"cannot be read ({error.strerror}); check permissions and disk",
        )
    return []


def _content(path: Path, most_bytes: int) -> bytes:
    size = path.stat().st_size
    if size > most_bytes:
        raise UnreadableTableError(
            f"文件有 {size >> 20} MB，超过 {most_bytes >> 20} MB，未打开；请只导出本班期的数据，不带图片",
            f"the file has {size >> 20} MB, over {most_bytes >> 20} MB, and was not opened; "
            "export this class only, without pictures",
        )
    with path.open("rb") as stream:
        content = stream.read(size + 1)
    if not content:
        raise UnreadableTableError("空文件（0 字节），请重新导出", "an empty file (0 bytes); export it again")
    return content


def _read(content: bytes, file: str, faults: Faults, bounds: Bounds) -> list[Sheet]:
    if content.startswith(ZIP):
        return _read_zip(content, file, faults, bounds)
    if content.startswith(OLE):
        return _read_ole(content, file, faults)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:16].lower().startswith(_MARKUP):
        raise UnreadableTableError(
            "其实是网页（HTML/XML），不是表格；请用 Excel/WPS 打开后另存为 .xlsx",
            "this is really a web page (HTML/XML); open it in Excel or WPS and save it as .xlsx",
        )
    return read_delimited(content, file, faults, bounds)


def _read_zip(content: bytes, file: str, faults: Faults, bounds: Bounds) -> list[Sheet]:
    package = open_package(content)
    if "xl/workbook.xml" in package:
        return read_xlsx(package, file, faults, bounds)
    raise UnreadableTableError(
        "是压缩包而不是 .xlsx 表格；请解压，或用 Excel/WPS 另存为 .xlsx",
        "this is an archive and no .xlsx table; unpack it, or save the table as .xlsx",
    )


def _read_ole(content: bytes, file: str, faults: Faults) -> list[Sheet]:
    from ingest.tables.xls import password_needed, read_xls  # noqa: PLC0415 - few tables are of this kind, calamine is heavy

    if "EncryptedPackage".encode("utf-16-le") in content:
        raise password_needed()
    if not any(name.encode("utf-16-le") in content for name in ("Workbook", "Book")):
        raise UnreadableTableError(
            "是旧版 Office 文档而不是表格；请用 Excel/WPS 另存为 .xlsx",
            "this is an old Office document and no table; save the table as .xlsx",
        )
    return read_xls(content, file, faults)
