"""Files as people attach them, and as people attack with them."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/{folder}/x.xml" ContentType="application/vnd.openxmlformats-officedocument.{kind}+xml"/>'
    "</Types>"
)
WORD = CONTENT_TYPES.format(folder="word", kind="wordprocessingml.document.main")
SHEET = CONTENT_TYPES.format(folder="xl", kind="spreadsheetml.sheet.main")
PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /OpenAction 2 0 R >>\nendobj\ntrailer << >>\n%%EOF\n"


def image(format: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 128 if mode == "L" else None).save(out, format, **options)
    return out.getvalue()


def photo_with_metadata(secret: str) -> bytes:
    exif = Image.Exif()
    exif[0x010E] = secret
    exif[0x0112] = 6  # lies on its side
    return image("JPEG", exif=exif, comment=secret.encode())


def archive(**entries: bytes | str) -> bytes:
    return packed({name.replace("__", "/"): content for name, content in entries.items()})


def packed(entries: dict[str, bytes | str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return out.getvalue()


def document(**more: bytes | str) -> bytes:
    entries: dict[str, bytes | str] = {"[Content_Types].xml": WORD, "word/document.xml": "<w:document/>"}
    return packed(entries | {name.replace("__", "/"): content for name, content in more.items()})


def sheet() -> bytes:
    return packed({"[Content_Types].xml": SHEET, "xl/workbook.xml": "<workbook/>"})
