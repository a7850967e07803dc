"""A token that the EHR's backend signed is believed, and nothing that only looks like one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
from joserfc import jwk

from curbside.domain.errors import Refused
from curbside.domain.signing import Issuer, Key, key_of_secret, keys_of_pem
from curbside.domain.token import Identity, check_addressed, ended_login, grounds_of, identity, peek, verify
from tests import tokens
from tests.tokens import Verifier

HS256 = Issuer(tokens.ISS, tokens.AUD, "HS256")
RS256 = Issuer(tokens.ISS, tokens.AUD, "RS256")
ES256 = Issuer(tokens.ISS, tokens.AUD, "ES256")
HEADER = b'{"alg":"HS256"}'
SECRET = [key_of_secret(tokens.SECRET.encode())]


def now() -> int:
    return int(time.time() * 1000)


def identified(
    jwt: str, verifier: Verifier, issuer: Issuer = HS256, keys: list[Key] | None = None, at: int | None = None
) -> Identity:
    peeked = peek(jwt)
    chosen = check_addressed(peeked, [issuer])
    payload = verify(peeked, chosen, SECRET if keys is None else keys)
    return identity(payload, chosen, verifier.value, at or now())


def refused(jwt: str, verifier: Verifier, **more: Any) -> str:
    with pytest.raises(Refused) as caught:
        identified(jwt, verifier, **more)
    return caught.value.code


def test_a_right_token_names_the_contact() -> None:
    verifier = Verifier()
    who = identified(tokens.signed(tokens.claims(verifier)), verifier)
    assert (who.sub, who.name, who.organization, who.organization_name) == (
        "dana",
        "Dana Ruiz",
        "mercy",
        "Mercy Hospital",
    )
    assert who.grounds == grounds_of(tokens.ISS, "login-1")


def test_an_organization_may_be_named_by_its_id_alone() -> None:
    verifier = Verifier()
    who = identified(tokens.signed(tokens.claims(verifier, organization="mercy")), verifier)
    assert (who.organization, who.organization_name) == ("mercy", "mercy")


@pytest.mark.parametrize(
    ("alg", "issuer", "key"),
    [("RS256", RS256, tokens.rsa()), ("ES256", ES256, tokens.ec())],
    ids=["RS256", "ES256"],
)
def test_public_keys_verify_what_their_private_halves_signed(alg: str, issuer: Issuer, key: Any) -> None:
    verifier = Verifier()
    jwt = tokens.signed(tokens.claims(verifier), alg=alg, key=key)
    assert identified(jwt, verifier, issuer, keys_of_pem(tokens.pem(key), alg)).sub == "dana"


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE", ""])
def test_alg_none_is_refused(alg: str) -> None:
    verifier = Verifier()
    for signature in ("", "AAAA"):
        assert refused(tokens.unsigned(tokens.claims(verifier), {"alg": alg}, signature), verifier) == "bad_token"


def test_a_public_key_is_never_taken_for_a_shared_secret() -> None:
    # The classic confusion: signed by HMAC with the text of the issuer's public RSA key, which everybody has.
    verifier = Verifier()
    public = tokens.pem(tokens.rsa())
    unsigned = tokens.unsigned(tokens.claims(verifier), {"alg": "HS256"}).rstrip(".")
    signature = tokens.base64url(hmac.digest(public.encode(), unsigned.encode(), hashlib.sha256))
    jwt = f"{unsigned}.{signature}"
    assert refused(jwt, verifier, issuer=RS256, keys=keys_of_pem(public, "RS256")) == "bad_token"


@pytest.mark.parametrize("alg", ["HS384", "HS512", "RS256", "PS256", "ES256"])
def test_the_algorithm_is_the_issuers_not_the_tokens(alg: str) -> None:
    verifier = Verifier()
    keys: dict[str, jwk.Key] = {"R": tokens.rsa(), "P": tokens.rsa(), "E": tokens.ec()}
    secret: jwk.Key = tokens.shared(tokens.SECRET * 2)
    jwt = tokens.signed(tokens.claims(verifier), alg=alg, key=keys.get(alg[0], secret))
    assert refused(jwt, verifier, keys=[*SECRET, Key(None, keys.get(alg[0], secret))]) == "bad_token"


@pytest.mark.parametrize("crit", [["exp"], ["b64"], [], "exp", None])
def test_any_critical_extension_is_refused(crit: Any) -> None:
    verifier = Verifier()
    header = {"alg": "HS256", "crit": crit, "b64": True, "exp": 1}
    jwt = tokens.unsigned(tokens.claims(verifier), header, "AAAA")
    with pytest.raises(Refused, match="bad_token"):
        peek(jwt)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example"},
        {"iss": None},
        {"iss": 7},
        {"aud": "another"},
        {"aud": ["another"]},
        {"aud": []},
        {"aud": None},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"sid": None},
        {"role": None},
        {"role": ""},
        {"sid": ""},
        {"jti": None},
        {"nonce": None},
        {"name": None},
        {"organization": None},
        {"organization": {"name": "Mercy"}},
        {"iat": None},
        {"exp": None},
        {"iat": "now"},
        {"events": {}},
        {"nonce": "A" * 43},
    ],
    ids=str,
)
def test_a_claim_that_is_wrong_or_missing_is_refused(wrong: dict[str, Any]) -> None:
    verifier = Verifier()
    assert refused(tokens.signed(tokens.claims(verifier, **wrong)), verifier) == "bad_token"


def test_an_audience_among_others_is_ours() -> None:
    verifier = Verifier()
    assert identified(tokens.signed(tokens.claims(verifier, aud=["x", tokens.AUD])), verifier).sub == "dana"


@pytest.mark.parametrize(
    ("iat", "exp", "code"),
    [
        (-400, -100, "expired"),
        (-10, 0, "expired"),
        (0, 301, "bad_token"),
        (-10, 86_400, "bad_token"),
        (70, 100, "bad_token"),
        (86_400, 86_500, "bad_token"),
        (0, -1, "bad_token"),
        (0, 0, "bad_token"),
    ],
)
def test_a_token_is_fresh_short_lived_and_not_of_the_future(iat: int, exp: int, code: str) -> None:
    verifier, second = Verifier(), int(time.time())
    jwt = tokens.signed(tokens.claims(verifier, iat=second + iat, exp=second + exp))
    assert refused(jwt, verifier, at=second * 1000) == code


def test_a_clock_that_is_a_minute_ahead_is_borne() -> None:
    verifier, second = Verifier(), int(time.time())
    jwt = tokens.signed(tokens.claims(verifier, iat=second + 59, exp=second + 300))
    assert identified(jwt, verifier, at=second * 1000).sub == "dana"


def test_a_token_that_is_not_valid_yet_is_refused() -> None:
    verifier = Verifier()
    jwt = tokens.signed(tokens.claims(verifier, nbf=int(time.time()) + 100))
    assert refused(jwt, verifier) == "bad_token"


def test_a_stolen_token_is_worthless_without_the_verifier() -> None:
    victim, thief = Verifier(), Verifier()
    jwt = tokens.signed(tokens.claims(victim))
    assert refused(jwt, thief) == "bad_token"
    # Nor does the nonce itself, which is in the token for all to see, stand in for it.
    assert refused(jwt, Verifier(victim.nonce)) == "bad_token"


@pytest.mark.parametrize("verifier", ["", "A", "A" * 44, "é" * 43, "=" * 43])
def test_a_verifier_is_thirty_two_bytes(verifier: str) -> None:
    jwt = tokens.signed(tokens.claims(Verifier()))
    assert refused(jwt, Verifier(verifier)) == "bad_token"


def test_one_changed_bit_anywhere_is_noticed() -> None:
    verifier = Verifier()
    head, payload, signature = tokens.signed(tokens.claims(verifier)).split(".")
    body = json.loads(base64.urlsafe_b64decode(payload + "=="))
    changed = tokens.base64url(json.dumps({**body, "sub": "someone-else"}).encode())
    flipped = ("B" if signature[0] != "B" else "C") + signature[1:]
    assert refused(f"{head}.{changed}.{signature}", verifier) == "bad_token"
    assert refused(f"{head}.{payload}.{flipped}", verifier) == "bad_token"


@pytest.mark.parametrize(
    "jwt",
    ["", "a", "a.b", "a.b.c", "a.b.c.d.e", "é.é.é", "e30.e30.AA", "." * 3, "A" * 9000, "bnVsbA.bnVsbA.AA"],
)
def test_what_is_not_a_token_costs_no_cryptography(jwt: str) -> None:
    with pytest.raises(Refused, match="bad_token"):
        peek(jwt)


def test_deeply_nested_claims_are_refused_not_crashed_on() -> None:
    body = tokens.base64url(b'{"iss":' + b"[" * 3000)
    with pytest.raises(Refused, match="bad_token"):
        peek(f"{tokens.base64url(HEADER)}.{body}.AA")


def test_a_name_cannot_fake_a_line_or_turn_text_around() -> None:
    verifier = Verifier()
    name = "Dana\n\x1b[31m\u202eRuiz\u200b  RN"
    assert identified(tokens.signed(tokens.claims(verifier, name=name)), verifier).name == "Dana [31mRuiz RN"


def test_grounds_do_not_repeat_the_sid_and_differ_between_issuers() -> None:
    assert "secret" not in grounds_of("https://a.example", "secret")
    assert grounds_of("https://a.example", "s") != grounds_of("https://b.example", "s")
    assert grounds_of("ab", "c") != grounds_of("a", "bc")


def logout(**changes: Any) -> bytes:
    peeked = peek(tokens.signed(tokens.logout_claims(**changes)))
    return verify(peeked, HS256, SECRET)


def test_a_log_out_token_names_what_is_over() -> None:
    assert ended_login(logout(), HS256, now()).grounds == grounds_of(tokens.ISS, "login-1")
    by_subject = ended_login(logout(sid=None, sub="dana"), HS256, now())
    assert (by_subject.grounds, by_subject.sub) == (None, "dana")


@pytest.mark.parametrize("wrong", [{"events": {}}, {"events": None}, {"nonce": "x"}, {"sid": None}], ids=str)
def test_an_identity_token_is_no_log_out_token(wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="bad_token"):
        ended_login(logout(**wrong), HS256, now())
