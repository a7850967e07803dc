"""Which key a token is held against: the issuer's own, by its name, and nothing that the token brings."""

from __future__ import annotations

import json

import pytest

from curbside.domain.errors import Refused
from curbside.domain.signing import key_of_secret, keys_of_jwks, keys_of_pem
from tests import tokens
from tests.domain.test_token import ES256, RS256, identified, refused
from tests.tokens import Verifier


def test_kid_chooses_only_among_the_issuers_own_keys() -> None:
    verifier = Verifier()
    document = json.dumps({"keys": [tokens.rsa("one").as_dict(private=False)]}).encode()
    mine = keys_of_jwks(document, "RS256")
    attacker = tokens.rsa("attacker")
    for kid in ("one", "attacker", "../../etc/passwd", "' OR 1=1 --", "https://attacker.example/key"):
        jwt = tokens.signed(tokens.claims(verifier), alg="RS256", key=attacker, kid=kid)
        assert refused(jwt, verifier, issuer=RS256, keys=mine) == "bad_token"
    right = tokens.signed(tokens.claims(verifier), alg="RS256", key=tokens.rsa("one"), kid="one")
    assert identified(right, verifier, RS256, mine).sub == "dana"


def test_a_key_inside_the_token_is_never_looked_at() -> None:
    verifier, attacker = Verifier(), tokens.ec("attacker")
    mine = keys_of_pem(tokens.pem(tokens.ec()), "ES256")
    jwt = tokens.signed(tokens.claims(verifier), alg="ES256", key=attacker, jwk=attacker.as_dict(private=False))
    assert refused(jwt, verifier, issuer=ES256, keys=mine) == "bad_token"


def test_a_key_that_was_rotated_away_signs_no_more() -> None:
    verifier = Verifier()
    document = json.dumps({"keys": [tokens.ec("new").as_dict(private=False)]}).encode()
    jwt = tokens.signed(tokens.claims(verifier), alg="ES256", key=tokens.ec("old"), kid="old")
    assert refused(jwt, verifier, issuer=ES256, keys=keys_of_jwks(document, "ES256")) == "bad_token"


def test_a_key_set_gives_only_keys_that_fit() -> None:
    good = tokens.rsa().as_dict(private=False)
    documents = [
        tokens.ec().as_dict(private=False),
        {"kty": "oct", "k": tokens.base64url(b"x" * 32)},
        {**good, "use": "enc"},
        {**good, "alg": "PS256"},
        {"kty": "RSA", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA"},
        "not a key",
        good,
    ]
    found = keys_of_jwks(json.dumps({"keys": documents}).encode(), "RS256")
    assert [each.kid for each in found] == ["one"]


@pytest.mark.parametrize("document", [b"", b"[]", b"{}", b'{"keys": 7}', b"<html>"])
def test_what_is_not_a_key_set_is_refused(document: bytes) -> None:
    with pytest.raises(Refused):
        keys_of_jwks(document, "RS256")


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        key_of_secret(b"hunter2")


def test_two_pasted_keys_hold_while_one_replaces_the_other() -> None:
    verifier = Verifier()
    both = keys_of_pem(tokens.pem(tokens.ec("old")) + "\n" + tokens.pem(tokens.ec("new")), "ES256")
    for name in ("old", "new"):
        jwt = tokens.signed(tokens.claims(verifier), alg="ES256", key=tokens.ec(name), kid=name)
        assert identified(jwt, verifier, ES256, both).sub == "dana"
