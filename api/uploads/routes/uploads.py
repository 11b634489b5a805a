"""Files in pieces, by the tus protocol 1.0 (creation, checksum, termination, expiration); resumable after any break."""

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import datetime
from email.utils import format_datetime
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Header, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.http.auth import OpenGuard, needs
from api.http.openapi import problems
from api.http.problem import ProblemError, invalid
from api.http.service import Served
from api.uploads.schemas import Token
from facts.errors import ConflictError, Fault
from facts.text import Text
from pipeline.accounts.rights import Action
from runtime.accounts.caller import Caller
from runtime.platform.service import Service
from runtime.uploads.arrival import (
    ElsewhereError,
    announce,
    finish_whole,
    forget,
    offset_of,
    partial_of,
    prolong,
    refuse_elsewhere,
    refuse_other_offset,
    too_large,
    upload_for,
)
from storage.database.uploads import UploadAnnouncement, UploadRow
from storage.uploads.file_names import name_fault
from storage.uploads.partial_file import BusyError, PartialFileWriter

router = APIRouter(prefix="/api/v1/uploads", tags=["uploads"])
VERSION = "1.0.0"
STALLED_S = 30
NODE_HEADER = "xueshi-upload-node"
_BUFFER = 1 << 20
_OFFSET_TYPE = "application/offset+octet-stream"
_HEADERS = {"tus-resumable": VERSION}
Writing = Annotated[Caller, needs(Action.RECORDING_WRITE)]
Version = Annotated[str, Header(alias="Tus-Resumable", description="1.0.0")]
Digits = Annotated[str, Header(pattern=r"^[0-9]{1,15}$")]


@router.options("", status_code=204, dependencies=[Depends(OpenGuard("a client asks what the server can do"))])
def abilities(service: Served) -> Response:
    """What this server understands of the protocol."""
    own = {
        "tus-version": VERSION,
        "tus-extension": "creation,checksum,termination,expiration",
        "tus-max-size": str(service.settings.upload_bytes),
        "tus-checksum-algorithm": "sha256",
    }
    return Response(status_code=204, headers=_HEADERS | own)


@router.post("", status_code=201, response_class=Response, responses=problems(412, 413))
def create(
    service: Served,
    caller: Writing,
    tus_resumable: Version,
    upload_length: Digits,
    upload_metadata: Annotated[str, Header(description="class, name, and role and sha256 if known; values in base64")],
) -> Response:
    """Announces a file of a class: ``Upload-Metadata: class MTI=,name …``; without a role the file's own headers say it."""
    _refuse_version(tus_resumable)
    made = announce(service, caller, _wanted(upload_metadata, int(upload_length)))
    place = {"location": f"{router.prefix}/{made.token}", "upload-expires": _http_date(made.ends_at)}
    return Response(status_code=201, headers=_HEADERS | place)


@router.head("/{token}", response_class=Response, responses=problems(409, 412, 460))
def offset(service: Served, caller: Writing, token: Token, tus_resumable: Version) -> Response:
    """How far the upload is; one that is whole is the class's file by the time of the answer."""
    _refuse_version(tus_resumable)
    found = upload_for(service, caller, token)
    _refuse_elsewhere(service, found)
    finish_whole(service, found)
    own = {"upload-length": str(found.length), "upload-expires": _http_date(found.ends_at)}
    return Response(
        headers=_HEADERS | own | {"upload-offset": str(offset_of(service, found)), "cache-control": "no-store"}
    )


@router.patch("/{token}", status_code=204, response_class=Response, responses=problems(408, 409, 412, 413, 415, 460))
async def append(
    request: Request,
    service: Served,
    caller: Writing,
    token: Token,
    tus_resumable: Version,
    upload_offset: Digits,
    content_type: Annotated[str, Header()],
    upload_checksum: Annotated[str | None, Header(description="sha256 and the digest in base64")] = None,
) -> Response:
    """The next bytes; the answer comes when they are durable, and with the last of them the file is the class's."""
    _refuse_version(tus_resumable)
    if content_type.partition(";")[0].strip() != _OFFSET_TYPE:
        title = Text("不支持这种内容格式", "this kind of content is not understood")
        raise ProblemError(415, "WRONG_TYPE", title, got=content_type[:80], expected=_OFFSET_TYPE)
    found = await run_in_threadpool(upload_for, service, caller, token)
    if found.file_id is not None and int(upload_offset) == found.length:  # the last answer was lost on its way
        own = {"upload-offset": str(found.length), "upload-expires": _http_date(found.ends_at)}
        return Response(status_code=204, headers=_HEADERS | own)
    await run_in_threadpool(_refuse_elsewhere, service, found)
    partial = partial_of(service, token)
    try:
        with partial.writing(aside=upload_checksum is not None) as writer:
            at = refuse_other_offset(found, partial, int(upload_offset))
            await _take(request, writer, found.length - at, _checksum(upload_checksum))
    except BusyError as busy:
        raise ConflictError("a second writer", "one at a time", "ask for the offset and go on") from busy
    ends_at = await run_in_threadpool(prolong, service, found)
    own = {"upload-offset": str(offset_of(service, found)), "upload-expires": _http_date(ends_at)}
    return Response(status_code=204, headers=_HEADERS | own)


