"""What the process counts about itself, for Prometheus. No label ever holds anything about a person."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, PlatformCollector, ProcessCollector
from prometheus_client.exposition import generate_latest

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"})


class Figures:
    """Count requests; ask the rest of the process for what it holds now, whenever somebody looks."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        labels = ("method", "route", "status")
        self._requests = Counter("curbside_requests_total", "HTTP requests.", labels, registry=self.registry)
        self._seconds = Histogram(
            "curbside_request_seconds", "How long they took.", ("route",), buckets=_BUCKETS, registry=self.registry
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        self._requests.labels(method if method in _METHODS else "other", route, str(status)).inc()
        self._seconds.labels(route).observe(seconds)

    def watch(self, name: str, meaning: str, now: Callable[[], float]) -> None:
        """Show a figure that the process can tell at any time."""
        Gauge(f"curbside_{name}", meaning, registry=self.registry).set_function(now)

    def text(self) -> bytes:
        return generate_latest(self.registry)
