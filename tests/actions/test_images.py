"""Images are drawn anew: metadata, trailing bytes and bombs stay behind."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from PIL import Image

from curbside.actions.images import redraw
from curbside.domain.errors import Refused
from curbside.domain.files import GIF, JPEG, PNG, WEBP, Kind
from tests import samples


@pytest.mark.parametrize(
    ("kind", "format", "becomes"), [(PNG, "PNG", PNG), (JPEG, "JPEG", JPEG), (GIF, "GIF", PNG), (WEBP, "WEBP", WEBP)]
)
def test_an_image_stays_the_same_picture(kind: Kind, format: str, becomes: Kind) -> None:
    drawn = redraw(samples.image(format), kind)
    assert (drawn.kind, drawn.width, drawn.height) == (becomes, 8, 6)
    assert Image.open(io.BytesIO(drawn.content)).size == (8, 6)


def test_what_a_camera_wrote_down_is_gone_and_the_photo_stands_upright() -> None:
    drawn = redraw(samples.photo_with_metadata("48.8584 N Ward 7"), JPEG)
    assert b"Ward 7" not in drawn.content
    assert dict(Image.open(io.BytesIO(drawn.content)).getexif()) == {}
    assert (drawn.width, drawn.height) == (6, 8)


def test_what_stands_behind_the_last_byte_is_gone() -> None:
    drawn = redraw(samples.image("PNG") + b"<script>alert(1)</script>" + samples.archive(a="b"), PNG)
    assert b"<script>" not in drawn.content and b"PK" not in drawn.content


def test_transparency_stays() -> None:
    drawn = redraw(samples.image("PNG", mode="RGBA"), PNG)
    assert Image.open(io.BytesIO(drawn.content)).mode == "RGBA"


@pytest.mark.parametrize("side", [8_000, 30_000, 2**31 - 1])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(side: int) -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    with pytest.raises(Refused):
        redraw(bomb, PNG)


def test_a_photo_that_is_drawn_over_and_over_is_refused_before_it_is_decoded() -> None:
    """Each scan of sixty bytes costs as much as a picture: a thousand of them a minute, in one of two places."""
    photo = samples.image("JPEG", (2_000, 2_000), progressive=True)
    assert redraw(photo, JPEG)
    last = photo[photo.rfind(b"\xff\xda") : -2]
    before = time.process_time()
    with pytest.raises(Refused):
        redraw(photo[:-2] + last * 400 + photo[-2:], JPEG)
    assert time.process_time() - before < 0.5


@pytest.mark.parametrize("content", [b"", samples.image("PNG")[:45], samples.image("JPEG"), b"\x89PNG\r\n\x1a\n junk"])
def test_what_is_damaged_or_something_else_is_refused(content: bytes) -> None:
    with pytest.raises(Refused):
        redraw(content, PNG)
