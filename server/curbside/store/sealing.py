"""Sealing bodies: root key → tenant's key → conversation's key → one key for each body.

A body's key is HMAC-SHA256(conversation's key, salt), used once, so its nonce may be constant (NIST SP 800-38D §8.2
asks for a unique pair of key and nonce). Erasing the salt makes the body unreadable for good, also in an old backup,
because salts are kept out of ordinary backups.
"""

from __future__ import annotations

import hashlib
import hmac
import os
from collections import OrderedDict

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_ONCE = bytes(12)


def new_key() -> bytes:
    """Make a random key of 32 bytes."""
    return os.urandom(32)


def wrap(key: bytes, wrapping: bytes, place: str) -> bytes:
    """Seal `key` under `wrapping`, bound to the place where it is stored."""
    nonce = os.urandom(12)
    return nonce + AESGCM(wrapping).encrypt(nonce, key, place.encode())


def unwrap(sealed: bytes, wrapping: bytes, place: str) -> bytes:
    """Open what `wrap` sealed. Raises cryptography.exceptions.InvalidTag when any part of it is wrong."""
    return AESGCM(wrapping).decrypt(sealed[:12], sealed[12:], place.encode())


def seal(plain: bytes, key: bytes, salt: bytes, place: str) -> bytes:
    """Seal a body under its own key."""
    return AESGCM(_body_key(key, salt)).encrypt(_ONCE, plain, place.encode())


def unseal(sealed: bytes, key: bytes, salt: bytes, place: str) -> bytes:
    """Return what `seal` sealed for this place. Raises InvalidTag where key, salt or place is another."""
    return AESGCM(_body_key(key, salt)).decrypt(_ONCE, sealed, place.encode())


def commitment(plain: bytes, key: bytes, salt: bytes) -> bytes:
    """Commit to a body without revealing it: the event carries this and stays true after the body is erased."""
    return hmac.digest(key, b"commit" + salt + plain, "sha256")


def link(previous: bytes, canonical: str, committed: bytes | None) -> bytes:
    """Chain an event to the one before it, so that none can be changed, dropped or put in between unseen."""
    return hashlib.sha256(previous + canonical.encode() + (committed or b"")).digest()


def derive(key: bytes, purpose: str, *parts: str) -> bytes:
    """Derive a key for one purpose from another key."""
    return hmac.digest(key, "\x1f".join((purpose, *parts)).encode(), "sha256")


def _body_key(key: bytes, salt: bytes) -> bytes:
    return hmac.digest(key, b"body" + salt, "sha256")


class Keys:
    """Unwrap and remember the keys of tenants and conversations; the root key never leaves this object."""

    def __init__(self, root: bytes, remember: int = 20_000) -> None:
        if len(root) != 32:
            raise ValueError("the root key must have 32 bytes")
        self._root = root
        self._remember = remember
        self._tenants: dict[str, bytes] = {}
        self._conversations: OrderedDict[tuple[str, str], tuple[bytes, bytes]] = OrderedDict()

    def new_tenant(self, tenant: str) -> bytes:
        """Make a tenant's key and return it wrapped, for its row."""
        key = new_key()
        return wrap(key, self._root, f"tenant|{tenant}")

    def learn(self, tenant: str, wrapped: bytes) -> None:
        """Unwrap a tenant's key from its row."""
        self._tenants[tenant] = unwrap(wrapped, self._root, f"tenant|{tenant}")

    def tenant(self, tenant: str) -> bytes:
        return self._tenants[tenant]

    def knows(self, tenant: str) -> bool:
        return tenant in self._tenants

    def root(self, purpose: str) -> bytes:
        """Derive a key of the installation, for one purpose."""
        return derive(self._root, purpose)

    def new_conversation(self, tenant: str, conversation: str) -> tuple[bytes, bytes]:
        """Make a conversation's key; return it, and it wrapped for its row."""
        key = new_key()
        return key, wrap(key, self._tenants[tenant], f"conversation|{conversation}")

    def conversation(self, tenant: str, conversation: str, wrapped: bytes) -> bytes:
        """Unwrap a conversation's key, or remember it.

        What is remembered is used only for the same wrapped bytes: an erased or restored row never meets an old key.
        """
        place = (tenant, conversation)
        known = self._conversations.get(place)
        if known is not None and known[0] == wrapped:
            return known[1]
        key = unwrap(wrapped, self._tenants[tenant], f"conversation|{conversation}")
        self._conversations[place] = (wrapped, key)
        if len(self._conversations) > self._remember:
            self._conversations.popitem(last=False)
        return key
