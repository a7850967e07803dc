"""What may be attached is known by its content, and its name can do no harm."""

from __future__ import annotations

import random
import struct
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curbside.domain import files
from curbside.domain.errors import Refused
from curbside.domain.files import BYTES_MAX, CSV, DOCX, GIF, JPEG, LOG, PDF, PNG, TEXT, WEBP, XLSX, Kind
from tests import samples

# So that an archive does not look like a bomb.
SALT = random.Random(1).randbytes(5_000)


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (samples.image("PNG"), "a.txt", PNG),
        (samples.image("JPEG"), "a", JPEG),
        (samples.image("GIF"), "a.exe", GIF),
        (samples.image("WEBP"), "a", WEBP),
        (samples.PDF, "a", PDF),
        (samples.document(), "a", DOCX),
        (samples.sheet(), "a", XLSX),
        ("ein Täxt\n".encode(), "notes", TEXT),
        (b"\xef\xbb\xbfa;b\r\n=1+1;2\r\n", "a.CSV", CSV),
        (b"12:00 started\n", "ehr.log", LOG),
        (b"if x < 3 then\n", "a.html", TEXT),
    ],
)
def test_a_file_is_what_its_content_says(content: bytes, name: str, kind: Kind) -> None:
    assert files.recognise(content, name) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\x01\x02",
        b"MZ\x90\x00" + bytes(200),
        b"\x7fELF" + bytes(200),
        b"<!DOCTYPE html><p>hello",
        b"  \n<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><svg/>",
        b"<script>alert(1)</script>",
        b"hello\x1b[2Jworld",
        b"RIFF\x00\x00\x00\x00AVI LIST",
        samples.PDF.replace(b"%%EOF", b""),
        b"<html>" + samples.PDF,
        samples.PDF.replace(b"/Type", b"/JavaScript (app.alert) /Type"),
        samples.PDF.replace(b"/Type", b"/J#61vaScript (app.alert) /Type"),
        samples.PDF.replace(b"/Type", b"/Launch << >> /Type"),
        samples.PDF + samples.archive(a="b") + b"%%EOF",
        samples.archive(a="b"),
        samples.document() + b"<script>",
        b"junk" + samples.document(),
        samples.document(word__vbaProject="x"),
        samples.document(word__embeddings__a="x"),
        samples.document(**{"word__evil.exe": "x"}),
        samples.document(word__hidden=b"MZ\x90\x00" + bytes(50)),
        samples.document(word__nested=samples.archive(a="b")),
        samples.document(**{"..__up": "x"}),
        samples.document(**{"__root": "x"}),
        samples.document(word__bomb=bytes(5_000_000)),
        samples.document(
            **{
                "word___rels__settings.xml.rels": '<Relationship Type="x/attachedTemplate" Target="http://x" '
                'TargetMode="External"/>'
            }
        ),
        samples.document(**{"word__d.xml": "<w:instrText> DDEAUTO c:\\\\cmd</w:instrText>"}),
        samples.packed({"[Content_Types].xml": samples.WORD.replace("wordprocessingml.document.main", "macroEnabled")}),
    ],
)
def test_what_may_not_be_attached_is_refused(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        files.recognise(content, "innocent.txt")
    assert refused.value.code == "bad_file"


def test_links_to_click_are_no_harm_in_a_document() -> None:
    link = '<Relationship Type="x/hyperlink" Target="https://a.example" TargetMode="External"/>'
    assert files.recognise(samples.document(**{"word___rels__document.xml.rels": link}), "") == DOCX


TEMPLATE = '<Relationship Type="x/attachedTemplate" TargetMode="External" Target="https://evil.example/{}"/>'


@pytest.mark.parametrize(
    ("part", "content"),
    [
        ("document.xml.rels", TEMPLATE.format("hyperlink").encode()),
        (
            "document.xml.rels",
            b'<Relationship Type="x/attachedTemplate" Target="//e.example/?a>b" TargetMode="External"/>',
        ),
        ("document.xml.rels", b"\xff\xfe" + TEMPLATE.format("").encode("utf-16-le")),
        ("document.xml.RELS", TEMPLATE.format("").encode()),
        ("document.xml.rels", b"<!DOCTYPE a [<!ENTITY b 'External'>]><a TargetMode='&b;'/>"),
        ("document.xml.rels", b"<a"),
        ("document.xml", b"\xff\xfe" + "<w:instrText> DDE c</w:instrText>".encode("utf-16-le")),
    ],
)
def test_a_document_that_reaches_out_is_refused_however_it_is_written(part: str, content: bytes) -> None:
    with pytest.raises(Refused):
        files.recognise(samples.document(**{f"word___rels__{part}": content}), "")


def test_links_are_read_in_time_that_grows_with_their_size() -> None:
    before = time.process_time()
    with pytest.raises(Refused):
        files.recognise(samples.document(**{"word___rels__document.xml.rels": b"<\x7f" * 100_000 + SALT}), "")
    assert time.process_time() - before < 1


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    content = bytearray(samples.document(**{"word__a.xml": "a" * 400}))
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 10)
    with pytest.raises(Refused):
        files.recognise(bytes(content), "")


def test_a_file_that_is_too_large_is_refused_as_such() -> None:
    with pytest.raises(Refused) as refused:
        files.recognise(b"a" * (BYTES_MAX + 1), "a.txt")
    assert refused.value.code == "file_too_large"


@pytest.mark.parametrize(
    ("name", "kind", "safe"),
    [
        ("screen.png", PNG, "screen.png"),
        ("photo.jpeg", JPEG, "photo.jpg"),
        ("photo.JPG", JPEG, "photo.jpg"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("C:\\temp\\a.txt", TEXT, "a.txt"),
        ("evil\u202etxt.exe", TEXT, "eviltxt.exe.txt"),
        ("run.bat", TEXT, "run.bat.txt"),
        ("a\r\nSet-Cookie: b.txt", TEXT, "aSet-Cookie_ b.txt"),
        ("con.txt", TEXT, "file-con.txt"),
        ("...", PDF, "file.pdf"),
        ("", PNG, "file.png"),
        ("Überweisung 7.pdf", PDF, "Überweisung 7.pdf"),
        ("invoice.pdf.exe", PDF, "invoice.pdf.exe.pdf"),
    ],
)
def test_a_name_becomes_safe(name: str, kind: Kind, safe: str) -> None:
    assert files.safe_name(name, kind) == safe


@given(st.text(max_size=300), st.sampled_from([PNG, JPEG, PDF, TEXT, CSV]))
def test_any_name_becomes_one_short_visible_component(name: str, kind: Kind) -> None:
    safe = files.safe_name(name, kind)
    assert safe.endswith(kind.extension) and len(safe) <= files.NAME_MAX + 5
    assert not set(safe) & set('/\\\0\r\n<>:"|?*\u202e')
    assert not safe.startswith(".")
    assert files.safe_name(safe, kind) == safe


@given(st.binary(max_size=400))
def test_any_bytes_are_known_or_refused(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"%PDF-1.4\n", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"):
        try:
            assert files.recognise(start + content, "x").mime
        except Refused as refused:
            assert refused.code == "bad_file"