@router.delete("/{token}", status_code=204, response_class=Response, responses=problems(412))
def end(service: Served, caller: Writing, token: Token, tus_resumable: Version) -> Response:
    """The sender gives up; a file that became the class's stays."""
    _refuse_version(tus_resumable)
    found = upload_for(service, caller, token)
    forget(service, found)
    return Response(status_code=204, headers=_HEADERS)


def _refuse_elsewhere(service: Service, found: UploadRow) -> None:
    """A HEAD has no body, so the node's name stands in a header as well; 404 makes any client begin again."""
    try:
        refuse_elsewhere(service, found)
    except ElsewhereError as error:
        raise ProblemError(
            404,
            error.code,
            error.title,
            got=error.got,
            expected=error.expected,
            remedy=error.remedy,
            headers=_HEADERS | {NODE_HEADER: quote(error.node)},
        ) from error


def _wanted(metadata: str, length: int) -> UploadAnnouncement:
    given: dict[str, str] = {}
    for pair in metadata.split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            given[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            raise invalid(Fault(f"Upload-Metadata {key[:40]}", value[:60], "UTF-8 in base64")) from None
    number, digest = given.get("class", ""), given.get("sha256", "")
    faults = [name_fault(given.get("name", ""), given.get("role", ""))]
    if not re.fullmatch(r"[0-9]{1,15}", number):
        faults.append(Fault("class", repr(number[:40]), "the number of a class"))
    if digest and not re.fullmatch(r"[0-9a-f]{64}", digest):
        faults.append(Fault("sha256", repr(digest[:80]), "64 lower-case hex digits"))
    if found := [fault for fault in faults if fault]:
        raise invalid(*found)
    return UploadAnnouncement(int(number), given["name"], given.get("role", ""), length, digest)


def _refuse_version(given: str) -> None:
    if given != VERSION:
        title = Text("不支持的 tus 版本", "another version of tus")
        raise ProblemError(
            412, "TUS_VERSION", title, got=given[:20], expected=VERSION, headers={"tus-version": VERSION}
        )


def _checksum(header: str | None) -> bytes | None:
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    try:
        digest = base64.b64decode(value, validate=True)
    except binascii.Error:
        digest = b""
    if algorithm != "sha256" or len(digest) != hashlib.sha256().digest_size:
        raise invalid(Fault("Upload-Checksum", header[:80], "sha256 and a digest in base64"))
    return digest


async def _take(request: Request, writer: PartialFileWriter, most: int, checksum: bytes | None) -> None:
    """Streams the body to disk; what is too long or another than announced is not accepted."""
    seen, held, digest = 0, bytearray(), hashlib.sha256()
    async for piece in _pieces(request):
        seen += len(piece)
        if seen > most:
            writer.accepted = False
            raise too_large(seen, most)
        held += piece
        if checksum is not None:
            digest.update(piece)
        if len(held) >= _BUFFER:
            await run_in_threadpool(writer.write, bytes(held))
            held.clear()
    await run_in_threadpool(writer.write, bytes(held))
    if checksum is not None and digest.digest() != checksum:
        writer.accepted = False
        title = Text("校验和不符，请重发这一段", "the checksum differs; send this piece again")
        raise ProblemError(460, "CHECKSUM", title, got=digest.hexdigest(), expected=checksum.hex())


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    """The body; a sender who vanished without a word must not keep the next one waiting at the lock."""
    stream = aiter(request.stream())
    while True:
        try:
            yield await asyncio.wait_for(anext(stream), STALLED_S)
        except StopAsyncIteration:
            return
        except TimeoutError:
            title = Text("很久没有收到数据，请接着传", "nothing came for long; ask for the offset and go on")
            raise ProblemError(408, "STALLED", title, expected=f"a byte every {STALLED_S} seconds") from None


def _http_date(moment: datetime) -> str:
    return format_datetime(moment.replace(microsecond=0), usegmt=True)
