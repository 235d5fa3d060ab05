"""Decode the bytes of a page, even where the declared encoding is wrong or missing."""

from __future__ import annotations

import codecs
import re

HEAD_BYTES = 4096
SNIFF_BYTES = 65536
FALLBACK = "cp1252"

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s{0,9}=\s{0,9}[\"']?\s{0,9}([\w.:-]{2,40})", re.IGNORECASE)
_NOT_TEXT = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_MOST_NOT_TEXT = 0.05
_MAGIC = (
    *(b"%PDF-", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"ID3", b"OggS", b"fLaC"),
    *(b"RIFF", b"\x1aE\xdf\xa3", b"\xd0\xcf\x11\xe0", b"\x7fELF"),
)
_WEB_CODEC = re.compile(
    r"utf-8|utf-16(-[bl]e)?|iso8859-\d+|cp125\d|cp8(66|74)|koi8-[ru]|mac-roman"
    r"|gbk|gb2312|gb18030|big5|euc_jp|shift_jis|cp932|iso2022_jp|euc_kr|cp949"
)
_UNDEFINED_IN_CP1252 = "\x81\x8d\x8f\x90\x9d"
_CONTINUATION = "".join(bytes([b]).decode(FALLBACK, "ignore") or chr(b) for b in range(0x80, 0xC0))
_MOJIBAKE = re.compile(f"[ÂÃÄÅ][{re.escape(_CONTINUATION)}]|[âï][{re.escape(_CONTINUATION)}]{{2}}")
_MOJIBAKE_SIGN = re.compile("â€|Ã[\xa0-\xbf€-™]|Â[\xa0-\xbf]")


def decode_page(data: bytes, declared: str | None = None) -> str:
    """The text of a page.

    The encoding is, in this order: that of the byte order mark; UTF-8 if the bytes are valid UTF-8, which text in
    another encoding hardly ever is; the charset of the HTTP header (`declared`) or of a `<meta>`; UTF-8 with some
    invalid bytes; Windows-1252. Mojibake ("â€œ") is repaired. Null bytes are removed.
    """
    return _without_mojibake(_decoded(data, declared).replace("\x00", ""))


def looks_binary(data: bytes) -> bool:
    """True for bytes that are not text: a video, a picture or an archive with the name of a page."""
    if data.startswith(_MAGIC) or data[4:8] == b"ftyp":
        return True
    sample = _decoded(data[:SNIFF_BYTES], None)
    return len(_NOT_TEXT.findall(sample)) > _MOST_NOT_TEXT * len(sample)


def _decoded(data: bytes, declared: str | None) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data[len(bom) :].decode(encoding, "replace")
    if wide := _utf16_without_bom(data):
        return data.decode(wide, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode(_declared_codec(data, declared), "replace")


def _utf16_without_bom(data: bytes) -> str | None:
    head = data[:HEAD_BYTES]
    if len(head) < 8:
        return None
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        nulls, others = head[offset::2].count(0), head[1 - offset :: 2].count(0)
        if nulls > 0.7 * (len(head) // 2) and others < 0.05 * len(head):
            return encoding
    return None


def _declared_codec(data: bytes, declared: str | None) -> str:
    meta = _META_CHARSET.search(data[:HEAD_BYTES])
    for label in (declared, meta and meta[1].decode("ascii", "ignore")):
        name = _codec_name(label)
        if name and name != "utf-8":
            return name
    sample = data[:SNIFF_BYTES].decode("utf-8", "replace")
    valid = sum(c > "\x7f" and c != "�" for c in sample)
    return "utf-8" if valid > 4 * sample.count("�") else FALLBACK


def _codec_name(label: str | None) -> str | None:
    """Python's name of an encoding used on the web, whose "Latin-1" is Windows-1252 (WHATWG Encoding Standard)."""
    try:
        name = codecs.lookup(label or "").name
    except (LookupError, ValueError):
        return None
    if name in ("iso8859-1", "ascii"):
        return FALLBACK
    return name if _WEB_CODEC.fullmatch(name) else None


def _without_mojibake(text: str) -> str:
    if not _MOJIBAKE_SIGN.search(text):
        return text
    return _MOJIBAKE.sub(_repaired, text)


def _repaired(match: re.Match[str]) -> str:
    try:
        return b"".join(_cp1252_byte(c) for c in match[0]).decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _cp1252_byte(char: str) -> bytes:
    return char.encode("latin-1") if char in _UNDEFINED_IN_CP1252 else char.encode(FALLBACK)
