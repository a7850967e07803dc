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
_RECORD_LIKE = "looks like a record number"
_ADDRESS_IN_TEXT = re.compile(r"://|www\.|\w@\w", re.IGNORECASE)
_SSN = re.compile(r"\b\d{3}-\d\d-\d{4}\b")
_ADDRESS = re.compile(r"://|www\.|\?|=|@", re.IGNORECASE)
# Seven digits in a row, however they are grouped, look like a record number (MRN, account, phone, SSN).
_RECORD = re.compile(r"(?:\d[ \-./]?){6}\d")
# Five are enough after a word that says whose they are; after one of birth, any.
_LABELLED = re.compile(
    r"\b(?:mrn|ssn|patient|pt|record|acct|account|chart|bed|paciente|historia|expediente|registro|cuenta|cama"
    r"|nhc|nss|curp|dni|c[eé]dula|p[oó]liza)(?![^\W\d_])\D{0,16}(?:\d[ \-]?){4}\d"
    r"|\b(?:dob|born|birth|nac|fdn|nacid[oa]|nacimiento)(?![^\W\d_])\D{0,16}\d",
    re.IGNORECASE,
)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic)[^\W\d_]*\.?"
_DATE = re.compile(
    r"\b(?:19|20)\d\d[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])\b"
    r"|(?<!\d)(?:0?[1-9]|[12]\d|3[01])[-/](?:0?[1-9]|[12]\d|3[01])[-/](?:\d{4}|\d\d)(?!\d)"
    rf"|(?<!\d)\d{{1,2}}\.? (?:de )?{_MONTH},? (?:del? )?\d{{2,4}}(?!\d)"
    rf"|\b{_MONTH} \d{{1,2}},? \d{{4}}(?!\d)",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"(?<![\d.])(?:0?[1-9]|[12]\d|3[01])\.(?:0?[1-9]|1[0-2])\.(?:(?:19|20)\d\d|\d\d)(?![\d.])")
_DOTTED_FREE = frozenset({"version", "build"})
_SPACE = re.compile(r"\s")
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


def check_topic(text: str) -> str:
    """Return what an agent wrote as a topic, as it may be kept: unsealed, and in facts that are never erased.

    Raises Refused(`context_field`) when it looks like an address, a record number or a date.
    """
    if _ADDRESS_IN_TEXT.search(text) or _looks_like_a_record("topic", text):
        raise Refused("context_field", detail={"field": "topic", "why": _RECORD_LIKE})
    return text.strip()


def check_external(references: Mapping[str, str]) -> dict[str, str]:
    """Return an agent's references to other systems, as they may be kept: a ticket's number, no patient's.

    Raises Refused(`context_field`), with `external` as the field.
    """
    if len(references) > _MOST:
        raise Refused("context_field", detail={"field": "external", "why": "too many"})
    for name, value in references.items():
        both = f"{name} {value}"
        if not _VALUE.fullmatch(both) or _ADDRESS.search(both):
            raise Refused("context_field", detail={"field": "external", "why": "not a name or a code"})
        if _LABELLED.search(both) or _DATE.search(both) or _SSN.search(both):
            raise Refused("context_field", detail={"field": "external", "why": _RECORD_LIKE})
    return {name: value.strip() for name, value in references.items()}


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
    if name in _RECORD_FREE and _SPACE.search(value.strip()):
        return "not a name or a code"
    return _RECORD_LIKE if _looks_like_a_record(name, value) else None


def _looks_like_a_record(name: str, value: str) -> bool:
    if name in _RECORD_FREE and _UUID.fullmatch(value.strip()):
        return False
    if name not in _DOTTED_FREE and _DOTTED.search(value):
        return True
    return any(looks.search(value) for looks in (_RECORD, _LABELLED, _DATE))
