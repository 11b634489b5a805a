"""The convolutional part of a YOLOX network in TensorFlow Lite, written out as ONNX for another size of input.

The published file of bhh-nano is of 320 x 256 pixels and ends in a merging of boxes that no other engine reads. Its
weights hold for every size; what comes after the last convolution is done by ``vision/decoder.py``.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from facts.errors import InputError
from vision.onnx_builder import OnnxBuilder
from vision.tflite import Operation, TfliteNetwork

_PRODUCER = "tfl2onnx"
_STRIDES = (8, 16, 32)
_VALUES = 5
_TO_THE_END = 1 << 30
# Numbers of operations in the format's schema.
_ADD, _CONCATENATION, _CONVOLUTION, _DEPTHWISE, _DEQUANTIZE, _LOGISTIC = 0, 2, 3, 4, 6, 14
_MAX_POOL, _MULTIPLY, _RESHAPE, _PAD, _TRANSPOSE, _SLICE, _RESIZE = 17, 18, 22, 34, 39, 45, 97
_PLAIN = {_ADD: "Add", _MULTIPLY: "Mul", _LOGISTIC: "Sigmoid"}
_SAME = 0
_LONGEST = 120
# What tables that contradict each other lead to: places outside the file, shapes that do not fit, circles.
_BROKEN = (struct.error, LookupError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError)
# Places in the options' tables: how it pads and steps, how wide the window of a pool is.
_OPTION_PADDING, _OPTION_STRIDE_W, _OPTION_STRIDE_H, _OPTION_WIDE, _OPTION_HIGH = 0, 1, 2, 3, 4


def yolox_onnx(tflite: bytes, width: int, height: int) -> bytes:
    """The network as ONNX for frames of this size, with the output ``(1, cells, 5 + classes)``."""
    try:
        return _Conversion(TfliteNetwork.read(tflite)).run(width, height)
    except _BROKEN as error:
        why = f"{type(error).__name__} {error}".split("\n", maxsplit=1)[0][:_LONGEST]
        raise InputError(f"TensorFlow Lite network: got a broken table ({why}), expected a YOLOX network") from error


@dataclass(slots=True)
class _Conversion:
    network: TfliteNetwork
    graph: OnnxBuilder = field(default_factory=lambda: OnnxBuilder(_PRODUCER, "yolox"))
    made: dict[int, str] = field(default_factory=dict)
    by_output: Mapping[int, Operation] = field(default_factory=dict)

    def run(self, width: int, height: int) -> bytes:
        self.by_output = {tensor: one for one in self.network.operations for tensor in one.outputs}
        self.made[self.network.inputs[0]] = "input"
        heads = self._heads()
        classes = self.network.shape(heads[0])[-1]
        flat = []
        for head in heads:
            whole = self._result(head)
            sizes = self.graph.constant(np.array([1, classes, -1], np.int64))
            flat.append(self.graph.node("Reshape", [whole, sizes], f"f{head}"))
        self.graph.node("Concat", flat, "all", axis=2)
        self.graph.node("Transpose", ["all"], "output", perm=[0, 2, 1])
        cells = sum((width // stride) * (height // stride) for stride in _STRIDES)
        return self.graph.written([1, 3, height, width], [1, cells, classes])

    def _heads(self) -> list[int]:
        """The three maps of boxes, finest first: what is turned, flattened and joined at the end."""
        for one in self.network.operations:
            if one.code == _CONCATENATION and len(one.inputs) == len(_STRIDES):
                flat = [self.by_output.get(tensor) for tensor in one.inputs]
                turned = [self.by_output.get(op.inputs[0]) for op in flat if op and op.code == _RESHAPE]
                heads = [op.inputs[0] for op in turned if op and op.code == _TRANSPOSE]
                if len(heads) == len(_STRIDES) and self.network.shape(heads[0])[-1] > _VALUES:
                    return heads
        raise InputError("TensorFlow Lite network: got no three maps of boxes, expected a YOLOX network")

    def _result(self, tensor: int) -> str:
        """What this tensor is called, written out with everything that it rests on."""
        if tensor not in self.made:
            self.made[tensor] = self._written(tensor)
        return self.made[tensor]

    def _written(self, tensor: int) -> str:
        one, name = self.by_output[tensor], f"t{tensor}"
        if one.code in {_CONVOLUTION, _DEPTHWISE}:
            return self._convolution(one, name)
        inputs = [self._result(each) for each in (one.inputs if one.code in _JOINING else one.inputs[:1])]
        if one.code in _PLAIN:
            return self.graph.node(_PLAIN[one.code], inputs, name)
        if one.code == _CONCATENATION:
            return self.graph.node("Concat", inputs, name, axis=1)
        if one.code == _SLICE:
            return self._slice(one, inputs[0], name)
        if one.code == _MAX_POOL:
            return self._pool(one, inputs[0], name)
        if one.code == _RESIZE:
            doubled = self.graph.constant(np.array([1, 1, 2, 2], np.float32))
            how = {"coordinate_transformation_mode": "asymmetric", "mode": "nearest", "nearest_mode": "floor"}
            return self.graph.node("Resize", [inputs[0], "", doubled], name, **how)
        raise InputError(f"TensorFlow Lite network: got operation {one.code}, expected those of a YOLOX network")

    def _convolution(self, one: Operation, name: str) -> str:
        source, given = one.inputs[0], self.by_output.get(one.inputs[0])
        around: list[int] | None = None
        if given and given.code == _PAD:
            (top, bottom), (left, right) = self.network.numbers(given.inputs[1])[1:3].tolist()
            source, around = given.inputs[0], [top, left, bottom, right]
        taken = self._result(source)
        weights, bias = self._numbers(one.inputs[1]), self._numbers(one.inputs[2])
        deep = one.code == _DEPTHWISE
        weights = weights.transpose(3, 0, 1, 2) if deep else weights.transpose(0, 3, 1, 2)
        high, wide = weights.shape[2:]
        steps = [self.network.option(one, place) for place in (_OPTION_STRIDE_H, _OPTION_STRIDE_W)]
        if around is None:
            around = self._same(one, steps, high, wide)
        inputs = [taken, self.graph.constant(weights), self.graph.constant(bias)]
        group = len(weights) if deep else 1
        return self.graph.node("Conv", inputs, name, group=group, kernel_shape=[high, wide], pads=around, strides=steps)

    def _same(self, one: Operation, steps: list[int], high: int, wide: int) -> list[int]:
        if self.network.option(one, _OPTION_PADDING, "<b") != _SAME:
            return [0, 0, 0, 0]
        if max(steps) > 1:
            raise InputError(
                "TensorFlow Lite network: got a stepping convolution padded SAME, expected pads of its own"
            )
        return [high // 2, wide // 2, high // 2, wide // 2]

    def _slice(self, one: Operation, taken: str, name: str) -> str:
        start, step = (self.network.numbers(one.inputs[place])[1:3].astype(np.int64) for place in (1, 3))
        parts = (start, np.full(2, _TO_THE_END, np.int64), np.array([2, 3], np.int64), step)
        return self.graph.node("Slice", [taken, *(self.graph.constant(part) for part in parts)], name)

    def _pool(self, one: Operation, taken: str, name: str) -> str:
        wide, high = (self.network.option(one, place) for place in (_OPTION_WIDE, _OPTION_HIGH))
        steps = [self.network.option(one, place) for place in (_OPTION_STRIDE_H, _OPTION_STRIDE_W)]
        around = self._same(one, steps, high, wide)
        return self.graph.node("MaxPool", [taken], name, kernel_shape=[high, wide], pads=around, strides=steps)

    def _numbers(self, tensor: int) -> NDArray[np.float32]:
        """Weights of half precision, which the file widens before use."""
        given = self.by_output.get(tensor)
        if given and given.code == _DEQUANTIZE:
            tensor = given.inputs[0]
        return self.network.numbers(tensor).astype(np.float32)


_JOINING = frozenset({_ADD, _MULTIPLY, _CONCATENATION})
