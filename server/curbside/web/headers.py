"""The headers that keep a page to itself: what it may load, who may frame it, what it may ask the browser for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

_NO_DEVICES = "camera=(), microphone=(), display-capture=(), geolocation=(), payment=(), usb=()"
_OWN_DEVICES = "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()"
_EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Origin-Agent-Cluster": "?1",
    "Cache-Control": "no-store",
}
_HSTS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def policy(**directives: str | Iterable[str]) -> str:
    """Write a Content-Security-Policy. Everything that is not named is forbidden."""
    named = {"default_src": "'none'", "base_uri": "'none'", "form_action": "'none'", "frame_ancestors": "'none'"}
    merged: dict[str, str | Iterable[str]] = {**named, **directives}
    written = []
    for name, value in merged.items():
        sources = value if isinstance(value, str) else " ".join(value)
        written.append(f"{name.replace('_', '-')} {sources}".strip())
    return "; ".join(written)


def of_page(*, secure: bool) -> Mapping[str, str]:
    """Return the headers of a page without a script: log-in, settings."""
    csp = policy(style_src="'self'", img_src="'self'", form_action="'self'")
    return _headers(csp, secure, devices=_NO_DEVICES)


def of_desk(origin: str, *, secure: bool) -> Mapping[str, str]:
    """Return the headers of the desk: its own script and style, its own server, framed by nobody."""
    return _headers(_application(origin, frame_ancestors="'none'"), secure, devices=_OWN_DEVICES)


def of_check(origin: str, framed_by: Iterable[str], *, secure: bool) -> Mapping[str, str]:
    """Return the headers of the equipment check: the panel's, where a tenant's pages may frame it; else the desk's."""
    ancestors = sorted(framed_by)
    return of_panel(origin, ancestors, secure=secure) if ancestors else of_desk(origin, secure=secure)


def of_panel(origin: str, framed_by: Iterable[str], *, secure: bool) -> Mapping[str, str]:
    """Return the headers of the panel, which only the tenant's own origins may frame."""
    ancestors = " ".join(sorted(framed_by)) or "'none'"
    headers = dict(_headers(_application(origin, frame_ancestors=ancestors), secure, devices=_OWN_DEVICES))
    del headers["X-Frame-Options"]
    # A page that is opened inside another one's has no window of its own to keep apart.
    del headers["Cross-Origin-Opener-Policy"]
    headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    # A page that isolates itself holds only frames that do the same. All that this one loads is its own.
    headers["Cross-Origin-Embedder-Policy"] = "require-corp"
    headers["Referrer-Policy"] = "no-referrer"
    return headers


def of_window(origin: str, *, secure: bool) -> Mapping[str, str]:
    """Return the headers of the call's own window: first party, framed by nobody, apart from whoever opened it.

    Whether it may show a screen is for its tenant to say, whom this page does not know yet: the server refuses the act.
    """
    csp = _application(origin, frame_ancestors="'none'")
    apart = {"Cross-Origin-Embedder-Policy": "require-corp", "Referrer-Policy": "no-referrer"}
    return {**_headers(csp, secure, devices=_OWN_DEVICES), **apart}


def _application(origin: str, *, frame_ancestors: str) -> str:
    socket = origin.replace("http", "ws", 1)
    return policy(
        script_src="'self'",
        style_src="'self'",
        img_src="'self' blob:",
        media_src="'self' blob:",
        connect_src=f"'self' {socket}",
        frame_ancestors=frame_ancestors,
        require_trusted_types_for="'script'",
        trusted_types="'none'",
    )


def _headers(csp: str, secure: bool, *, devices: str) -> Mapping[str, str]:
    # Not no-referrer: it would turn the Origin of a form into `null`, and that is what guards against forgery.
    return {
        **_EVERYWHERE,
        **(_HSTS if secure else {}),
        "Content-Security-Policy": csp,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": devices,
        "Referrer-Policy": "same-origin",
        "X-Frame-Options": "DENY",
    }
