"""Read what comes over HTTP, and answer refusals in one form."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse

from curbside.domain.errors import Refused

STATUS = {
    "bad_token": 401,
    "expired": 401,
    "ended": 401,
    "bad_login": 401,
    "forbidden": 403,
    "switched_off": 403,
    "not_found": 404,
    "conflict": 409,
    "too_large": 413,
    "file_too_large": 413,
    "too_fast": 429,
    "too_many_attempts": 429,
    "busy": 503,
    "unavailable": 503,
}


def bearer(request: Request) -> str:
    """Return the token of the Authorization header. Raises Refused(`bad_token`) when there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > 200:
        raise Refused("bad_token")
    return token


async def body_of(request: Request, most: int) -> bytes:
    """Read a body of at most `most` bytes. Raises Refused(`too_large`) before more than that is kept."""
    found = bytearray()
    async for chunk in request.stream():
        found += chunk
        if len(found) > most:
            raise Refused("too_large")
    return bytes(found)


def refusal(refused: Refused) -> JSONResponse:
    """Answer that something was not done: a stable code, and words for a person."""
    error = {
        "code": refused.code,
        "message": refused.message,
        "retry": refused.retry,
        "after_ms": refused.after_ms,
        "detail": refused.detail,
    }
    headers = {"Cache-Control": "no-store"}
    if refused.after_ms:
        headers["Retry-After"] = str(-(-refused.after_ms // 1000))
    return JSONResponse({"error": error}, STATUS.get(refused.code, 400), headers)
