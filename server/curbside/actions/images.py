"""Drawing images anew: what leaves is pixels that we encoded, with no metadata and nothing behind the last byte."""

from __future__ import annotations

import io
from dataclasses import dataclass, field

from PIL import Image, ImageOps

from curbside.domain.errors import Refused
from curbside.domain.files import GIF, JPEG, PNG, WEBP, Kind

PIXELS_MAX = 40_000_000
# A scan of a JPEG draws every pixel again, for as little as sixty bytes: ten are usual.
DRAWN_MAX = 800_000_000
Image.MAX_IMAGE_PIXELS = PIXELS_MAX  # above it Pillow warns, and at twice that it raises; we refuse
_FORMATS = {PNG: "PNG", JPEG: "JPEG", GIF: "GIF", WEBP: "WEBP"}
# A GIF becomes a still: its frames are a bomb that no count of pixels shows.
_WRITTEN = {PNG: PNG, JPEG: JPEG, GIF: PNG, WEBP: WEBP}
_OPTIONS: dict[Kind, dict[str, object]] = {
    PNG: {"optimize": False, "compress_level": 6},
    JPEG: {"quality": 90},
    WEBP: {"quality": 90, "method": 3},
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An image that was drawn anew."""

    kind: Kind
    content: bytes = field(repr=False)
    width: int
    height: int


def redraw(content: bytes, kind: Kind) -> Drawn:
    """Decode an image and encode it again. Takes up to a second: run it in a thread.

    Raises Refused(`bad_file`) when it has too many pixels, is damaged, or is not what it says.
    """
    try:
        with Image.open(io.BytesIO(content), formats=[_FORMATS[kind]]) as image:
            if image.width * image.height * max(1, _scans(content, kind)) > DRAWN_MAX:
                raise Refused("bad_file")
            return _draw(image, _WRITTEN[kind])
    except Refused:
        raise
    except Exception as error:  # whatever a decoder says of hostile bytes, it means that this is no image
        raise Refused("bad_file") from error


def _draw(image: Image.Image, kind: Kind) -> Drawn:
    if image.width * image.height > PIXELS_MAX:
        raise Refused("bad_file")
    upright = ImageOps.exif_transpose(image)
    plain = upright.convert("RGB" if kind is JPEG or not _see_through(upright) else "RGBA")
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, _FORMATS[kind], **_OPTIONS[kind])
    return Drawn(kind, out.getvalue(), clean.width, clean.height)


def _scans(content: bytes, kind: Kind) -> int:
    return content.count(b"\xff\xda") if kind is JPEG else 1


def _see_through(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
