"""The application, started by ``uvicorn --factory --no-proxy-headers api.http.app:create``.

Uvicorn is told to ignore proxies because the settings say which of them may name another client's address.
"""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.http.auth import known_caller
from api.http.discovery import routers
from api.http.gate import RequestGate
from api.http.openapi import describe
from api.http.problem import ProblemError, problem_body, problem_of, problem_response
from api.http.render import redirect, render
from facts.errors import XueshiError
from runtime.accounts.openid.provider import Provider
from runtime.platform.clock import now as this_moment
from runtime.platform.environment import environment
from runtime.platform.job_process import do_apart
from runtime.platform.rate_limit import RateLimiter
from runtime.platform.service import Clock, Service
from runtime.platform.settings import Settings, settings
from runtime.platform.version import VERSION
from runtime.platform.worker import Worker
from storage.database.schema import open_database
from storage.database.verification.facts_keys import with_facts_keys
from storage.evidence.address import open_store
from storage.evidence_log.ledger import EvidenceLog

_LOG = logging.getLogger("xueshi.api")


def create(given: Settings | None = None, clock: Clock = this_moment) -> FastAPI:
    """The whole service; nothing is opened before it starts."""
    chosen = given or settings()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.service = service = open_service(chosen, clock)
        worker = Worker(service.engine, chosen, clock, do_apart)
        if chosen.works_itself:
            worker.start()
        try:
            yield
        finally:
            service.stopping.set()
            worker.stop()
            service.engine.dispose()

    app = FastAPI(
        title="学时证 Xueshi",
        version=VERSION,
        summary="逐学时核验补贴性职业技能培训的证据 | for every subsidised class hour: does the evidence show what the rule demands?",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,  # Swagger and ReDoc would load their scripts from another host
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
        # The routes themselves, not their routers: FastAPI would build each of an included router a second time.
        routes=[route for router in routers() for route in router.routes],
    )
    app.add_middleware(RequestGate, hosts=chosen.hosts, secure=chosen.secure, media=chosen.store_origin)
    if chosen.proxies:  # nobody else is believed to speak for another address
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(map(str, chosen.proxies)))
    app.mount("/static", StaticFiles(directory=Path(__file__).with_name("static")), name="static")
    for kind in (HTTPException, RequestValidationError, XueshiError, Exception):
        app.add_exception_handler(kind, _refused)
    describe(app)
    return app


def open_service(chosen: Settings, clock: Clock) -> Service:
    """Brings the database up to date, opens the evidence store and the log."""
    chosen.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    engine = with_facts_keys(open_database(chosen.database), chosen.home / "keys")
    store = open_store(chosen.store, environment(), clock)
    openid = Provider(chosen.openid, chosen.address, clock) if chosen.openid else None
    several = engine.dialect.name == "postgresql"  # a file of SQLite lies on one machine
    limiter = RateLimiter(engine if several else None)
    return Service(chosen, engine, store, EvidenceLog(engine), clock, limiter, openid=openid)


async def _refused(request: Request, error: Exception) -> Response:
    """Programs get problem+json; people get a page, or are sent to the sign-in page."""
    problem = problem_of(error)
    if problem.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _LOG.error("request %s failed", getattr(request.state, "request_id", ""), exc_info=error)
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem_response(request, problem)
    return await _page(request, problem)


async def _page(request: Request, problem: ProblemError) -> Response:
    if problem.code == "UNKNOWN_CALLER" and request.method == "GET":
        asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return redirect(f"/sign-in?next={quote(asked, safe='')}")
    try:
        caller = await known_caller(request)
    except XueshiError:  # the database that failed the page would fail its menu too
        caller = None
    page = render(request, "error.html.j2", caller, problem.status_code, problem=problem_body(request, problem))
    page.headers.update(problem.headers or {})
    return page
