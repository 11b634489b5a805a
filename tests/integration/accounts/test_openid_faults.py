"""A provider that errs, fails or lies, and answers that are forged on the way: nobody is signed in, one sentence says why."""

import json
import logging
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from joserfc import jwt

from storage.database.accounts import accounts, identities
from storage.database.connection import writing
from tests.fixtures.databases import sqlite_database
from tests.fixtures.openid import CLIENT, FOREIGN_BODY, SECRET, Handler, OddProvider, odd, rsa, settings_of
from tests.fixtures.service import Running, running, settings_at

PLACE = "/sign-in?fault="


@pytest.fixture
def provider() -> Iterator[OddProvider]:
    with odd() as found:
        yield found


@pytest.fixture
def served(provider: OddProvider, tmp_path: Path) -> Iterator[Running]:
    """One person, linked and with a role, so that every sound answer signs in."""
    home = tmp_path / "home"
    address = sqlite_database(tmp_path / "xueshi.db")
    with running(settings_at(address, home, **settings_of(provider.issuer))) as found:
        with writing(found.service.engine, "test") as connection:
            made = accounts.add_account(connection, "li.na", "李娜", found.clock())
            accounts.grant(connection, made.id, "auditor")
            identities.link(connection, provider.issuer, provider.subject, made.id, made.id, found.clock())
        yield found


def begun(client: httpx.Client, provider: OddProvider, next_: str = "/") -> dict[str, str]:
    """The person is on the provider's page."""
    way = client.get("/sign-in/openid", params={"next": next_})
    assert way.status_code == 303
    assert way.headers["location"].startswith(f"{provider.issuer}/authorize?"), way.headers["location"]
    return provider.visited(way.headers["location"])


def back(client: httpx.Client, provider: OddProvider, code: str = "code-1", **more: str) -> httpx.Response:
    """There and back."""
    asked = begun(client, provider)
    return client.get("/sign-in/openid/back", params={"code": code, "state": asked["state"], **more})


def signed_in(client: httpx.Client) -> bool:
    return client.get("/api/v1/me").status_code == 200


def refused(client: httpx.Client, answer: httpx.Response, kind: str, told: str = "") -> None:
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith(f"{PLACE}{kind}&"), answer.headers["location"]
    page = client.get(answer.headers["location"]).text
    assert told in page
    assert "Traceback" not in page
    assert not signed_in(client)


def test_the_provider_is_asked_as_the_standards_say(served: Running, provider: OddProvider) -> None:
    with served.client() as client:
        asked = begun(client, provider)
        assert asked | {"state": "", "nonce": "", "code_challenge": ""} == {
            "response_type": "code",
            "client_id": CLIENT,
            "redirect_uri": "http://127.0.0.1:8000/sign-in/openid/back",
            "scope": "openid",
            "state": "",
            "nonce": "",
            "code_challenge": "",
            "code_challenge_method": "S256",
        }
        assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
        cookie = client.cookies["xueshi-openid"]
        assert asked["state"] not in cookie
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": asked["state"]})
        assert answer.headers["location"] == "/"
        assert signed_in(client)
    [(form, headers)] = provider.sent
    assert (form["grant_type"], form["redirect_uri"]) == ("authorization_code", asked["redirect_uri"])
    assert headers["authorization"].startswith("Basic ")
    assert "client_secret" not in form


def test_a_provider_that_wants_the_secret_in_the_form_gets_it_there(served: Running, provider: OddProvider) -> None:
    provider.metadata = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    with served.client() as client:
        back(client, provider)
        assert signed_in(client)
    [(form, headers)] = provider.sent
    assert form["client_secret"] == SECRET
    assert "authorization" not in headers


# ---- what the provider says

KINDS: dict[str, tuple[dict[str, Any], str, str]] = {
    "of another provider": ({"iss": "https://evil.example"}, "bad_token", "没有通过检查，未予登录"),
    "expired": ({"exp": 1}, "clocks", "凭证已过期，或两边的时钟不一致"),
    "of an earlier sign-in": ({"nonce": "of another"}, "bad_token", "没有通过检查，未予登录"),
}


