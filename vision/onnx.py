"""Just enough of the ONNX format (protobuf) to see what a network's nodes ask for, without a library for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from facts.errors import InputError

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.node, and what a node is made of.
_GRAPH, _NODE = 7, 1
_NODE_NAME, _OPERATION, _ATTRIBUTE = 3, 4, 5
_ATTRIBUTE_NAME, _TEXT, _INTEGERS = 1, 4, 8
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_WINDOWS = frozenset({"Conv", "ConvTranspose", "MaxPool", "AveragePool", "LpPool"})
_SEVEN_BITS, _MORE = 0x7F, 0x80
_MOST_BITS = 64


@dataclass(frozen=True, slots=True)
class WindowNode:
    """One operation that moves a window over a picture: its name, how it pads, and by how many pixels it steps."""

    operation: str
    name: str
    padding: str
    strides: tuple[int, ...]

    @property
    def opencv_is_wrong(self) -> bool:
        """Whether OpenCV 5.0 computes it wrongly in silence: windows that step and choose their padding themselves.

        Convolutions and poolings are shifted by a pixel on even sizes, transposed convolutions come out smaller.
        """
        wrong = {"SAME_UPPER", "SAME_LOWER"} if self.operation == "ConvTranspose" else {"SAME_UPPER"}
        return self.padding in wrong and max(self.strides, default=1) > 1


def windows(model: bytes) -> Iterator[WindowNode]:
    """Every convolution and pooling of an ONNX network, in order."""
    for number, graph in _fields(model):
        if number == _GRAPH and isinstance(graph, bytes):
            for kind, node in _fields(graph):
                if kind == _NODE and isinstance(node, bytes):
                    yield from _window(node)


def _window(node: bytes) -> Iterator[WindowNode]:
    name = operation = padding = ""
    strides: tuple[int, ...] = ()
    for number, value in _fields(node):
        if not isinstance(value, bytes):
            continue
        if number == _NODE_NAME:
            name = _text(value)
        elif number == _OPERATION:
            operation = _text(value)
        elif number == _ATTRIBUTE:
            attribute = tuple(_fields(value))
            called = next((_text(part) for of, part in attribute if of == _ATTRIBUTE_NAME), "")
            if called == "auto_pad":
                padding = next((_text(part) for of, part in attribute if of == _TEXT), "")
            elif called == "strides":
                strides = tuple(_integers(attribute))
    if operation in _WINDOWS:
        yield WindowNode(operation, name, padding, strides)


def _text(value: bytes | int) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else ""


def _integers(attribute: tuple[tuple[int, bytes | int], ...]) -> Iterator[int]:
    """Both spellings of a repeated integer: one by one, or packed into one field."""
    for number, value in attribute:
        if number == _INTEGERS and isinstance(value, int):
            yield value
        elif number == _INTEGERS and isinstance(value, bytes):
            at = 0
            while at < len(value):
                one, at = _varint(value, at)
                yield one


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            length, at = _varint(message, at)
        elif wire in {_FIXED32, _FIXED64}:
            length = 4 if wire == _FIXED32 else 8
        else:
            raise InputError(f"byte {at}: got wire type {wire}, expected an ONNX network (protobuf)")
        if at + length > len(message):
            raise InputError(f"byte {at}: got {len(message) - at} bytes, expected {length} more of an ONNX network")
        yield number, message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message) and shift < _MOST_BITS:
        byte = message[at]
        value |= (byte & _SEVEN_BITS) << shift
        at, shift = at + 1, shift + 7
        if not byte & _MORE:
            return value, at
    raise InputError(f"byte {at}: got no end of a number, expected an ONNX network (protobuf)")
