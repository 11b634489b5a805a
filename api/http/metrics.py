"""What a monitoring system reads, by a token of its own."""

import hmac

from fastapi import APIRouter, Depends, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from api.http.auth import SignatureGuard
from api.http.problem import ProblemError
from api.http.service import Served
from facts.text import Text
from runtime.platform.metrics import exposition

router = APIRouter(dependencies=[Depends(SignatureGuard("a monitoring system sends XUESHI_METRICS_TOKEN"))])


@router.get("/metrics", include_in_schema=False)
def metrics(request: Request, service: Served) -> Response:
    """Counts and times as Prometheus reads them: of no class, no institution and no person."""
    wanted = service.settings.metrics_token
    if not wanted:
        title = Text("没有开启指标", "metrics are not switched on")
        raise ProblemError(404, "NO_METRICS", title, expected="XUESHI_METRICS_TOKEN in the service's settings")
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        title = Text("令牌不对", "not the token")
        headers = {"www-authenticate": "Bearer"}
        raise ProblemError(
            401, "WRONG_TOKEN", title, expected="Authorization: Bearer with XUESHI_METRICS_TOKEN", headers=headers
        )
    return Response(exposition(service), media_type=CONTENT_TYPE_LATEST)
