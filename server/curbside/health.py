"""Ask the server on this machine whether it is ready: what a container's health check runs. Exits 0 or 1."""

from __future__ import annotations

import http.client
import os
import sys

PATIENCE_S = 4.0


def main() -> int:
    """Ask this machine's own server whether it can serve; 0 if so, for the container's health check."""
    port = int(os.environ.get("CURBSIDE_PORT") or 8400)
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
        connection.request("GET", "/readyz")
        return 0 if connection.getresponse().status == 200 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
