"""Credentials for a relay: as coturn checks them, and gone after minutes."""

import base64
import hashlib
import hmac

import pytest

from curbside_signaling.ice import credentials


def test_the_credential_is_the_one_that_coturn_computes() -> None:
    server = credentials(b"secret", "p1", ["turn:127.0.0.1:3478"], now_s=1_000)
    assert server.username == "1600:p1"
    expected = base64.b64encode(hmac.new(b"secret", b"1600:p1", hashlib.sha1).digest()).decode()
    assert server.credential == expected


def test_the_credential_is_not_shown_by_accident() -> None:
    server = credentials(b"secret", "p1", [], now_s=1_000)
    assert server.credential not in repr(server)


def test_without_a_secret_there_are_no_credentials() -> None:
    with pytest.raises(ValueError, match="secret"):
        credentials(b"", "p1", [], now_s=1_000)
