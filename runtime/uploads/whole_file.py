"""One file that comes whole, without a script that sends it in pieces: taken as the pieces of an upload are."""

from typing import BinaryIO

from facts.text import Text
from runtime.accounts.caller import Caller
from runtime.accounts.reach import class_for
from runtime.platform.service import Service
from runtime.uploads.arrival import announce, finish, partial_of
from runtime.uploads.precheck import ChosenFile, Outlook, UploadPlan, upload_plans
from storage.database.connection import reading
from storage.database.uploads import UploadAnnouncement

_PIECE = 1 << 20


def receive(service: Service, caller: Caller, class_id: int, chosen: ChosenFile, source: BinaryIO) -> Text | None:
    """Takes the file into the class; or says why not."""
    with reading(service.engine, "planning an upload") as connection:
        owner = class_for(connection, caller, class_id)
        (plan,) = upload_plans(service, connection, caller, owner, [chosen])
    if plan.outlook not in {Outlook.NEW, Outlook.UNDER_WAY}:
        return _reason(plan)
    found = announce(service, caller, UploadAnnouncement(owner.id, chosen.name, "", chosen.size_bytes, ""))
    with partial_of(service, found.token).writing() as writer:
        while piece := source.read(_PIECE):
            writer.write(piece)
    finish(service, found)
    return None


def _reason(plan: UploadPlan) -> Text:
    said = plan.said or Text("没有收下", "not taken")
    return Text(f"{plan.name}：{said.zh}", f"{plan.name}: {said.en}")
