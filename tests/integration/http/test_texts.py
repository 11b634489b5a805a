"""Text that no screen shows as it is: a NUL, marks that turn the order of letters; the same answer on either database."""

from collections.abc import Iterator
from typing import Annotated, Any

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from api.http.discovery import routers
from pipeline.accounts.rights import Role
from tests.fixtures.service import Running

ODD = {"a NUL": "abcd\x00efgh", "a turn": "abcd\u202eefgh", "an escape": "abcd\x1b[2Jefgh"}
KEPT_NOWHERE = {
    "password", "present", "wanted", "again", "token",  # hashed, never shown
    "next", "back", "done",  # ways back, which safe_path holds to printable ones
    "c", "other", "code", "nonce", "status", "refuse", "kinds", "kind",  # looked up or counted, then forgotten
    "name", "security", "auditor",  # of accounts: test_a_name_that_will_not_do, and name_fault's own tests
    "hour_id", "book_id", "programme", "day", "trainee",  # looked up in a list of ours
    "reason",  # of a witness: pipeline.roll_call.check_in takes printable ones alone
    "avoid",  # names that must be those of inspectors or institutions
}  # fmt: skip


def fields(annotation: Any, info: Any, where: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - what FastAPI keeps
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from fields(field.annotation, field, f"{where}.{name}")
    else:
        yield where, Annotated[annotation, info]


def asked() -> Iterator[tuple[str, Any]]:
    """Every field of every path, query and body."""
    for router in routers():
        for route in router.routes:
            assert isinstance(route, APIRoute)
            own = route.dependant
            for one in (*own.path_params, *own.query_params, *own.body_params):
                where = f"{min(route.methods)} {route.path} {one.name}"
                yield from fields(one.field_info.annotation, one.field_info, where)


def takes(kind: Any, value: object) -> bool:  # noqa: ANN401 - any annotation
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


@pytest.mark.filterwarnings("ignore:The 'repr' attribute")  # of a field taken out of its model
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD.keys())
def test_no_field_whose_text_is_kept_takes_what_no_screen_shows(odd: str) -> None:
    found = {where for where, kind in asked() if takes(kind, odd) or takes(kind, [odd])}
    assert {where for where in found if where.rpartition(".")[2].rpartition(" ")[2] not in KEPT_NOWHERE} == set()


@pytest.mark.parametrize("path", ["/in/1/%00", "/policy/a%00b", "/password?token=%00", "/sign-in?next=/%00"])
def test_an_address_with_a_nul_is_bad_wherever_it_leads(running_service: Running, path: str) -> None:
    with running_service.client() as client:
        assert client.get(path).json()["code"] == "BAD_ADDRESS"


def test_a_nul_in_a_form_is_the_sender_s_fault_on_either_database(running_service: Running) -> None:
    with running_service.client() as client:
        guard = client.get("/sign-in").text.partition('name="csrf" value="')[2][:64]
        form = {"csrf": guard, "name": "a\0b", "password": "wrong password", "next": "/"}
        assert client.post("/sign-in", data=form).status_code == 422
        form = {"csrf": guard, "token": "a\0b", "password": "wrong password", "again": "wrong password"}
        assert client.post("/password", data=form).status_code in {404, 422}
    with running_service.as_(Role.TEACHER) as teacher:
        answer = teacher.post("/roll/1/h/witness", data={"trainee": "a\0b", "reason": "手机没电了"})
        assert answer.status_code in {404, 422}, answer.text
