"""An upload that is complete becomes a file of its class: hashed, placed, and noted in the log, once."""

from api.problem import ProblemError, conflict
from api.service import Service
from facts.digest import Digest
from facts.text import Text
from runtime.places import class_folder, inside, uploads_folder
from storage.database import uploads
from storage.database.classes import add_file
from storage.database.opening import writing
from storage.database.uploads import UploadRow
from storage.log.leaf import Leaf, LeafKind
from storage.uploads.partial import NameTakenError, Partial

KINDS = {
    "recording": LeafKind.RECORDING,
    "roster": LeafKind.ROSTER,
    "timetable": LeafKind.TIMETABLE,
    "checkins": LeafKind.CHECK_INS,
}


def finish(service: Service, found: UploadRow) -> None:
    """The file beside its upload first, then the record of it, then the upload goes: killed anywhere, it is done again."""
    partial = Partial(uploads_folder(service.settings.home), found.token)
    digest = partial.digest()
    if found.sha256 and found.sha256 != digest.sha256:
        _forget(service, found)
        partial.discard()
        title = Text("文件内容与声明的摘要不符，请重新上传", "not the bytes that were announced; upload them again")
        raise ProblemError(460, "WRONG_DIGEST", title, got=digest.sha256, expected=found.sha256)
    target = inside(class_folder(service.settings.home, found.class_id), found.name)
    try:
        partial.place(target)
    except NameTakenError as taken:
        raise conflict(f"the name {found.name}", "a name that no file of the class has", "rename the file") from taken
    _record(service, found, digest)
    partial.discard()


def _record(service: Service, found: UploadRow, digest: Digest) -> None:
    at = service.clock()
    with writing(service.engine, "keeping a file") as connection:
        fresh = uploads.upload(connection, found.token, found.caller, at)
        if fresh is None or fresh.file_id is not None:
            return
        number = add_file(
            connection, found.class_id, found.name, found.role, found.length, digest.sha256, found.caller, at
        )
        uploads.finished(connection, found.token, number)
        kind = KINDS.get(found.role, LeafKind.PAPER)
        service.log.append_within(connection, [Leaf(kind, at, digest, f"class:{found.class_id} file:{number}")])


def _forget(service: Service, found: UploadRow) -> None:
    with writing(service.engine, "ending an upload") as connection:
        uploads.drop(connection, found.token)
