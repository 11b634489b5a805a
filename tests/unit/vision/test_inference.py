from collections.abc import Callable

import numpy as np
import pytest

from facts.errors import SetupError
from tests.fixtures.tiny_networks import SIDE, answering, rows, window
from vision.engine import has_openvino
from vision.inference import Network, OpenCvNetwork, OpenVinoNetwork, engine, open_network
from vision.ports import Tensor
from vision.weights import centerface_weights

ENGINES = [OpenVinoNetwork, OpenCvNetwork]
UPPER, LOWER = {"auto_pad": "SAME_UPPER"}, {"auto_pad": "SAME_LOWER"}
Opener = Callable[[str, list[bytes]], Network]


def noise(side: int, seed: int = 3) -> Tensor:
    return np.random.default_rng(seed).random((1, 3, side, side), np.float32)


def test_openvino_runs_networks_wherever_it_is_installed() -> None:
    assert has_openvino()
    assert engine().startswith("OpenVINO 2")
    assert isinstance(open_network("tiny", [answering(rows((1, 2, 3, 4, 0.9, 0)))]), OpenVinoNetwork)


def test_both_engines_see_the_same_in_the_same_picture() -> None:
    weights, frame = centerface_weights().read_bytes(), noise(96) * 255
    one, other = (opened("centerface", [weights]).run(frame) for opened in (OpenVinoNetwork, OpenCvNetwork))
    assert one.keys() == other.keys()
    for name, tensor in one.items():
        assert tensor == pytest.approx(other[name], abs=1e-3 * float(tensor.std()))


def test_a_network_of_free_size_is_run_at_every_size_in_turn() -> None:
    network = OpenVinoNetwork("centerface", [centerface_weights().read_bytes()])
    heights = [network.run(noise(side))["537"].shape[2] for side in (64, 96, 128, 160, 64)]
    assert heights == [16, 24, 32, 40, 16]


@pytest.mark.parametrize(
    ("operation", "padding"),
    [("Conv", UPPER), ("MaxPool", UPPER), ("AveragePool", UPPER), ("ConvTranspose", UPPER), ("ConvTranspose", LOWER)],
)
def test_windows_that_opencv_computes_wrongly_in_silence_are_refused_in_one_line(
    operation: str, padding: dict[str, str]
) -> None:
    with pytest.raises(SetupError, match=rf"auto_pad = {padding['auto_pad']} with stride 2 in {operation}") as caught:
        OpenCvNetwork("shifted", [window(operation, 6, 3, 2, padding)])
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("stride", "padding"), [(1, UPPER), (2, LOWER), (2, {"pads": [0, 0, 1, 1]})], ids=["no step", "lower", "told"]
)
def test_windows_that_opencv_computes_rightly_are_run(stride: int, padding: dict[str, str]) -> None:
    network = window("Conv", 6, 3, stride, padding)
    (one,) = OpenVinoNetwork("window", [network]).run(noise(6)).values()
    (other,) = OpenCvNetwork("window", [network]).run(noise(6)).values()
    assert one == pytest.approx(other, rel=1e-4)


def test_openvino_computes_the_windows_that_opencv_does_not() -> None:
    padded = OpenVinoNetwork("upper", [window("Conv", 6, 3, 2, UPPER)]).run(noise(6))["output"]
    told = OpenVinoNetwork("told", [window("Conv", 6, 3, 2, {"pads": [0, 0, 1, 1]})]).run(noise(6))["output"]
    assert padded == pytest.approx(told)


@pytest.mark.parametrize("opened", ENGINES)
@pytest.mark.parametrize("junk", [b"", b"\x08\x07" + bytes(100), b"<html>not found</html>", b"\x3a\xff\xff\xff\x7f"])
def test_bytes_that_are_no_network_are_refused_in_one_line(opened: Opener, junk: bytes) -> None:
    with pytest.raises(SetupError, match=r"model junk: .*cannot load it") as caught:
        opened("junk", [junk])
    assert "\n" not in str(caught.value)


def test_names_that_are_no_text_are_refused_in_one_line() -> None:
    for name in (b"input", b"output"):
        scrambled = answering(rows((8, 8, 40, 60, 0.9, 0))).replace(name, b"\xff" * len(name))
        with pytest.raises(SetupError, match="cannot load it") as caught:
            OpenVinoNetwork("tiny", [scrambled])
        assert "\n" not in str(caught.value)


def test_a_frame_that_the_network_cannot_take_is_refused_in_one_line() -> None:
    network = OpenVinoNetwork("window", [window("Conv", 6, 3, 1, UPPER)])
    with pytest.raises(SetupError, match="model window: does not run at 6 x 6") as caught:
        network.run(np.zeros((1, 4, 6, 6), np.float32))
    assert "\n" not in str(caught.value)


def test_two_files_of_openvino_need_it() -> None:
    with pytest.raises(SetupError, match="expected the openvino package"):
        OpenCvNetwork("person", [b"<net/>", b""])


def test_numbers_are_copies_that_the_next_frame_does_not_change() -> None:
    network = OpenVinoNetwork("window", [window("Conv", SIDE, 3, 1, UPPER)])
    first = network.run(noise(SIDE, 1))["output"]
    before = first.copy()
    network.run(noise(SIDE, 2))
    assert first == pytest.approx(before)