@pytest.mark.parametrize("name", KINDS)
def test_nobody_is_signed_in_by_a_token_that_is(served: Running, provider: OddProvider, name: str) -> None:
    """The whole list stands in tests/unit/accounts/test_openid_tokens.py."""
    provider.claims, kind, told = KINDS[name]
    with served.client() as client:
        refused(client, back(client, provider), kind, told)


def test_a_changed_token_signs_nobody_in(served: Running, provider: OddProvider) -> None:
    provider.mint = with_its_own_key
    with served.client() as client:
        refused(client, back(client, provider), "bad_token", "没有通过检查，未予登录")


def with_its_own_key(_: OddProvider, claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "mine"}, claims, rsa("mine"), algorithms=["RS256"])


def test_a_new_key_is_fetched_once_and_strangers_keys_do_not_make_us_ask_all_the_time(
    served: Running, provider: OddProvider
) -> None:
    with served.client() as client:
        back(client, provider)
        assert signed_in(client)
        assert provider.asked["/jwks"] == 1
        client.cookies.clear()
        provider.key = rsa("second")
        refused(client, back(client, provider, "code-2"), "bad_token")  # within a minute of the last question
        assert provider.asked["/jwks"] == 1
        served.clock.ahead += timedelta(seconds=61)
        provider.claims = {"iat": int(served.clock().timestamp()), "exp": int(served.clock().timestamp()) + 60}
        assert back(client, provider, "code-3").headers["location"] == "/"
        assert provider.asked["/jwks"] == 2
        client.cookies.clear()
        provider.mint = with_its_own_key
        for number in range(5):
            refused(client, back(client, provider, f"stranger-{number}"), "bad_token")
        assert provider.asked["/jwks"] == 2
        assert provider.asked["/.well-known/openid-configuration"] == 1


# ---- how the provider answers

HTML = "<!doctype html><h1>It works!</h1>"
ANSWERS: dict[str, Callable[[Handler], None]] = {
    "a page": lambda to: to.say(200, HTML, "text/html"),
    "a page that calls itself JSON": lambda to: to.say(200, HTML),
    "a list": lambda to: to.say(200, "[]"),
    "nothing": lambda to: to.say(200, ""),
    "brackets without end": lambda to: to.say(200, "[" * 100_000),
    "more than anybody needs": lambda to: to.say(200, json.dumps({"a": "x" * 300_000})),
    "an error of its own": lambda to: to.say(500, json.dumps({"error": "server_error"})),
    "a page of its proxy": lambda to: to.say(502, HTML, "text/html"),
    "a way elsewhere": lambda to: to.say(302, "{}", location=f"{to.provider.issuer}/elsewhere"),
}
PATHS = ("/.well-known/openid-configuration", "/jwks", "/token")
EACH = [(name, PATHS[number % len(PATHS)]) for number, name in enumerate(ANSWERS)] + [("a page", PATHS[2])]


@pytest.mark.parametrize(("name", "path"), EACH)
def test_an_answer_that_cannot_be_used_is_one_clear_sentence(
    served: Running, provider: OddProvider, caplog: pytest.LogCaptureFixture, name: str, path: str
) -> None:
    provider.replies[path] = ANSWERS[name]
    with served.client() as client, caplog.at_level(logging.INFO, "xueshi"):
        answer = client.get("/sign-in/openid") if path == PATHS[0] else back(client, provider)
        refused(client, answer, "bad_answer", "身份认证平台的回应无法使用，请告知系统管理员")
    assert "/elsewhere" not in provider.asked, "a redirect was followed"
    [line] = [record.getMessage() for record in caplog.records if record.name == "xueshi.openid"]
    assert path.removeprefix("/") in line or "token endpoint" in line, line
    assert not [record for record in caplog.records if record.exc_info]


def test_a_provider_that_hangs_up_does_not_answer(served: Running, provider: OddProvider) -> None:
    provider.replies["/token"] = lambda to: to.connection.close()
    with served.client() as client:
        refused(client, back(client, provider), "no_answer", "身份认证平台没有回应，请稍后再试")


