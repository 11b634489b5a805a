"""The previews of recordings, which retention lists and deletes with the rest although they are in no register."""

from runtime.platform.clock import now
from runtime.recordings.preview_expiry import RecordingPreviews, by_recording, expire_previews, stored_previews
from runtime.retention.command import RetentionRequest, open_register
from runtime.retention.vault import Clock


def previews_of(request: RetentionRequest) -> tuple[RecordingPreviews, ...]:
    """The previews that lie here; they are in no store, and each is deleted when its own short life is over."""
    return by_recording(stored_previews(request.home))


def forget_previews(request: RetentionRequest, clock: Clock = now) -> int:
    """Deletes previews whose life is over, with a leaf each; how many there were."""
    return expire_previews(open_register(request).engine, request.home, clock())
