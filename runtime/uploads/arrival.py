"""A file of a class on its way: announced within its limits, and once whole hashed, placed and entered in the log."""

import secrets
import shutil
from datetime import datetime

from sqlalchemy import Connection

from facts.digest import Digest
from facts.errors import ConflictError, NotFoundError, RefusalError, SetupError, TooLargeError, WrongDigestError
from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.blob_folder import blob_folder
from runtime.platform.folders import class_folder, inside, uploads_folder
from runtime.platform.node import node_name
from runtime.platform.service import Service
from runtime.uploads.file_kind import role_by_content
from runtime.uploads.own_names import own_name_refusal, same_name
from runtime.uploads.strays import recorded_folder
from storage.database import uploads
from storage.database.classes.classes import ClassRow, add_file, files
from storage.database.connection import reading, writing
from storage.database.tables.classes import FILES
from storage.database.uploads import UploadAnnouncement, UploadRow
from storage.evidence_log.leaf import Leaf, LeafKind
from storage.uploads.partial_file import NameTakenError, PartialFile

MOST_OPEN = 200
LEAF_KINDS = {
    "recording": LeafKind.RECORDING,
    "roster": LeafKind.ROSTER,
    "timetable": LeafKind.TIMETABLE,
    "checkins": LeafKind.CHECK_INS,
}


class OwnNameError(ConflictError):
    """A name that the service itself writes."""

    def __init__(self, name: str, title: Text) -> None:
        expected, remedy = "a name that the service does not write itself", "rename the file"
        RefusalError.__init__(self, "OWN_NAME", title, got=f"the name {name}", expected=expected, remedy=remedy)


class ElsewhereError(NotFoundError):
    """The bytes that came so far lie on another node's disk; ``node`` is that one's name."""

    def __init__(self, here: str, node: str) -> None:
        title = Text(
            f"前面的部分传到了另一台服务器（{node}），这里没有；请从头再传",
            f"what was sent so far lies on another node ({node}), not here; send it from the beginning",
        )
        remedy = "announce it anew; where this happens again and again, the balancer must keep a sender at one node"
        RefusalError.__init__(
            self, "UPLOAD_ELSEWHERE", title, got=f"the node {here}", expected=f"the node {node}", remedy=remedy
        )
        self.node = node


def announce(service: Service, caller: Caller, wanted: UploadAnnouncement) -> UploadRow:
    """The upload to be, unless it is too large, has a name that is taken, or its sender has too many open."""
    if not 0 < wanted.length <= service.settings.upload_bytes:
        raise too_large(wanted.length, service.settings.upload_bytes)
    token, node = secrets.token_urlsafe(32), node_name(service.settings.home)
    with writing(service.engine, "announcing an upload") as connection:
        owner = class_for(connection, caller, wanted.class_id)
        if said := own_name_refusal(wanted.name):
            raise OwnNameError(wanted.name, said)
        if name_in_use(connection, owner.id, wanted.name):
            raise ConflictError(f"the name {wanted.name}", "a name that no file of the class has", "rename the file")
        uploads.drop_elsewhere(connection, wanted, caller.key, node)
        if uploads.open_uploads(connection, caller.key) >= MOST_OPEN:
            raise ConflictError(f"{MOST_OPEN} uploads under way", "fewer at a time", "finish or end some of them")
        room = free_bytes(service, connection, owner)
        if wanted.length > room:
            raise too_large(wanted.length, room)
        made = uploads.announce(connection, token, wanted, caller.key, service.clock(), node)
    partial_of(service, token).create()
    return made


def name_in_use(connection: Connection, class_id: int, name: str) -> bool:
    """Whether the class has a file of this name, in any spelling that some file system does not tell apart."""
    return same_name(name) in {same_name(one.name) for one in files(connection, FILES.c.class_id == class_id)}


def free_bytes(service: Service, connection: Connection, owner: ClassRow) -> int:
    """What the institution may still send, and this disk still take."""
    used = uploads.used_bytes(connection, owner.institution_id)
    return max(min(service.settings.quota_bytes - used, shutil.disk_usage(service.settings.home).free), 0)


def too_large(length: int, most: int) -> TooLargeError:
    """No room, or nothing in it."""
    title = Text("文件过大或空间不足", "the file is empty, too large, or there is no room for it")
    return TooLargeError("NO_ROOM", title, got=f"{length} bytes", expected=f"1 to {most} bytes")


def partial_of(service: Service, token: str) -> PartialFile:
    """The bytes that came so far."""
    return PartialFile(uploads_folder(service.settings.home), token)


