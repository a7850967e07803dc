"""What the EHR may tell about where a contact is: an allow-list, never patient data (features A2)."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from curbside.domain.errors import Refused

FIELDS = frozenset({"module", "screen", "version", "build", "error", "correlation", "workstation"})
_LONGEST = 80
_MOST = 16
# A field's value is a name or a code: no address, no sentence, nothing that could hold a person.
_VALUE = re.compile(r"[\w .,:/()#+\-]*", re.UNICODE)
_ADDRESS = re.compile(r"://|www\.|\?|=|@", re.IGNORECASE)
# Seven digits in a row, however they are grouped, look like a record number (MRN, account, phone, SSN).
_RECORD = re.compile(r"(?:\d[ \-./]?){6}\d")
_DATE = re.compile(r"\b(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])\b")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_RECORD_FREE = frozenset({"correlation"})


def check_context(context: Mapping[str, Any], own_fields: Collection[str] = ()) -> dict[str, str]:
    """Return `context` as it may be stored.

    Raises Refused(`context_field`) with the name of the field, never its value, when a field is not on the list
    (`own_fields` are those that the tenant added) or its value looks like an address or a record number.
    """
    if len(context) > _MOST:
        raise Refused("context_field", detail={"field": "*", "why": "too many"})
    allowed = FIELDS.union(own_fields)
    return {name: _checked(name, value) for name, value in context.items() if _known(name, allowed)}


def name_or_nothing(text: str) -> str:
    """Return `text` if it is a name or a code such as a context may hold, else nothing: it is kept unsealed."""
    return "" if text and _why_not("topic", text) else text.strip()


def _known(name: str, allowed: Collection[str]) -> bool:
    if name not in allowed:
        raise Refused("context_field", detail={"field": name[:40], "why": "unknown"})
    return True


def _checked(name: str, value: Any) -> str:
    why = _why_not(name, value)
    if why:
        raise Refused("context_field", detail={"field": name, "why": why})
    return str(value).strip()


def _why_not(name: str, value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "not text"
    if len(value) > _LONGEST:
        return "too long"
    if _ADDRESS.search(value) or not _VALUE.fullmatch(value):
        return "not a name or a code"
    if name in _RECORD_FREE:
        return None if _UUID.fullmatch(value.strip()) or not _RECORD.search(value) else "looks like a record number"
    if _RECORD.search(value) or _DATE.search(value):
        return "looks like a record number"
    return None
