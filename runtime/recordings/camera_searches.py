"""Cameras searched for because a page asked: by the recorder, only in the networks that the operator named for cameras."""

import ipaddress
import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Engine

from facts.codec import dumps
from facts.errors import InputError, XueshiError
from ingest.cameras.onvif_discovery import FoundCamera, discover
from runtime.recordings.camera_condition import SearchResult, SeenCamera
from runtime.recordings.camera_search import ask_cameras, within
from runtime.recordings.camera_unit import RecorderPlace
from storage.database.connection import reading, writing
from storage.database.recordings.searches import (
    KeptSearch,
    finish_search,
    search_waits,
    take_search,
)

_LOG = logging.getLogger("xueshi.record")
_LOOKED_S = 3.0
Discover = Callable[[float], list[FoundCamera]]


class CameraSearches:
    """Does what is asked for, one at a time."""

    def __init__(
        self, engine: Engine, place: RecorderPlace, clock: Callable[[], datetime], find: Discover = discover
    ) -> None:
        self._engine, self._place, self._clock, self._find = engine, place, clock, find
        self._thread: threading.Thread | None = None

    def step(self) -> None:
        """Begin one that waits."""
        if self._thread and self._thread.is_alive():
            return
        at = self._clock()
        with reading(self._engine, "looking for searches") as connection:
            if not search_waits(connection, at):
                return
        with writing(self._engine, "taking a search") as connection:
            taken = take_search(connection, at)
        if taken:
            self._thread = threading.Thread(target=self._do, args=(taken,), name="xueshi-search", daemon=True)
            self._thread.start()

    def _do(self, taken: KeptSearch) -> None:
        try:
            told = replace(taken, result=dumps(self._searched()), done_at=self._clock())
            with writing(self._engine, "telling of a search") as connection:
                finish_search(connection, told)
        except (XueshiError, OSError):
            _LOG.exception("the search for cameras was not finished")

    def _searched(self) -> SearchResult:
        if not self._place.networks:
            return SearchResult(unnamed=True)
        may_ask = within(self._place.networks)
        try:
            heard = self._find(_LOOKED_S)
        except InputError as error:  # no network at all: nobody answered
            _LOG.warning("%s", error)
            heard = []
        found = [one for one in heard if may_ask(ipaddress.ip_address(one.address))]
        asked = ask_cameras(found, "", "", self._clock, self._place.pins, may_ask)
        return SearchResult(
            tuple(
                SeenCamera(
                    one.found.address,
                    one.found.port,
                    one.found.name,
                    one.found.model,
                    one.clock,
                    other_certificate=one.is_other,
                )
                for one in asked
            )
        )
