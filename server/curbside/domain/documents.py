"""Looking into documents for what could run, burst, or be two things at once. Pure."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from curbside.domain.errors import Refused

ENTRIES_MAX = 3000
UNPACKED_MAX = 60 * 1024 * 1024
RATIO_MAX = 200
LINKS_MAX = 4 * 1024 * 1024
_MAIN = {
    "word": b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xl": b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_RUNS = re.compile(r"vbaProject|vbaData|activeX|/embeddings/|externalLinks/|oleObject|\.(exe|dll|js|vbs|bin)$", re.I)
_ACTIVE = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/RichMedia", b"/XFA")
_PDF_HEX = re.compile(rb"#([0-9A-Fa-f]{2})")


def check_pdf(content: bytes) -> None:
    """Refuse a PDF that is something else too, or that carries scripts, programs or files where they can be seen.

    What hides in compressed streams is not seen: so a PDF is only ever served as a download.
    """
    if b"%%EOF" not in content[-1024:] or b"PK\x05\x06" in content:
        raise Refused("bad_file")
    if re.match(rb"%PDF-\d\.\d\s", content[:16]) is None:
        raise Refused("bad_file")
    named = _PDF_HEX.sub(lambda match: bytes([int(match[1], 16)]), content)  # /J#53 is /JS
    for name in _ACTIVE:
        if re.search(re.escape(name) + rb"(?![A-Za-z0-9])", named):
            raise Refused("bad_file")


def check_office(content: bytes) -> str:
    """Return `word` or `xl` for a document of either kind; refuse archives that burst, run, or are anything else."""
    if not content.startswith(b"PK\x03\x04") or content.rfind(b"PK\x05\x06") != len(content) - 22:
        raise Refused("bad_file")  # nothing stands before the archive or after it
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_entries(archive.infolist())
            types = _read_all(archive)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError, OverflowError):
        raise Refused("bad_file") from None
    found = [folder for folder, main in _MAIN.items() if main in types]
    if len(found) != 1 or b"macroEnabled" in types:
        raise Refused("bad_file")
    return found[0]


def _check_entries(entries: list[zipfile.ZipInfo]) -> None:
    names = {entry.filename.lower() for entry in entries}
    if len(entries) > ENTRIES_MAX or len(names) != len(entries):
        raise Refused("bad_file")
    if sum(entry.file_size for entry in entries) > UNPACKED_MAX:
        raise Refused("bad_file")
    for entry in entries:
        parts = entry.filename.replace("\\", "/").split("/")
        odd = entry.flag_bits & 0x1 or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
        bursts = entry.file_size > max(entry.compress_size, 1) * RATIO_MAX
        if odd or bursts or ".." in parts or parts[0] == "" or _RUNS.search(entry.filename):
            raise Refused("bad_file")


def _read_all(archive: zipfile.ZipFile) -> bytes:
    """Unpack every entry, which proves its declared size and checksum; return the list of content types."""
    types = b""
    for entry in archive.infolist():
        content = archive.read(entry)
        if entry.filename == "[Content_Types].xml":
            types = content
        if content[:4] in (b"PK\x03\x04", b"MZ\x90\x00") or _reaches_out(entry.filename, content):
            raise Refused("bad_file")
    return types


def _reaches_out(name: str, content: bytes) -> bool:
    """Tell whether opening the document would fetch or run something from elsewhere. Links to click are no harm."""
    kind = name.lower().rpartition(".")[2]
    if kind == "rels":
        return _links_out(content)
    # In two bytes a letter nothing would be found, and no office program writes so.
    return kind == "xml" and (b"\0" in content or re.search(rb"\bDDE(AUTO)?\s", content) is not None)


def _links_out(content: bytes) -> bool:
    """Tell whether a part of links names anything elsewhere that is not for a person to click.

    It is read as a program reads it, and not by a pattern: what stands in an address can look like a mark or a kind.
    """
    if len(content) > LINKS_MAX:
        return True
    found: list[bool] = []

    def begin(element: str, given: dict[str, str]) -> None:
        said = {name.lower(): value for name, value in given.items()}
        elsewhere = said.get("targetmode", "").strip().lower() == "external"
        found.append(elsewhere and not said.get("type", "").endswith("/hyperlink"))

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = lambda *_: found.append(True)
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return True
    return any(found)
