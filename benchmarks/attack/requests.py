"""Requests as the OpenAPI document allows them and as nobody would send them, by every role and by nobody."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeds

from api.http.auth import CSRF_HEADER, csrf_of
from benchmarks.attack.lanes import Attack, Fate, Told
from benchmarks.attack.served import Target
from pipeline.accounts.rights import RIGHTS, Action, Role
from tests.fixtures.service import Running

TIMEOUT_S = 60
ROLES: tuple[Role | None, ...] = (*Role, None)
# A listener waits for as long as it likes; the onlooker's session is not the campaign's to end.
UNSENDABLE = (UnicodeError, requests.exceptions.InvalidHeader, requests.exceptions.InvalidURL)
LEFT_OUT = frozenset({"/api/v1/events"})


@dataclass
class Crew:
    """People of every role, signed in again whenever a request signed them out or shut their account."""

    insider: Running
    session: requests.Session

    def headers(self, role: Role | None) -> dict[str, str]:
        if role is None:
            return {}
        token = self.insider.token(role)
        if role is Role.SYSTEM:
            return {"authorization": f"Bearer {token}"}
        return {"cookie": f"xueshi-session={token}", CSRF_HEADER: csrf_of(self.insider.service, token)}

    def send(self, role: Role | None, asked: dict[str, Any]) -> requests.Response:
        answer = self._sent(role, asked)
        if answer.status_code == 401 and role:
            self.insider.tokens.clear()
            answer = self._sent(role, asked)
        return answer

    def _sent(self, role: Role | None, asked: dict[str, Any]) -> requests.Response:
        own = {**(asked.get("headers") or {}), **self.headers(role)}
        self.session.cookies.clear()
        return self.session.request(**{**asked, "headers": own}, timeout=TIMEOUT_S, allow_redirects=False)


def fate(answer: requests.Response, role: Role | None, right: str | None, words: str) -> Told:
    """What an answer says of a request; ``right`` is what the route asks for."""
    code = answer.status_code
    if code == 500 or (code > 500 and "problem+json" not in _kind(answer)):
        return Fate.DEFECT, f"{code} {words}: {answer.text[:200]}"
    if code >= 400 or code in {303, 307}:
        return Fate.REFUSED, words
    if right and (role is None or role not in RIGHTS[Action(right)]):
        return Fate.WRONG, f"{code} for {role or 'nobody'}, who has no right {right}: {words}"
    return Fate.SURVIVED, words


def _kind(answer: requests.Response) -> str:
    return answer.headers.get("content-type", "")


def crew_of(target: Target) -> Crew:
    session = requests.Session()
    session.trust_env = False
    return Crew(target.insider(), session)


@dataclass(frozen=True)
class DocumentedRequests:
    """Cases that schemathesis makes of the OpenAPI document, each sent by every role."""

    inputs: int
    target: Target
    seed: int
    name: str = "requests by schemathesis"

    def begin(self, folder: Path) -> Attack:
        del folder
        schema = schemathesis.openapi.from_url(f"{self.target.url}/api/v1/openapi.json")
        found = sorted((one.ok() for one in schema.get_all_operations()), key=lambda one: one.label)  # type: ignore[union-attr]
        operations = [one for one in found if one.path not in LEFT_OUT]
        each = -(-self.inputs // (len(operations) * len(ROLES)))
        crew, numbers = crew_of(self.target), self.target.numbers
        made: dict[int, Sequence[Any]] = {}

        def attack(number: int, rng: random.Random) -> Told:
            place, rest = divmod(number, each * len(ROLES))
            turn, role = rest // len(ROLES), ROLES[rest % len(ROLES)]
            operation = operations[place % len(operations)]
            if place not in made:
                made.clear()
                made[place] = cases(operation, each, self.seed + place)
            case = made[place][turn % len(made[place])]
            for name, value in numbers.items():
                if name in case.path_parameters and rng.random() < 0.5:
                    case.path_parameters[name] = int(value) if value.isdigit() else value
            try:
                asked = case.as_transport_kwargs(base_url=self.target.url)
                answer = crew.send(role, asked)
            except UNSENDABLE as error:
                return Fate.REFUSED, f"no client can send it: {error}"[:100]
            return fate(answer, role, operation.definition.raw.get("x-right"), f"{operation.label} {rest}")

        return attack


def cases(operation: Any, count: int, seed: int) -> Sequence[Any]:  # noqa: ANN401 - the library's own type
    found: list[Any] = []

    @seeds(seed)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def collect(case: Any) -> None:  # noqa: ANN401 - as above
        found.append(case)

    collect()
    return found
