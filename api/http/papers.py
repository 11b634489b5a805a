"""Files that explain a doubt: written aside as they come, handed out of the evidence store."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from fastapi import UploadFile
from fastapi.responses import Response, StreamingResponse

from api.http.attachment import disposition
from facts.doubt_case import Attachment
from runtime.doubts.attachments import AttachedFile, attachment_name
from runtime.platform.service import Service
from storage.evidence.port import Ref

_PIECE_BYTES = 1 << 20


def written(folder: Path, files: Sequence[UploadFile]) -> list[AttachedFile]:
    """The files in the folder, each under a name that does no harm."""
    found = []
    for index, one in enumerate(files):
        place = folder / str(index)
        with place.open("wb") as out:
            while piece := one.file.read(_PIECE_BYTES):
                out.write(piece)
        found.append(AttachedFile(attachment_name(one.filename), place))
    return found


def paper_response(service: Service, file: Attachment) -> Response:
    """One attached file, from the evidence store."""
    headers = {**disposition(file.name), "content-length": str(file.size_bytes)}
    return StreamingResponse(_bytes(service, file), media_type="application/octet-stream", headers=headers)


def _bytes(service: Service, file: Attachment) -> Iterator[bytes]:
    yield from service.store.get(Ref(file.digest))
