"""What an offer to the echo may hold. Pure: text in, text out.

Whoever asks may be nobody we know, so of what they say only what an echo needs is passed on. Above all no candidates:
they would make us send to addresses of the asker's choice. An echo answers the checks that come to it instead.
"""

from __future__ import annotations

import re

OFFER_MAX = 16 * 1024
_LINES_MAX = 400
_LINE = re.compile(r"[a-z]=[\x20-\x7e]{0,1024}\Z")
_MEDIA = re.compile(r"m=(audio|video) \d{1,5} UDP/TLS/RTP/SAVPF [\d ]{1,300}\Z")
# Where to send, who checks first, and who greets first: none of it is the asker's to say.
_NOT_PASSED_ON = ("a=candidate:", "a=end-of-candidates", "a=remote-candidates:", "a=ice-lite", "a=setup:")


class BadOffer(Exception):
    """Refuse what is no offer of one voice and one picture over one transport."""


def cleaned(offer: str) -> str:
    """Return an offer as it is passed on. Raises BadOffer."""
    if len(offer) > OFFER_MAX:
        raise BadOffer
    lines = offer.replace("\r\n", "\n").rstrip("\n").split("\n")
    if len(lines) > _LINES_MAX or lines[0] != "v=0" or not all(_LINE.match(line) for line in lines):
        raise BadOffer
    media = [line for line in lines if line.startswith("m=")]
    kinds = [found[1] if (found := _MEDIA.match(line)) else "" for line in media]
    if "" in kinds or not kinds or len(set(kinds)) != len(kinds):
        raise BadOffer
    _check_bundled(lines, len(media))
    kept: list[str] = []
    for line in lines:
        if line.startswith("a=ice-ufrag:"):
            kept.append("a=setup:actpass")
        if not line.startswith(_NOT_PASSED_ON):
            kept.append(line)
    return "\r\n".join(kept) + "\r\n"


def _check_bundled(lines: list[str], media: int) -> None:
    mids = [line.removeprefix("a=mid:") for line in lines if line.startswith("a=mid:")]
    bundles = [line.split()[1:] for line in lines if line.startswith("a=group:BUNDLE ")]
    if len(mids) != media or len(set(mids)) != media or bundles != [mids]:
        raise BadOffer
