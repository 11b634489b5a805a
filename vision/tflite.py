"""Just enough of the TensorFlow Lite format (a flatbuffer) to read one network's operations and numbers."""

import struct
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from facts.errors import InputError

# Fields of the format's schema, by their place in each table.
_MODEL_CODES, _MODEL_GRAPHS, _MODEL_BUFFERS = 1, 2, 4
_CODE_OLD, _CODE_NEW = 0, 3
_GRAPH_TENSORS, _GRAPH_INPUTS, _GRAPH_OPERATIONS = 0, 1, 3
_TENSOR_SHAPE, _TENSOR_KIND, _TENSOR_BUFFER = 0, 1, 2
_OPERATION_CODE, _OPERATION_INPUTS, _OPERATION_OUTPUTS, _OPERATION_OPTIONS = 0, 1, 2, 4
_KINDS = {0: "<f4", 1: "<f2", 2: "<i4", 4: "<i8"}
_MARK = b"TFL3"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its number in the format, the tensors it takes and gives, and where its options lie."""

    code: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: int


@dataclass(slots=True)
class TfliteNetwork:
    """A network's operations in order; numbers of tensors are read when asked for."""

    content: bytes
    inputs: tuple[int, ...] = ()
    operations: tuple[Operation, ...] = ()
    _tensors: tuple[int, ...] = field(default=(), repr=False)
    _buffers: tuple[int, ...] = field(default=(), repr=False)

    @classmethod
    def read(cls, content: bytes) -> "TfliteNetwork":
        """The first graph of these bytes."""
        if content[4:8] != _MARK:
            raise InputError(f"byte 4: got {content[4:8]!r}, expected {_MARK!r} of a TensorFlow Lite network")
        network = cls(content)
        try:
            network._fill()
        except (struct.error, IndexError, ValueError) as error:
            raise InputError(f"TensorFlow Lite network: got a broken table ({error}), expected a whole file") from error
        return network

    def _fill(self) -> None:
        model = self._follow(0)
        codes = [
            max(self._number(code, _CODE_OLD, "<b"), self._number(code, _CODE_NEW, "<i"))
            for code in self._tables(model, _MODEL_CODES)
        ]
        graph = self._tables(model, _MODEL_GRAPHS)[0]
        self.inputs = self._numbers(graph, _GRAPH_INPUTS)
        self._tensors = self._tables(graph, _GRAPH_TENSORS)
        self._buffers = self._tables(model, _MODEL_BUFFERS)
        self.operations = tuple(
            Operation(
                codes[self._number(one, _OPERATION_CODE, "<I")],
                self._numbers(one, _OPERATION_INPUTS),
                self._numbers(one, _OPERATION_OUTPUTS),
                self._table(one, _OPERATION_OPTIONS),
            )
            for one in self._tables(graph, _GRAPH_OPERATIONS)
        )

    def shape(self, tensor: int) -> tuple[int, ...]:
        """The sizes of a tensor's axes."""
        return self._numbers(self._tensors[tensor], _TENSOR_SHAPE)

    def numbers(self, tensor: int) -> NDArray[np.generic]:
        """What a constant tensor holds."""
        table = self._tensors[tensor]
        kind = self._number(table, _TENSOR_KIND, "<b")
        if kind not in _KINDS:
            raise InputError(f"tensor {tensor}: got numbers of kind {kind}, expected one of {sorted(_KINDS)}")
        start, count = self._vector(self._buffers[self._number(table, _TENSOR_BUFFER, "<I")], 0)
        return np.frombuffer(self.content[start : start + count], _KINDS[kind]).reshape(self.shape(tensor))

    def option(self, operation: Operation, place: int, layout: str = "<i") -> int:
        """One option of an operation, 0 where the file leaves it out."""
        return self._number(operation.options, place, layout) if operation.options else 0

    def _follow(self, at: int) -> int:
        (step,) = struct.unpack_from("<I", self.content, at)
        return at + int(step)

    def _field(self, table: int, place: int) -> int:
        (back,) = struct.unpack_from("<i", self.content, table)
        (size,) = struct.unpack_from("<H", self.content, table - back)
        slot = 4 + 2 * place
        if slot >= size:
            return 0
        (step,) = struct.unpack_from("<H", self.content, table - back + slot)
        return table + step if step else 0

    def _number(self, table: int, place: int, layout: str) -> int:
        at = self._field(table, place)
        return int(struct.unpack_from(layout, self.content, at)[0]) if at else 0

    def _table(self, table: int, place: int) -> int:
        at = self._field(table, place)
        return self._follow(at) if at else 0

    def _vector(self, table: int, place: int) -> tuple[int, int]:
        """Where a list begins and how many entries it has."""
        at = self._table(table, place)
        if not at:
            return 0, 0
        (count,) = struct.unpack_from("<I", self.content, at)
        return at + 4, int(count)

    def _numbers(self, table: int, place: int) -> tuple[int, ...]:
        start, count = self._vector(table, place)
        return struct.unpack_from(f"<{count}i", self.content, start) if count else ()

    def _tables(self, table: int, place: int) -> tuple[int, ...]:
        start, count = self._vector(table, place)
        return tuple(self._follow(start + 4 * index) for index in range(count))