def test_a_provider_that_is_down_is_not_asked_by_everybody_and_is_found_again(
    served: Running, provider: OddProvider
) -> None:
    provider.replies[PATHS[0]] = lambda to: to.connection.close()
    with served.client() as client:
        for _ in range(4):
            answer = client.get("/sign-in/openid?next=/audit")
            assert answer.headers["location"] == "/sign-in?fault=no_answer&next=%2Faudit"
        assert client.get(answer.headers["location"]).status_code == 503
        assert provider.asked[PATHS[0]] == 1
        provider.replies.clear()
        served.clock.ahead += timedelta(seconds=11)
        begun(client, provider)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({"error": "access_denied"}, "cancelled"),
        ({"error": "server_error", "error_description": FOREIGN_BODY}, "refused"),
        ({"error": "<script>alert(1)</script>"}, "refused"),
        ({"code": ""}, "refused"),
        ({"code": "c" * 5000}, "refused"),
    ],
)
def test_a_refusal_is_told_in_our_own_words(
    served: Running, provider: OddProvider, caplog: pytest.LogCaptureFixture, given: dict[str, str], kind: str
) -> None:
    with served.client() as client, caplog.at_level(logging.INFO, "xueshi"):
        asked = begun(client, provider)
        answer = client.get("/sign-in/openid/back", params={"state": asked["state"], **given})
        refused(client, answer, kind)
        page = client.get(answer.headers["location"]).text
    assert FOREIGN_BODY not in page + caplog.text
    assert "<script>alert" not in page + caplog.text
    assert "/token" not in provider.asked


def test_an_answer_that_names_its_sender_must_name_ours(served: Running, provider: OddProvider) -> None:
    with served.client() as client:
        refused(client, back(client, provider, iss="https://evil.example"), "bad_token")
        assert "/token" not in provider.asked
        assert back(client, provider, iss=provider.issuer).headers["location"] == "/"


def test_a_provider_that_promises_to_name_itself_must_do_so(served: Running, provider: OddProvider) -> None:
    provider.metadata = {"authorization_response_iss_parameter_supported": True}
    with served.client() as client:
        refused(client, back(client, provider), "bad_token")


# ---- whose answer it is


def test_an_answer_without_our_cookie_signs_nobody_in(served: Running, provider: OddProvider) -> None:
    """Login CSRF: a stranger's answer, in the browser of somebody who did not ask for it."""
    with served.client() as stranger, served.client() as victim:
        asked = begun(stranger, provider)
        theirs = {"code": "code-1", "state": asked["state"]}
        refused(victim, victim.get("/sign-in/openid/back", params=theirs), "not_begun", "不是从这个浏览器开始的")
        begun(victim, provider)
        refused(victim, victim.get("/sign-in/openid/back", params=theirs), "not_begun")
        assert "/token" not in provider.asked


@pytest.mark.parametrize("state", ["", "0" * 64, "状态", "a" * 3000])
def test_a_state_that_is_not_ours_is_refused(served: Running, provider: OddProvider, state: str) -> None:
    with served.client() as client:
        begun(client, provider)
        refused(client, client.get("/sign-in/openid/back", params={"code": "c", "state": state}), "not_begun")


@pytest.mark.parametrize(
    "change", [lambda text: text[:-1] + "0", lambda text: "W10=." + text, lambda _: "x", str.upper]
)
def test_a_cookie_that_we_did_not_sign_is_worth_nothing(
    served: Running, provider: OddProvider, change: Callable[[str], str]
) -> None:
    with served.client() as client:
        asked = begun(client, provider)
        forged = change(client.cookies["xueshi-openid"])
    with served.client(cookies={"xueshi-openid": forged}) as client:
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": asked["state"]})
        refused(client, answer, "not_begun")


def test_a_sign_in_must_be_done_in_ten_minutes(served: Running, provider: OddProvider) -> None:
    with served.client() as client:
        asked = begun(client, provider)
        served.clock.ahead += timedelta(minutes=10, seconds=2)
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": asked["state"]})
        refused(client, answer, "not_begun", "超过 10 分钟")


