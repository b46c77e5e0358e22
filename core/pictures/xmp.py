"""XMP packets: the orientation that they tell, and the record of a dream among their properties.

Packets of others are extended as text, so that nothing in them changes. Layout: XMP Specification
Part 1 (ISO 16684-1), sections 7.3 and 7.4.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.sax.saxutils import escape

_NAMESPACE = "urn:deep-dream-gimp/"
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_PACKET = (
    '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'
    '</rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
).encode()
_RECORD = (
    f'<rdf:Description xmlns:rdf="{_RDF}" rdf:about="" xmlns:deepdream="{_NAMESPACE}">'
    "<deepdream:record>{}</deepdream:record></rdf:Description>"
)
# As above; and what is left of it where a program rewrote the packet, as element or attribute.
_FORMS = (
    rb"<rdf:Description[^>]*><deepdream:record>[^<]*</deepdream:record></rdf:Description>",
    rb"<deepdream:record>[^<]*</deepdream:record>",
    rb"""\sdeepdream:record=(?:"[^"]*"|'[^']*')""",
)


def upright_xmp(xmp: bytes) -> bytes:
    """`xmp` with its orientation reset, its length unchanged."""
    return re.sub(rb"""(tiff:Orientation(?:=["']|>))[1-8]""", rb"\g<1>1", xmp)


def record_in(xmp: bytes) -> str:
    """The record of a dream that the packet `xmp` holds; empty for none."""
    try:
        root = ElementTree.fromstring(xmp.strip(b"\0\t\r\n "))
    except ElementTree.ParseError:
        return ""  # A packet that is damaged, or none at all, tells nothing.
    name = f"{{{_NAMESPACE}}}record"
    found = ""
    for element in root.iter():
        text = element.text if element.tag == name else element.get(name)
        found = text or found
    return found


def without_record(xmp: bytes) -> bytes:
    """`xmp` without the record of a dream; as it is where it has none."""
    if not record_in(xmp):
        return xmp
    for form in _FORMS:
        xmp = re.sub(form, b"", xmp)
    return xmp


def packet_of(xmp: bytes, record: str, largest: int) -> tuple[bytes, bool]:
    """`xmp` with `record` in it, at most `largest` bytes, and whether all that it said is there.

    Either may be empty; `xmp` has no record yet. Where it has no room for one, or is too long, it
    is left out.
    """
    packet = _with_record(xmp, record) if record else xmp
    if packet is not None and len(packet) <= largest:
        return packet, True
    return _with_record(b"", record) or b"" if record else b"", False


def _with_record(xmp: bytes, record: str) -> bytes | None:
    """`record` as the last property of `xmp`, or of a new packet; None where `xmp` is no packet."""
    packet = xmp or _PACKET
    ends = [found.start() for found in re.finditer(rb"</(?:[\w.-]+:)?RDF\s*>", packet)]
    if not ends:
        return None
    return packet[: ends[-1]] + _RECORD.format(escape(record)).encode() + packet[ends[-1] :]
