"""The desk's cookies. Over https `__Host-` binds them to this very host; the demonstration goes without."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response


@dataclass(frozen=True, slots=True)
class Cookie:
    """One cookie: SameSite `strict` would lose a session on the way back from a mail, so only marks are strict."""

    name: str
    max_age_s: int | None
    same_site: Literal["lax", "strict"]


SESSION = Cookie("curbside", None, "lax")
STEP = Cookie("curbside-step", 600, "strict")
KNOWN = Cookie("curbside-known", 400 * 24 * 3600, "strict")


class Cookies:
    """Give and drop cookies that no script can read."""

    def __init__(self, *, secure: bool) -> None:
        self._secure = secure

    def name(self, cookie: Cookie) -> str:
        return f"__Host-{cookie.name}" if self._secure else cookie.name

    def give(self, response: Response, cookie: Cookie, value: str) -> None:
        """Set a cookie that no script reads; over https its name binds it to this host."""
        response.set_cookie(
            self.name(cookie),
            value,
            max_age=cookie.max_age_s,
            path="/",
            secure=self._secure,
            httponly=True,
            samesite=cookie.same_site,
        )

    def drop(self, response: Response, cookie: Cookie) -> None:
        response.delete_cookie(
            self.name(cookie), path="/", secure=self._secure, httponly=True, samesite=cookie.same_site
        )
