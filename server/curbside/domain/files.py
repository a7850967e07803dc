"""What may be attached: known by its content, never by its name or by what the browser says. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import puremagic

from curbside.domain.documents import check_office, check_pdf
from curbside.domain.errors import Refused

BYTES_MAX = 10 * 1024 * 1024
NAME_MAX = 100
CONVERSATION_ID = re.compile(r"[A-Za-z0-9_-]{22}")
_RESERVED = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)$", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*]')
# What the WHATWG's MIME sniffing calls HTML or XML by its first bytes, and SVG.
_MARKUP = re.compile(
    r"<(!doctype|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|svg|\?xml|!--)[\s>/]?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of file that may be attached. Only images, which are drawn anew, are ever shown inline."""

    mime: str
    extension: str
    image: bool = False


PNG = Kind("image/png", ".png", image=True)
JPEG = Kind("image/jpeg", ".jpg", image=True)
GIF = Kind("image/gif", ".gif", image=True)
WEBP = Kind("image/webp", ".webp", image=True)
PDF = Kind("application/pdf", ".pdf")
DOCX = Kind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx")
XLSX = Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx")
TEXT = Kind("text/plain", ".txt")
CSV = Kind("text/csv", ".csv")
LOG = Kind("text/plain", ".log")

_IMAGES: tuple[tuple[Kind, Callable[[bytes], bool]], ...] = (
    (PNG, lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    (JPEG, lambda content: content.startswith(b"\xff\xd8\xff")),
    (GIF, lambda content: content[:6] in (b"GIF87a", b"GIF89a")),
    (WEBP, lambda content: content[:4] == b"RIFF" and content[8:12] == b"WEBP"),
)


def recognise(content: bytes, name: str) -> Kind:
    """Return what `content` is, after looking into it for what has no business there.

    The name only chooses between kinds of plain text. Raises Refused: `bad_file`, `file_too_large`.
    """
    if not content:
        raise Refused("bad_file")
    if len(content) > BYTES_MAX:
        raise Refused("file_too_large")
    for kind, fits in _IMAGES:
        if fits(content):
            return _agreed(kind, content)
    if content.startswith(b"%PDF-"):
        check_pdf(content)
        return _agreed(PDF, content)
    if content.startswith(b"PK"):
        return {"word": DOCX, "xl": XLSX}[check_office(content)]
    return _text(content, name)


def safe_name(name: str, kind: Kind) -> str:
    """Return a name that is safe to show and to save: one component, visible characters, the kind's own extension."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    visible = "".join(each for each in last if unicodedata.category(each) not in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp"))
    tidy = " ".join(_FORBIDDEN.sub("_", visible).split()).strip(" .")
    stem = tidy.removesuffix(kind.extension)
    if kind is JPEG:
        stem = re.sub(r"\.jpe?g$", "", tidy, flags=re.IGNORECASE)
    elif tidy.lower().endswith(kind.extension):
        stem = tidy[: -len(kind.extension)]
    stem = stem[: NAME_MAX - len(kind.extension)].rstrip(" .")
    if not stem or _RESERVED.match(stem.partition(".")[0]):
        stem = f"file{'-' + stem if stem else ''}"
    return stem + kind.extension


def _agreed(kind: Kind, content: bytes) -> Kind:
    """Ask a second opinion: two readers who disagree about a file are what a polyglot lives on."""
    try:
        opinions = {match.mime_type for match in puremagic.magic_string(content)}
    except puremagic.PureError:
        raise Refused("bad_file") from None
    if kind.mime not in opinions:
        raise Refused("bad_file")
    return kind


def _text(content: bytes, name: str) -> Kind:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("bad_file") from None
    if any(unicodedata.category(each) == "Cc" and each not in "\t\n\r\f" for each in set(text)):
        raise Refused("bad_file")
    if _MARKUP.match(text[:512].lstrip()):
        raise Refused("bad_file")
    extension = name.lower().rpartition(".")[2]
    # A spreadsheet may read a cell that begins with = + - @ as a formula: CSV is stored as it came, and only ever
    # served as a download, never opened by us.
    return {"csv": CSV, "log": LOG}.get(extension, TEXT)
