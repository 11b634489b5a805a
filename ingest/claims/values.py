"""One cell to one value; what cannot be believed is reported with its place and never guessed."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

from facts.counting import counted
from facts.errors import InputError
from facts.id_number import IdNumber, IdNumberError, masked_id
from facts.money import Fen
from facts.names import masked_name, normal_name
from facts.uscc import Uscc
from ingest.claims.documents import DocumentNumber, bare, document_of
from ingest.claims.entries import Value
from ingest.claims.fault import FaultCollector
from ingest.claims.fields import Field, FieldKind, Vocabulary
from ingest.tables.cells import Cell, CellKind, number_cell
from ingest.tables.ids import looks_rounded
from ingest.tables.moments import Years, day_of

_YES = frozenset("是 有 合格 通过 已就业 就业 齐备 已提供 脱产 初次 新增 y yes true 1 √ ✓ ✔ 对".split())  # noqa: SIM905 - a list of words reads best as one
_NO = frozenset("否 无 不合格 未通过 未就业 不齐备 未提供 不脱产 没有 缺 非初次 n no false 0 × ✗ x 不是".split())  # noqa: SIM905 - as above
_MONEY_SIGNS = re.compile(r"[\s,，¥￥元圆]|人民币|rmb|cny", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"\d{11,}[\dXx]?", re.ASCII)
_SHOWN = 24
_LONGEST = 500
_MOST_FEN = 10**13  # a thousand million yuan: no claim for training is near
_HAIR = Decimal("0.000001")
# Where an unknown word makes the claim impossible to judge; elsewhere it is kept and noted.
_CLOSED = frozenset({"event", "policy", "settlement", "act", "registry", "claimant"})
_KEPT_BY_EXCEL = 15


class Reader:
    """Reads cells by what their field holds."""

    def __init__(self, words: Vocabulary, faults: FaultCollector) -> None:
        self.words, self.faults = words, faults
        self._read: Mapping[FieldKind, Callable[[Field, Cell, str], Value | None]] = {
            FieldKind.TEXT: self._text,
            FieldKind.NAME: self._name,
            FieldKind.ID: self._id,
            FieldKind.USCC: self._uscc,
            FieldKind.ACCOUNT: self._account,
            FieldKind.MONEY: self._money,
            FieldKind.DAY: self._day,
            FieldKind.COUNT: self._count,
            FieldKind.TRUTH: self._truth,
            FieldKind.CHOICE: self._choice,
        }

    def value(self, item: Field, cell: Cell, where: str) -> Value | None:
        """The value, or nothing where the cell is blank or was reported."""
        if not cell.plain:
            return None
        if cell.kind is CellKind.ERROR:
            zh = f"{item.zh}是公式错误 {cell.text}"
            self.faults.fault(
                where, zh, f"the formula error {cell.text}", "a value", "mend the formula or type the value"
            )
            return None
        if cell.formula:
            zh = f"{item.zh}是公式，取的是文件里保存的结果；请核对，最好粘贴为数值"
            self.faults.note(where, zh, f"{item.en} is a formula; its saved result was taken: check it")
        if len(cell.plain) > _LONGEST:
            self.faults.fault(where, f"{item.zh}太长", counted(len(cell.plain), "character"), f"at most {_LONGEST}")
            return None
        return self._read[item.kind](item, cell, where)

    def _text(self, _: Field, cell: Cell, __: str) -> str:
        return cell.plain

    def _name(self, item: Field, cell: Cell, where: str) -> str | None:
        name = normal_name(cell.plain)
        if cell.kind is not CellKind.TEXT or name.isdecimal():
            self.faults.fault(where, f"{item.zh}一栏不是姓名", "a number", "a name")
            return None
        return name

    def _id(self, item: Field, cell: Cell, where: str) -> IdNumber | DocumentNumber | None:
        document = document_of(cell.plain)
        if document is not None:
            zh = f"证件是{document.kind} {document.masked}，不是 18 位身份证号：年龄、历史享受等按证号的核对做不了，请人工核对"
            self.faults.note(
                where, zh, f"{document.masked} is no 18-digit ID number: what is compared by it is left to a person"
            )
            return document
        if looks_rounded(cell):
            shown = masked_id(cell.plain)
            zh = (
                f"{item.zh} {shown} 已被 Excel 改写（只留 15 位，末尾成了 000），原号已丢失；请把该列设为文本后重新填写"
            )
            self.faults.fault(where, zh, f"{shown}, rounded by Excel", "18 characters as text", "type the number again")
            return None
        try:
            return IdNumber(bare(cell.plain))
        except IdNumberError:
            shown = masked_id(cell.plain)
            zh = f"{item.zh} {shown} 位数、出生日期或校验码不对；请对照证件改正；不是身份证的，请填“证件类型”"
            self.faults.fault(
                where,
                zh,
                f"{shown}",
                "a number whose check digit is right",
                "compare with the card; for a passport or permit fill in 证件类型",
            )
            return None

    def _uscc(self, item: Field, cell: Cell, where: str) -> str | None:
        try:
            return Uscc(cell.plain).code
        except InputError as error:
            zh = f"{item.zh} {brief(cell)} 不合 GB 32100（应为 18 位且校验码正确）；请对照营业执照改正"
            self.faults.fault(
                where, zh, str(error).partition(": got ")[2].partition(", expected")[0], "a valid credit code"
            )
            return None

    def _account(self, item: Field, cell: Cell, where: str) -> str | None:
        text = re.sub(r"\s", "", cell.plain)
        if cell.kind is CellKind.NUMBER and len(text) > _KEPT_BY_EXCEL:
            zh = f"{item.zh}是数值格式，超过 15 位的尾数已被 Excel 改写；请把该列设为文本后重新填写"
            self.faults.fault(where, zh, f"a number of {counted(len(text), 'digit')}", "text", "type it again as text")
            return None
        return text

    def _money(self, item: Field, cell: Cell, where: str) -> Fen | None:
        amount = _decimal(_MONEY_SIGNS.sub("", cell.plain))
        if amount is None:
            self.faults.fault(
                where, f"{item.zh}不是金额：{brief(cell)}", f"{brief(cell)!r}", "yuan such as 1500 or 1500.50"
            )
            return None
        if amount < 0:
            self.faults.fault(where, f"{item.zh}为负数 {brief(cell)}", brief(cell), "0 or more")
            return None
        fen = (amount * 100).to_integral_value()
        if abs(amount * 100 - fen) > _HAIR or fen > _MOST_FEN:
            self.faults.fault(where, f"{item.zh}不能精确到分：{brief(cell)}", brief(cell), "whole fen")
            return None
        return Fen(int(fen))

    def _day(self, item: Field, cell: Cell, where: str) -> Value | None:
        day = day_of(cell, Years())
        if day is None:
            zh = f"{item.zh}看不出是哪一天：{brief(cell)}；请写成 2025-04-07"
            self.faults.fault(where, zh, f"{brief(cell)!r}", "a full date such as 2025-04-07, 2025年4月7日 or 20250407")
        return day

    def _count(self, item: Field, cell: Cell, where: str) -> int | None:
        amount = _decimal(re.sub(r"[个月年天学课时人]", "", cell.plain))
        if amount is None or amount < 0 or amount != amount.to_integral_value() or amount > _MOST_FEN:
            self.faults.fault(
                where, f"{item.zh}不是整数：{brief(cell)}", f"{brief(cell)!r}", "a whole number, 0 or more"
            )
            return None
        return int(amount)

    def _truth(self, item: Field, cell: Cell, where: str) -> bool | None:
        word = cell.plain.lower()
        if word in _YES or word in _NO:
            return word in _YES
        self.faults.fault(where, f"{item.zh}应填“是”或“否”：{brief(cell)}", f"{brief(cell)!r}", "是 or 否")
        return None

    def _choice(self, item: Field, cell: Cell, where: str) -> str | None:
        options = self.words.choices(item.choices)
        word = cell.plain.replace(" ", "")
        found = next((each for each in (word, f"{word}培训") if each in options), None)
        if found or word in self.words.spellings.get(item.choices, ()):
            return found or word
        close = get_close_matches(word, options, 3, 0.4)
        hint = f"；是否为 {'、'.join(close)}？" if close else f"；可填 {'、'.join(options[:12])}"
        if item.choices in _CLOSED:
            zh = f"{item.zh}“{brief(cell)}”不认识{hint}"
            self.faults.fault(where, zh, f"{brief(cell)!r}", f"one of {', '.join(close or options)}")
            return None
        self.faults.note(
            where,
            f"{item.zh}“{brief(cell)}”不在选项中，照原文保留{hint}",
            f"{brief(cell)!r} is none of the known words",
        )
        return word


def brief(cell: Cell) -> str:
    """What a cell holds as a message may repeat it: a number that was put into a wrong column may be somebody's."""
    return _LONG_NUMBER.sub(lambda found: masked_id(found.group()), cell.plain)[:_SHOWN]


def _decimal(text: str) -> Decimal | None:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None


def cell_of(value: object) -> Cell:
    """The cell that a JSON or TOML value is read as."""
    if isinstance(value, bool):
        return Cell("TRUE" if value else "FALSE", CellKind.TRUTH)
    if isinstance(value, int | Decimal):
        return number_cell(str(value))
    text = "" if value is None else str(value)
    return Cell(text, CellKind.TEXT) if text.strip() else Cell()


def shown(item: Field, value: Value) -> str:
    """The value as a fault may repeat it: nobody's name or number whole."""
    if isinstance(value, IdNumber | DocumentNumber):
        return value.masked
    if item.kind is FieldKind.ACCOUNT:
        return masked_id(str(value))
    return masked_name(str(value)) if item.kind is FieldKind.NAME else str(value)
