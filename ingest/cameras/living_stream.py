"""A camera's living picture, read from the files that the recorder is writing: the camera itself is never asked.

However many look, the camera has one connection: the recorder's.
"""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from facts.errors import InputError
from ingest.cameras.camera_folder import SegmentPlace, segment_after, segments_backwards
from ingest.cameras.segment_reader import SegmentReader
from ingest.cameras.stream_boxes import BrokenStreamError
from ingest.cameras.stream_codec import StreamCodec

_CLOSE_S = 0.5  # files that follow each other this nearly are one stretch for the eye
_TRIES = 3
_MOST_BYTES = 4 << 20


class NoPictureError(InputError):
    """Nothing is there that could be shown."""


class LivingStream:
    """Header and fragments on one time line from a keyframe on, across files, for as long as they keep coming.

    Media time 0 is the wall's ``begin``; a pause in the recording stays a pause.
    """

    def __init__(self, folder: Path, since: datetime | None = None) -> None:
        self._folder = folder
        self._file, self._next = _opened(folder, since)
        place = self._file.places[self._next]
        self.begin = self._file.start + timedelta(seconds=place.start_s)
        self._end_s = 0.0
        self._headed = False
        self.is_over = False

    @property
    def codec(self) -> StreamCodec:
        """What the pictures are coded in, from the first to the last."""
        if self._file.codec is None:
            raise NoPictureError(f"{self._folder.name}: got a file without a header, expected pictures")
        return self._file.codec

    @property
    def newest(self) -> datetime:
        """When the newest picture that was found ends."""
        return self._file.end

    def take(self) -> bytes:
        """What is new, up to some megabytes; nothing where nothing came. Where the codec changes the stream is over."""
        found = bytearray()
        while len(found) < _MOST_BYTES and not self.is_over:
            if self._next >= len(self._file.places) and not self._file.look() and not self._turn():
                break
            if self._next < len(self._file.places):
                found += self._piece()
        return bytes(found)

    def _piece(self) -> bytes:
        place = self._file.places[self._next]
        at = (self._file.start - self.begin).total_seconds() + place.start_s
        at = self._end_s if abs(at - self._end_s) < _CLOSE_S else at
        box = self._file.fragment(self._next, max(at, 0.0)).box
        header = self._file.shape.header if self._file.shape and not self._headed else b""
        self._headed, self._end_s = True, at + place.length_s
        self._next += 1
        return header + box

    def _turn(self) -> bool:
        """On to the next file, once it has pictures; this one gets no more by then."""
        found = segment_after(self._folder, self._file.path, self._file.inode)
        following = _with_pictures(found) if found else None
        if following is None:
            return False
        if self._file.look():  # written between our last look and the cut
            following.close()
            return True
        before, self._file = self._file, following
        self._next = self._file.key_before(self._file.start) or 0
        self._headed = bool(before.shape and following.shape and before.shape.header == following.shape.header)
        self.is_over = before.codec != following.codec
        before.close()
        return True

    def close(self) -> None:
        """Give the file back."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def newest_file(folder: Path) -> SegmentReader:
    """The newest file that has a keyframe, open; for whoever wants one picture."""
    return _opened(folder, None)[0]


def _opened(folder: Path, since: datetime | None) -> tuple[SegmentReader, int]:
    """The file and the number of the fragment to begin with."""
    earliest: SegmentReader | None = None
    for number, one in enumerate(segments_backwards(folder)):
        file = _with_pictures(one)
        if file is None:
            if since is None and number >= _TRIES:
                break
            continue
        if earliest:
            earliest.close()
        earliest = file
        if since is None or one.start <= since:
            break
    key = earliest.key_before(since) if earliest else None
    if earliest is None or key is None:
        raise NoPictureError(
            f"{folder.name}: got no recorded picture, expected the recorder to have begun; look at its state"
        )
    if since and earliest.start <= since and earliest.end <= since:  # it fell silent before that moment
        following = segment_after(folder, earliest.path, earliest.inode)
        later = _with_pictures(following) if following else None
        if later:
            earliest.close()
            return later, later.key_before(later.start) or 0
    return earliest, key


def _with_pictures(place: SegmentPlace) -> SegmentReader | None:
    """The file, if a keyframe is in it; one that was moved or broken is passed over."""
    try:
        file = SegmentReader(place.path, place.start)
    except OSError:
        return None
    try:
        file.look()
        if file.key_before() is not None:
            return file
    except BrokenStreamError:
        pass
    file.close()
    return None
