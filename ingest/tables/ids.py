"""ID cells to numbers: what Excel rounded is never taken for a number, and no message shows one whole."""

import re

from facts.id_number import IdNumber, IdNumberError, RoundedByExcelError, masked_id
from facts.text import Text
from ingest.tables.cells import Cell, CellKind, number_cell

_SCIENTIFIC = re.compile(r"[1-9](\.\d+)?E\+?\d{2}", re.IGNORECASE | re.ASCII)
_LENGTH = 18
_KEPT_BY_EXCEL = 15
ROUNDED = "000"


def id_number(cell: Cell, *, rounded_column: bool = False) -> IdNumber | Text | None:
    """The number, or the sentence that says why there is none, or nothing for a blank cell."""
    text = cell.plain
    if cell.kind is CellKind.TEXT and text[:-1].isdecimal() and not (rounded_column or text.endswith(ROUNDED)):
        return _read(text)
    text = _digits(cell)
    if not text:
        return None
    if _was_rounded(cell, text) or (rounded_column and text.endswith(ROUNDED)):
        return rounded(text)
    return _read(text)


def _read(text: str) -> IdNumber | Text:
    try:
        return IdNumber(text)
    except RoundedByExcelError:
        return rounded(text)
    except IdNumberError as error:
        return Text(
            f"身份证号 {masked_id(text)} 不合 GB 11643（{_why(text)}），人员已保留但不带证件号；请对照证件改正，"
            "其他证件请以姓名核对",
            f"{error}; the person was kept without a number",
        )


def looks_rounded(cell: Cell) -> bool:
    """Whether Excel has surely replaced the last digits of this ID by zeros."""
    number = id_number(cell)
    return isinstance(number, Text) and number == rounded(_digits(cell))


def rounded(text: str) -> Text:
    """The sentence about an ID number that Excel has destroyed."""
    return Text(
        f"身份证号 {masked_id(text)} 已被 Excel 四舍五入（只保留 15 位，末尾成了 000），原号已丢失；"
        "请从原系统把该列设为“文本”重新导出，人员已保留但不带证件号",
        f"ID number {masked_id(text)} was rounded by Excel, which keeps 15 digits and writes 000: the number is lost "
        "here; export the column as text again; the person was kept without a number",
    )


def _digits(cell: Cell) -> str:
    text = cell.plain
    if cell.kind is CellKind.TEXT and _SCIENTIFIC.fullmatch(text):
        return number_cell(text).text
    return text


def _was_rounded(cell: Cell, text: str) -> bool:
    numeric = cell.kind is CellKind.NUMBER or bool(_SCIENTIFIC.fullmatch(cell.plain))
    return numeric and text.isdecimal() and len(text) > _KEPT_BY_EXCEL and text.endswith("00")


def _why(text: str) -> str:
    bare = re.sub(r"[\s-]+", "", text)
    if len(bare) != _LENGTH:
        return f"{len(bare)} 位，应为 18 位"
    if not re.fullmatch(r"\d{17}[\dXx]", bare, re.ASCII):
        return "含有数字和 X 以外的字符"
    return "出生日期或校验码不对"
