"""A class's recordings to be shown by whichever node is asked: of its own disk, of the blobs, or by ranges of the evidence."""

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager

from facts.errors import InputError, NotFoundError
from runtime.platform.service import Service
from runtime.uploads.class_originals import class_originals
from runtime.verification.stored_recordings import NOTHING_STORED, StoredRecordings


@contextmanager
def at_hand(
    service: Service, class_id: int, names: Collection[str], *, whole: bool = True
) -> Iterator[StoredRecordings]:
    """Within it these can be opened by their paths; what is made of them counts only where every range was given.

    Where one is nowhere they are refused, or, where they need not be ``whole``, those that lie here must do.
    """
    with ExitStack() as opened:
        try:
            stored = opened.enter_context(class_originals(service.engine, service.settings, class_id, names))
        except InputError as error:
            if whole:
                raise NotFoundError("录像", "recording here, among the blobs or in the evidence store") from error
            stored = NOTHING_STORED
        with stored.certain():
            yield stored
