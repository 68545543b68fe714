"""Errors as RFC 9457 problem documents, each in both languages."""

import logging
import uuid
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gridmap.api.language import preferred_language
from gridmap.errors import (
    Conflict,
    Forbidden,
    GridmapError,
    Infeasible,
    Invalid,
    NotFound,
    Stale,
    Text,
    Unavailable,
)

logger = logging.getLogger("gridmap.api")


class Unidentified(Forbidden):
    """Nobody said who asks, and it matters."""


class TooOften(Unavailable):
    """Somebody asks more often than one may; ``retry_after`` says in how many seconds to come back."""


class NotAllowed(Forbidden):
    """Nobody may do this to this kind of thing; ``allow`` says what can be done."""


class Unconditional(Invalid):
    """A change does not say which version it is meant for."""


class WrongMediaType(Invalid):
    """The body is in a format that is not read."""


class TooLarge(Invalid):
    """The body is larger than anything that could be meant."""


STATUSES: dict[type[GridmapError], int] = {
    Unidentified: 401,
    NotAllowed: 405,
    Stale: 412,
    TooLarge: 413,
    WrongMediaType: 415,
    Unconditional: 428,
    Invalid: 422,
    Forbidden: 403,
    NotFound: 404,
    Conflict: 409,
    Infeasible: 422,
    TooOften: 429,
    Unavailable: 503,
}
"""Class of error → status. An invalid request without a body is 400: only its address can be wrong."""

TITLES = {
    400: Text(en="Invalid request", zh="请求无效"),
    401: Text(en="Who are you?", zh="需要身份凭证"),
    403: Text(en="Forbidden", zh="不允许"),
    404: Text(en="Not found", zh="未找到"),
    405: Text(en="Method not allowed", zh="不支持此方法"),
    406: Text(en="Not acceptable", zh="无法提供所需格式"),
    409: Text(en="Conflict", zh="冲突"),
    412: Text(en="Changed meanwhile", zh="已被修改"),
    413: Text(en="Too large", zh="内容过大"),
    415: Text(en="Unknown format", zh="格式不支持"),
    422: Text(en="Invalid input", zh="输入无效"),
    428: Text(en="Version missing", zh="缺少版本"),
    429: Text(en="Too many questions", zh="请求过于频繁"),
    500: Text(en="A fault of ours", zh="系统故障"),
    503: Text(en="Unavailable", zh="暂不可用"),
}

NO_SUCH_ADDRESS = Text(en="There is nothing at this address.", zh="此地址没有内容。")
HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}


def add_error_handlers(app: FastAPI) -> None:
    """Turn every error into a problem document."""
    app.add_exception_handler(GridmapError, _ours)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _fault)


def problem(
    request: Request,
    status: int,
    message: Text,
    *,
    hint: Text | None = None,
    facts: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> JSONResponse:
    """Return a problem document; ``title`` and ``detail`` are in the reader's language."""
    language = preferred_language(request)
    title = TITLES.get(status, TITLES[500 if status >= 500 else 400])
    body = {
        "type": "about:blank",
        "title": title.in_language(language),
        "status": status,
        "detail": message.in_language(language),
        "messages": message.as_dict(),
        "hint": hint.as_dict() if hint else None,
        "facts": facts or {},
    }
    headers = {"Content-Language": language, "Cache-Control": "no-store", **(headers or {})}
    return JSONResponse(body, status, headers, media_type="application/problem+json")


async def _ours(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GridmapError)
    status = next((STATUSES[kind] for kind in type(error).__mro__ if kind in STATUSES), 500)
    if isinstance(error, Invalid) and request.method == "GET":
        status = 400
    return problem(
        request,
        status,
        error.message,
        hint=error.hint,
        facts=_plain(error.facts),
        headers=_headers(error, status),
    )


def _headers(error: GridmapError, status: int) -> dict[str, str] | None:
    if "retry_after" in error.facts:
        return {"Retry-After": str(error.facts["retry_after"])}
    if "allow" in error.facts:
        return {"Allow": error.facts["allow"]}
    return HEADERS.get(status)


async def _validation(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    where, *path = (str(part) for part in first["loc"])
    name = ".".join(path) or where
    message = Text(
        en=f"The value of {name} is not valid: {first['msg']}.", zh=f"{name} 的值无效：{first['msg']}。"
    )
    return problem(request, 422 if where == "body" else 400, message, facts={"parameter": name})


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    message = NO_SUCH_ADDRESS
    if error.status_code != 404:
        title = TITLES.get(error.status_code, TITLES[400])
        message = Text(en=f"{title.en}: {error.detail}.", zh=f"{title.zh}：{error.detail}。")
    return problem(request, error.status_code, message, headers=dict(error.headers or {}))


async def _fault(request: Request, error: Exception) -> JSONResponse:
    """Log a fault under a number that the reader can quote; the reader sees nothing of its inside."""
    number = uuid.uuid4().hex[:12]
    logger.error("fault %s at %s %s", number, request.method, request.url.path, exc_info=error)
    message = Text(en=f"Something went wrong; the fault is {number}.", zh=f"系统出错，故障编号 {number}。")
    hint = Text(en="Quote the number to whoever runs gridmap.", zh="请将编号告知系统管理员。")
    return problem(request, 500, message, hint=hint, facts={"fault": number})


def _plain(facts: dict[str, Any]) -> dict[str, Any]:
    kept = (str, int, float, bool, list, dict, type(None))
    return {key: value if isinstance(value, kept) else str(value) for key, value in facts.items()}
