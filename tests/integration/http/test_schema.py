"""Whatever a caller sends, the answer is one that the OpenAPI document names, and none is a 500."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi import checks as openapi

from pipeline.accounts.rights import RIGHTS, Action, Role
from runtime.evidence_log.head_signature import sign_if_grown
from storage.database.connection import sqlite_address
from storage.evidence_log.keyring import KeyRing
from tests.fixtures.openid import settings_of
from tests.fixtures.queued_job import queued_job
from tests.fixtures.service import Running, running, settings_at
from tests.fixtures.webhook_receiver import raise_verdict

pytestmark = pytest.mark.slow
CHECKS = [
    schemathesis.checks.not_a_server_error,
    openapi.status_code_conformance,
    openapi.content_type_conformance,
    openapi.response_schema_conformance,
]
EXAMPLES = 12


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    home: Path = tmp_path_factory.mktemp("schema")
    provider = settings_of("http://127.0.0.1:9")  # so that its routes answer; none of them asks it anything
    with running(settings_at(sqlite_address(home / "xueshi.db"), home, **provider)) as found:
        KeyRing(home / "keys").init(found.clock())
        number = queued_job(found)
        raise_verdict(found, number)
        sign_if_grown(found.service.engine, found.service.settings, found.clock())
        yield found


def test_no_answer_is_a_defect_and_none_is_undocumented(served: Running) -> None:
    schema = schemathesis.openapi.from_url(f"{served.url}/api/v1/openapi.json")
    operations = [found.ok() for found in schema.get_all_operations()]
    assert len(operations) > 40
    faults = []
    for operation in operations:
        try:
            explored(served, operation)
        except Exception as error:  # noqa: BLE001 - every fault of the document at once
            faults.append(f"{operation.label}: {error!r} {getattr(error, 'exceptions', '')}")
    assert not faults, "\n".join(faults)


def explored(served: Running, operation: Any) -> None:  # noqa: ANN401 - the library's own type
    """Sends generated requests as somebody who holds the right."""
    right = operation.definition.raw.get("x-right")
    roles = RIGHTS[Action(right)] if right else {Role.CLERK}
    role = Role.CLERK if Role.CLERK in roles else min(roles)
    served.tokens.clear()
    with served.as_(role) as client:
        cookies, headers = (
            dict(client.cookies),
            {name: client.headers[name] for name in client.headers if "csrf" in name},
        )
        if role is Role.SYSTEM:
            headers["authorization"] = client.headers["authorization"]

    turns = count()

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def send(case: Any) -> None:  # noqa: ANN401 - the library's own type
        if turns.__next__() % 2 and "number" in case.path_parameters:
            case.path_parameters["number"] = 1  # something that is there
        case.call_and_validate(headers=headers, cookies=cookies, checks=CHECKS, timeout=60)

    send()
