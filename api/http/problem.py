"""Errors as RFC 9457 problem+json: a code, what was got, what was expected, what to do."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import Request

from facts.errors import (
    ConflictError,
    Fault,
    FaultsError,
    ForbiddenError,
    InputError,
    MissingKeyError,
    NotFoundError,
    RefusalError,
    RulebookError,
    SetupError,
    TooLargeError,
    TooManyError,
    WrongDigestError,
    XueshiError,
)
from facts.refusals import RefusalKind, RefusalsError
from facts.text import Text
from storage.evidence_log.errors import RecordAlteredError

MEDIA_TYPE = "application/problem+json"
_MOST_FAULTS, _MOST_CHARS = 20, 400
_SECRET = frozenset({"password", "again", "present", "wanted", "token", "key"})  # fields that no answer repeats


class FaultShape(BaseModel):
    """One thing wrong with a request."""

    where: str
    got: str
    expected: str
    remedy: str = ""


class Problem(BaseModel):
    """What every refusal looks like (RFC 9457); ``code`` is for programs, ``title`` and ``remedy`` for people."""

    model_config = ConfigDict(json_schema_extra={"title": "Problem"})

    type: str
    title: str
    title_en: str
    status: int
    code: str
    got: str = ""
    expected: str = ""
    remedy: str = ""
    faults: list[FaultShape] = []
    request_id: str


class ProblemError(HTTPException):
    """A refusal on purpose; whoever raises it says what was got and expected, as far as the caller may know."""

    def __init__(
        self,
        status: int,
        code: str,
        title: Text,
        *,
        got: str = "",
        expected: str = "",
        remedy: str = "",
        faults: Iterable[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status, title.zh, dict(headers) if headers else None)
        self.code, self.title, self.got, self.expected, self.remedy = code, title, got, expected, remedy
        self.faults = tuple(faults)


def invalid(*faults: Fault) -> ProblemError:
    """Every fault of a request at once."""
    first = faults[0] if faults else Fault("", "", "")
    return ProblemError(
        422, "INVALID", _TITLES[422], got=first.got, expected=first.expected, remedy=first.remedy, faults=faults
    )


def problem_of(error: Exception) -> ProblemError:
    """Any error as a problem; what this program did not foresee tells nothing of itself."""
    if isinstance(error, ProblemError):
        return error
    if isinstance(error, RequestValidationError):
        return invalid(*(_fault(one) for one in list(error.errors())[:_MOST_FAULTS]))
    if isinstance(error, HTTPException):
        title = _TITLES.get(error.status_code, Text("请求未能完成", "the request failed"))
        status = HTTPStatus(error.status_code)
        said = "" if error.detail == status.phrase else str(error.detail)  # the phrase says no more than the title
        return ProblemError(error.status_code, status.name, title, got=said, headers=error.headers)
    if isinstance(error, XueshiError):
        return _of_ours(error)
    return ProblemError(500, "DEFECT", _TITLES[500], remedy="tell the operator the request id")


def problem_response(request: Request, error: ProblemError) -> Response:
    """The problem as JSON."""
    return JSONResponse(problem_body(request, error), error.status_code, error.headers, MEDIA_TYPE)


def problem_body(request: Request, error: ProblemError) -> dict[str, Any]:
    """The problem's fields."""
    faults = [
        FaultShape(where=one.where, got=_cut(one.got), expected=one.expected, remedy=one.remedy) for one in error.faults
    ]
    return Problem(
        type=f"urn:xueshi:problem:{error.code}",
        title=error.title.zh,
        title_en=error.title.en,
        status=error.status_code,
        code=error.code,
        got=_cut(error.got),
        expected=error.expected,
        remedy=error.remedy,
        faults=faults,
        request_id=getattr(request.state, "request_id", ""),
    ).model_dump()


def status_of(error: RefusalError) -> int:
    """The status that a family of refusals has."""
    if isinstance(error, RefusalsError):
        return _KINDS[error.kind]
    return next(status for family, status in _STATUS.items() if isinstance(error, family))


def _of_ours(error: XueshiError) -> ProblemError:
    if isinstance(error, RefusalError):
        headers = {"retry-after": str(error.wait_s)} if isinstance(error, TooManyError) else None
        return ProblemError(
            status_of(error),
            error.code,
            error.title,
            got=error.got,
            expected=error.expected,
            remedy=error.remedy,
            faults=error.faults,
            headers=headers,
        )
    if isinstance(error, FaultsError):
        return invalid(*error.faults)
    if isinstance(error, InputError | RulebookError):
        return ProblemError(422, "INVALID", _TITLES[422], got=_cut(str(error)))
    if isinstance(error, RecordAlteredError):
        remedy = "keep the database as it is; an administrator runs xueshi log audit"
        return ProblemError(
            409, "RECORD_ALTERED", _ALTERED, got=error.record, expected="what the log holds", remedy=remedy
        )
    if isinstance(error, SetupError):
        return ProblemError(503, "UNAVAILABLE", _TITLES[503], remedy="try again; if it stays so, tell the operator")
    return ProblemError(500, "DEFECT", _TITLES[500], remedy="tell the operator the request id")


def _fault(raw: Mapping[str, Any]) -> Fault:
    where = ".".join(str(part) for part in raw.get("loc", ()))
    got = raw.get("input")
    hidden = isinstance(got, dict | list) or raw.get("loc", ("",))[-1] in _SECRET
    shown = f"a value of type {type(got).__name__}" if hidden else repr(got)
    return Fault(where, "nothing" if raw.get("type") == "missing" else _cut(shown), str(raw.get("msg", "")))


def _cut(text: str) -> str:
    """As much as helps; a lone surrogate could not be written as UTF-8."""
    text = text.encode("utf-8", "replace").decode()
    return text if len(text) <= _MOST_CHARS else text[: _MOST_CHARS - 1] + "…"


_ALTERED = Text(
    "存档记录与日志不符（RECORD_ALTERED），已停止使用：请勿改动数据库，并告知审计员",
    "a stored record is not what the log holds of it (RECORD_ALTERED) and is not used: leave the database alone, tell the auditor",
)
_TITLES = {
    400: Text("请求无法理解", "the request cannot be understood"),
    401: Text("请先登录", "sign in first"),
    403: Text("没有这项权限", "you have no right to do this"),
    404: Text("没有这个地址", "no such address"),
    405: Text("此地址不支持这种操作", "this address does not answer that method"),
    409: Text("与已有的内容冲突", "something that is there already stands against it"),
    413: Text("内容过大", "too large"),
    415: Text("不支持这种内容格式", "this kind of content is not understood"),
    422: Text("填写的内容有误", "what was sent is not right"),
    429: Text("请求过于频繁", "too many requests"),
    500: Text("程序出错，已记录", "a defect of this program; it was noted"),
    503: Text("服务暂时不可用", "the service is not available just now"),
}
_STATUS: Mapping[type[RefusalError], int] = {
    NotFoundError: 404,
    ConflictError: 409,
    ForbiddenError: 403,
    TooLargeError: 413,
    TooManyError: 429,
    WrongDigestError: 460,  # as the tus protocol has it
    MissingKeyError: 503,
}
_KINDS: Mapping[RefusalKind, int] = {RefusalKind.FORBIDDEN: 403, RefusalKind.CONFLICT: 409, RefusalKind.INVALID: 422}
