"""The one place where a network is run: by OpenVINO, or by OpenCV where OpenVINO has no wheel.

Both compute in 32-bit floats on one thread, so that every machine sees the same people in the same picture.
"""

import sys
from collections.abc import Mapping, Sequence
from functools import cache as once
from importlib import import_module
from importlib.metadata import version
from types import ModuleType
from typing import Any, Protocol

import cv2
import numpy as np

from facts.errors import InputError, SetupError
from vision.engine import has_openvino
from vision.onnx import windows
from vision.ports import Tensor

_TELEMETRY = "openvino_telemetry"
# Left alone, OpenVINO computes in bfloat16 where the processor can: scores then differ in the second digit from those
# of the next machine. Pinned, the threads of all worker processes would share one core.
OPENVINO_OPTIONS: Mapping[str, int | str | bool] = {
    "INFERENCE_NUM_THREADS": 1,
    "NUM_STREAMS": 1,
    "PERFORMANCE_HINT": "LATENCY",
    "INFERENCE_PRECISION_HINT": "f32",
    "ENABLE_CPU_PINNING": False,
}
# Both engines hand on names and complaints out of the file, which need not be text.
_BROKEN = (RuntimeError, LookupError, ValueError, MemoryError, cv2.error)
# Recordings of one class come in one size, seldom two; each compiled size of a network holds tens of megabytes.
_MOST_SIZES = 3


class Network(Protocol):
    """A network ready to run."""

    outputs: tuple[str, ...]

    def run(self, blob: Tensor) -> Mapping[str, Tensor]:
        """Every output tensor by its name for one input of batch, channels, height, width."""
        ...


class OpenVinoNetwork:
    """A network in OpenVINO, compiled once for each size of input."""

    def __init__(
        self, name: str, weights: Sequence[bytes], options: Mapping[str, int | str | bool] = OPENVINO_OPTIONS
    ) -> None:
        self._name, self._options = name, dict(options)
        try:
            # Two files are a description and its numbers; one file is ONNX.
            self._model = _core().read_model(model=weights[0], weights=b"".join(weights[1:]))
            self._input = self._model.inputs[0].get_any_name()
            self.outputs = tuple(output.get_any_name() for output in self._model.outputs)
        except _BROKEN as error:
            raise _unreadable(name, "OpenVINO", error) from error
        self._compiled: dict[tuple[int, ...], Any] = {}

    def run(self, blob: Tensor) -> Mapping[str, Tensor]:
        """Every output tensor by its name."""
        try:
            request = self._request(blob.shape)
            request.infer([blob], share_inputs=True)
            return {name: np.array(request.get_tensor(name).data, np.float32) for name in self.outputs}
        except _BROKEN as error:
            raise _does_not_run(self._name, blob, error) from error

    def _request(self, shape: tuple[int, ...]) -> Any:  # noqa: ANN401 - a class of OpenVINO's, which may be absent
        if shape not in self._compiled:
            self._model.reshape({self._input: list(shape)})
            while len(self._compiled) >= _MOST_SIZES:
                del self._compiled[next(iter(self._compiled))]
            made = _core().compile_model(self._model, "CPU", self._options)
            self._compiled[shape] = made.create_infer_request()
        return self._compiled[shape]


class OpenCvNetwork:
    """An ONNX network in OpenCV."""

    def __init__(self, name: str, weights: Sequence[bytes]) -> None:
        if len(weights) != 1:
            raise SetupError(
                f"model {name}: got a network of OpenVINO (xml and bin), expected the openvino package to run it; "
                "install it where it has a wheel, or use an ONNX network"
            )
        refuse_wrong_padding(name, weights[0])
        cv2.setNumThreads(1)
        self._name = name
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(weights[0], np.uint8))
            self.outputs = tuple(self._net.getUnconnectedOutLayersNames())
        except _BROKEN as error:
            raise _unreadable(name, "OpenCV", error) from error

    def run(self, blob: Tensor) -> Mapping[str, Tensor]:
        """Every output tensor by its name."""
        try:
            self._net.setInput(blob)
            found = self._net.forward(list(self.outputs))
        except _BROKEN as error:
            raise _does_not_run(self._name, blob, error) from error
        return {name: np.array(tensor, np.float32) for name, tensor in zip(self.outputs, found, strict=True)}


def open_network(name: str, weights: Sequence[bytes]) -> Network:
    """The network of these weights in the engine of this machine; ``name`` is what faults call it."""
    return OpenVinoNetwork(name, weights) if has_openvino() else OpenCvNetwork(name, weights)


@once
def engine() -> str:
    """Which engine runs networks here, with its version."""
    return f"OpenVINO {version('openvino')}" if has_openvino() else f"OpenCV {cv2.__version__}"


@once
def _openvino() -> ModuleType:
    """OpenVINO without its reporter: importing it would send an event to its makers' counter.

    Its own import falls back on a mute stand-in where that package is not installed, which is what it is shown here.
    """
    hidden = {name: module for name, module in sys.modules.items() if name.split(".")[0] == _TELEMETRY}
    for name in hidden:
        del sys.modules[name]
    sys.modules[_TELEMETRY] = None  # type: ignore[assignment]
    try:
        return import_module("openvino")
    except (ImportError, OSError) as error:
        raise SetupError(
            f"openvino: is installed but cannot be loaded ({error}); install it anew with `make`"
        ) from error
    finally:
        del sys.modules[_TELEMETRY]
        sys.modules.update(hidden)


@once
def _core() -> Any:  # noqa: ANN401 - as _request
    return _openvino().Core()


def refuse_wrong_padding(name: str, model: bytes) -> None:
    """Refuses a network that OpenCV 5.0 computes wrongly without a word."""
    try:
        wrong = [node for node in windows(model) if node.opencv_is_wrong]
    except InputError as error:
        raise _unreadable(name, "OpenCV", error) from error
    if wrong:
        first = wrong[0]
        raise SetupError(
            f"model {name}: got auto_pad = {first.padding} with stride {max(first.strides)} in {first.operation} "
            f"{first.name!r} ({len(wrong)} such), expected explicit pads, because OpenCV computes these wrongly; "
            "export it with pads, or install openvino"
        )


def _unreadable(name: str, engine_name: str, error: Exception) -> SetupError:
    return SetupError(
        f"model {name}: {engine_name} cannot load it ({_line(error)}), expected an ONNX network of opset 11-17, "
        "or the xml and bin of OpenVINO"
    )


def _does_not_run(name: str, blob: Tensor, error: Exception) -> SetupError:
    size = f"{blob.shape[3]} x {blob.shape[2]}"
    return SetupError(
        f"model {name}: does not run at {size} ({_line(error)}); check width, height and fixed on its card"
    )


def _line(error: Exception) -> str:
    """The last line of an engine's complaint: the first ones name its own source files."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1][:200] if lines else type(error).__name__