def finish(service: Service, found: UploadRow) -> None:
    """The file beside its upload first, then the record of it, then the upload goes: killed anywhere, it is done again."""
    partial = partial_of(service, found.token)
    digest = partial.digest()
    if found.sha256 and found.sha256 != digest.sha256:
        forget(service, found)
        raise WrongDigestError(digest.sha256, found.sha256)
    role = found.role or role_by_content(partial.path, found.name)
    with partial.settling():
        place = inside(class_folder(service.settings.home, found.class_id), found.name)
        try:
            partial.place(place)
        except NameTakenError as taken:
            # Another node may have taken back a file of this name that still lies here, on no record any more.
            recorded_folder(service.engine, service.settings.home, found.class_id)
            if place.exists():
                raise ConflictError(
                    f"the name {found.name}", "a name that no file of the class has", "rename the file"
                ) from taken
            partial.place(place)
        blob_folder(service.settings).keep(place)
        _record(service, found, digest, role)
    partial.discard()


def upload_for(service: Service, caller: Caller, token: str) -> UploadRow:
    """The caller's own upload while it lives."""
    with reading(service.engine, "reading an upload") as connection:
        found = uploads.upload(connection, token, caller.key, service.clock())
    if found is None:
        raise NotFoundError("上传", "upload")
    return found


def refuse_elsewhere(service: Service, found: UploadRow) -> None:
    """Its sender is told which node has the bytes; where this one should and has not, that they are gone."""
    own = node_name(service.settings.home)
    if found.file_id is not None:
        return
    if found.node not in {"", own}:
        raise ElsewhereError(own, found.node)
    if partial_of(service, found.token).offset is None:
        offset_of(service, found)  # which says so, unless it became the class's file this very moment


def offset_of(service: Service, found: UploadRow) -> int:
    """How far the upload is; all of it once the file is the class's, whose bytes lie elsewhere then."""
    if found.file_id is not None:
        return found.length
    here = partial_of(service, found.token).offset
    with reading(service.engine, "reading an upload") as connection:
        again = uploads.upload(connection, found.token, found.caller, service.clock())
    if again and again.file_id is not None:
        return found.length
    if here is None:
        raise NotFoundError("上传", "upload")
    return here


def finish_whole(service: Service, found: UploadRow) -> None:
    """A server that died between the last byte and the record left an upload whose sender believes it is done."""
    if found.file_id is not None or partial_of(service, found.token).offset != found.length:
        return
    try:
        finish(service, found)
    except SetupError:  # the request that brought the last byte lives, and was quicker
        with reading(service.engine, "reading an upload") as connection:
            again = uploads.upload(connection, found.token, found.caller, service.clock())
        if again is None or again.file_id is None:
            raise


def refuse_other_offset(found: UploadRow, partial: PartialFile, claimed: int) -> int:
    """Where the upload goes on, which is where its sender says."""
    here = found.length if found.file_id is not None else partial.offset
    if here != claimed:
        raise ConflictError(f"the offset {claimed}", f"{here}", "ask for the offset and go on from there")
    return here


def prolong(service: Service, found: UploadRow) -> datetime:
    """Until when the upload lives after more of it came; the last byte makes it the class's file."""
    with writing(service.engine, "going on with an upload") as connection:
        ends_at = uploads.prolong(connection, found.token, service.clock())
    if found.file_id is None and partial_of(service, found.token).offset == found.length:
        finish(service, found)
    return ends_at


def give_up_upload(service: Service, caller: Caller, class_id: int, token: str) -> None:
    """Ends a half sent file of the class that its sender will not go on with; one that is gone already is no fault."""
    with reading(service.engine, "reading an upload") as connection:
        class_for(connection, caller, class_id)
        found = uploads.upload(connection, token, caller.key, service.clock())
    if found is not None:
        forget(service, found)


def forget(service: Service, found: UploadRow) -> None:
    """The upload is given up; a file that became the class's stays."""
    with writing(service.engine, "ending an upload") as connection:
        uploads.drop(connection, found.token)
    partial_of(service, found.token).discard()


def _record(service: Service, found: UploadRow, digest: Digest, role: str) -> None:
    at = service.clock()
    with writing(service.engine, "keeping a file") as connection:
        fresh = uploads.upload(connection, found.token, found.caller, at, hold=True)
        if fresh is None:  # given up meanwhile, here or at another node: the sender must not believe that it is kept
            raise NotFoundError("上传", "upload")
        if fresh.file_id is not None:
            return
        number = add_file(connection, found.class_id, found.name, role, found.length, digest.sha256, found.caller, at)
        uploads.finish(connection, found.token, number)
        kind = LEAF_KINDS.get(role, LeafKind.PAPER)
        service.log.append_within(connection, [Leaf(kind, at, digest, f"class:{found.class_id} file:{number}")])