def test_the_newest_of_two_tabs_is_the_one_that_counts(served: Running, provider: OddProvider) -> None:
    with served.client() as client:
        first = begun(client, provider)
        second = begun(client, provider)
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": first["state"]})
        assert answer.headers["location"].startswith("/sign-in?fault=not_begun")
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": second["state"]})
        assert answer.headers["location"] == "/"


def test_an_answer_is_good_once_even_where_the_provider_takes_a_code_twice(
    served: Running, provider: OddProvider
) -> None:
    with served.client() as client:
        asked = begun(client, provider)
        kept = client.cookies["xueshi-openid"]
        answer = {"code": "c", "state": asked["state"]}
        assert client.get("/sign-in/openid/back", params=answer).headers["location"] == "/"
    provider.forget()
    with served.client(cookies={"xueshi-openid": kept}) as thief:
        refused(thief, thief.get("/sign-in/openid/back", params=answer), "used", "这次登录已用过")
    assert provider.asked["/token"] == 1


def test_a_session_fixed_beforehand_is_worth_nothing_afterwards(served: Running, provider: OddProvider) -> None:
    with served.client() as victim:
        victim.cookies.set("xueshi-session", "chosen-by-a-stranger", domain="127.0.0.1")
        answer = back(victim, provider)
        given = answer.cookies["xueshi-session"]
    assert given != "chosen-by-a-stranger"
    with served.client(cookies={"xueshi-session": "chosen-by-a-stranger"}) as stranger:
        assert not signed_in(stranger)


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nset-cookie: b=c", "/" + "a" * 5000]
)
def test_the_way_back_leads_nowhere_but_into_the_console(served: Running, provider: OddProvider, target: str) -> None:
    with served.client() as client:
        asked = begun(client, provider, target)
        answer = client.get("/sign-in/openid/back", params={"code": "c", "state": asked["state"]})
    assert answer.headers["location"] == "/"
    assert "b=c" not in str(answer.headers)


# ---- what is told to whom


def test_no_token_no_code_and_no_claim_stands_in_a_page_an_address_or_the_log(
    served: Running, provider: OddProvider, caplog: pytest.LogCaptureFixture
) -> None:
    seen = []
    with served.client(follow_redirects=True) as client, caplog.at_level(logging.DEBUG):
        for subject, claims in [("u-1001", {}), ("u-1001", {"aud": "x"}), ("secret-subject", {})]:
            client.cookies.clear()
            provider.subject, provider.claims = subject, claims
            asked = begun_without_following(client, provider)
            answer = client.get("/sign-in/openid/back", params={"code": "the-code-itself", "state": asked["state"]})
            provider.forget()
            seen.append(f"{answer.url} {answer.text} {answer.headers}")
        seen.append(caplog.text)
    hidden = ["the-code-itself", "an-access-token", "secret-subject", "某某", SECRET, *provider.minted]
    ours = "\n".join(line for line in "\n".join(seen).splitlines() if "httpx" not in line and "httpcore" not in line)
    assert [one for one in hidden if one in ours] == []


def begun_without_following(client: httpx.Client, provider: OddProvider) -> dict[str, str]:
    way = client.get("/sign-in/openid", follow_redirects=False)
    return provider.visited(way.headers["location"])


def test_one_address_cannot_try_without_end(served: Running, provider: OddProvider) -> None:
    with served.client() as client:
        codes = [client.get("/sign-in/openid/back?code=a&state=b").status_code for _ in range(61)]
        assert (set(codes[:60]), codes[60]) == ({303}, 429)
        assert client.get("/sign-in/openid").status_code == 429
    assert provider.asked == {}


def test_where_no_provider_is_set_nothing_of_it_is_there(tmp_path: Path) -> None:
    def plain(text: str) -> str:
        return re.sub(r"[0-9a-f]{16}", "", text)

    with running(settings_at(sqlite_database(tmp_path / "x.db"), tmp_path)) as found, found.client() as client:
        assert "openid" not in client.get("/sign-in?fault=no_answer").text
        for path in ("", "/back?code=a&state=b", "/unknown"):
            answer, nowhere = client.get(f"/sign-in/openid{path}"), client.get("/nowhere")
            assert (answer.status_code, plain(answer.text)) == (404, plain(nowhere.text))
