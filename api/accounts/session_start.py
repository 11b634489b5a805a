"""The session that begins when somebody has signed in: its token goes into a cookie of the browser."""

from fastapi import Request
from fastapi.responses import Response

from api.http.auth import cookie, drop_cookie, give_cookie
from runtime.accounts.sessions import begin_session
from runtime.platform.service import Service
from storage.database.accounts import accounts


def start_session(request: Request, service: Service, response: Response, owner: accounts.AccountRow) -> None:
    """A new token every time, so that nobody can fix it beforehand."""
    replaced = cookie(request, service, "session")
    token = give_cookie(response, service, "session")
    drop_cookie(response, service, "visit")
    address = request.client.host if request.client else ""
    agent = request.headers.get("user-agent", "")
    begin_session(service, owner.id, token, replaced=replaced, address=address, agent=agent)
