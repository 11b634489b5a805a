from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest

from facts.errors import SetupError
from vision.card_parts import InputSpec
from vision.centerface import CENTERFACE, centerface
from vision.model_trial import check, load
from vision.models import WeightsPresence, known_cards, list_models
from vision.weights import centerface_weights, weights_of
from vision.weights_fetch import pull


class Quiet(SimpleHTTPRequestHandler):
    """A file server that keeps its log to itself."""

    def log_message(self, *_: object) -> None:
        """Tests are read, not logs."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_weights_are_pulled_once_and_run_by_their_card(tmp_path: Path) -> None:
    shelf, cache = tmp_path / "shelf", tmp_path / "cache"
    shelf.mkdir()
    (shelf / "net.onnx").write_bytes(centerface_weights().read_bytes())
    with served(shelf) as address:
        card = replace(
            CENTERFACE, name="mirror", url=f"{address}/net.onnx", input=InputSpec(64, 64, fixed=False), probe=None
        )
        assert list_models([card], cache)[0].presence is WeightsPresence.ABSENT
        weights = pull(card, cache)
        (shelf / "net.onnx").unlink()
        assert pull(card, cache) == weights
    assert list_models([card], cache)[0].presence is WeightsPresence.READY
    assert "0 on grey" in check(card, cache)
    assert load(card, cache).digest.sha256 == CENTERFACE.sha256


def test_other_bytes_than_the_card_names_are_not_kept(tmp_path: Path) -> None:
    (tmp_path / "net.onnx").write_bytes(b"something else")
    cache = tmp_path / "cache"
    with served(tmp_path) as address:
        card = replace(CENTERFACE, name="wrong", url=f"{address}/net.onnx")
        with pytest.raises(SetupError, match="nothing was kept"):
            pull(card, cache)
    assert list(cache.iterdir()) == []


def test_a_download_that_cannot_begin_leaves_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    with served(tmp_path) as address:
        card = replace(CENTERFACE, name="gone", url=f"{address}/none.onnx")
        with pytest.raises(SetupError, match="answered 404"):
            pull(card, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    card = replace(CENTERFACE, name="bitten", url="https://models.example/x.onnx")
    weights_of(card, tmp_path)[0].write_bytes(b"bitten")
    assert list_models([card], tmp_path)[0].presence is WeightsPresence.WRONG
    with pytest.raises(SetupError, match="expected 09189dea"):
        load(card, tmp_path)


def test_bytes_that_are_no_network_are_refused_by_name(tmp_path: Path) -> None:
    junk = b"\x08\x07" + bytes(100)
    card = replace(CENTERFACE, name="junk", url="https://models.example/x.onnx", sha256=sha256(junk).hexdigest())
    weights_of(card, tmp_path)[0].write_bytes(junk)
    with pytest.raises(SetupError, match="cannot load"):
        load(card, tmp_path)


def test_the_embedded_detector_is_there_and_finds_nobody_on_grey() -> None:
    detector = centerface(320, 192)
    assert detector.name == known_cards()[0].name == "centerface"
    assert detector.detect(np.full((180, 320, 3), 128, np.uint8)) == ()
