"""Writes an ONNX network, byte for byte the same each time, without a library for it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

# Field numbers and kinds of onnx.proto.
_BYTES, _VARINT = 2, 0
_IR_VERSION, _OPSET = 8, 13
_FLOATS, _INTEGERS = 1, 7
_OF_INTEGER, _OF_TEXT, _OF_INTEGERS = 2, 3, 7
_SEVEN_BITS, _MORE = 0x7F, 0x80
_MASK = (1 << 64) - 1

Attribute = int | str | Sequence[int]


@dataclass(slots=True)
class OnnxBuilder:
    """A network being written: nodes in the order of their work, numbers in the order in which they are first used."""

    producer: str
    name: str
    _nodes: list[bytes] = field(default_factory=list)
    _numbers: list[bytes] = field(default_factory=list)

    def constant(self, values: NDArray[np.generic]) -> str:
        """Adds numbers (floats, or whole numbers of 64 bits) and says what they are called."""
        name = f"c{len(self._numbers)}"
        whole = values.dtype.kind == "i"
        kind = _INTEGERS if whole else _FLOATS
        raw = np.ascontiguousarray(values, "<i8" if whole else "<f4").tobytes()
        dims = b"".join(_number(1, size) for size in values.shape)
        self._numbers.append(dims + _number(2, kind) + _text(8, name) + _bytes(9, raw))
        return name

    def node(self, operation: str, inputs: Iterable[str], output: str, **attributes: Attribute) -> str:
        """Adds one operation and says what its result is called."""
        told = b"".join(_bytes(5, _attribute(key, attributes[key])) for key in sorted(attributes))
        taken = b"".join(_text(1, name) for name in inputs)
        self._nodes.append(taken + _text(2, output) + _text(4, operation) + told)
        return output

    def written(self, shape: Sequence[int], result: Sequence[int]) -> bytes:
        """The whole network, from ``input`` of this shape to ``output``."""
        graph = b"".join(_bytes(1, node) for node in self._nodes) + _text(2, self.name)
        graph += b"".join(_bytes(5, numbers) for numbers in self._numbers)
        graph += _bytes(11, _value("input", shape)) + _bytes(12, _value("output", result))
        opset = _text(1, "") + _number(2, _OPSET)
        return _number(1, _IR_VERSION) + _text(2, self.producer) + _bytes(7, graph) + _bytes(8, opset)


def _value(name: str, shape: Sequence[int]) -> bytes:
    dims = b"".join(_bytes(1, _number(1, size)) for size in shape)
    return _text(1, name) + _bytes(2, _bytes(1, _number(1, _FLOATS) + _bytes(2, dims)))


def _attribute(name: str, value: Attribute) -> bytes:
    if isinstance(value, str):
        return _text(1, name) + _text(4, value) + _number(20, _OF_TEXT)
    if isinstance(value, int):
        return _text(1, name) + _number(3, value) + _number(20, _OF_INTEGER)
    return _text(1, name) + b"".join(_number(8, one) for one in value) + _number(20, _OF_INTEGERS)


def _text(field_number: int, text: str) -> bytes:
    return _bytes(field_number, text.encode())


def _bytes(field_number: int, content: bytes) -> bytes:
    return _varint(field_number << 3 | _BYTES) + _varint(len(content)) + content


def _number(field_number: int, value: int) -> bytes:
    return _varint(field_number << 3 | _VARINT) + _varint(value & _MASK)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > _SEVEN_BITS:
        out.append(value & _SEVEN_BITS | _MORE)
        value >>= 7
    out.append(value)
    return bytes(out)
