"""Bytes to text, even where the declared encoding is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from captionkit.article.decode import decode_page, looks_binary

TEXT = "“Señor Ó Briain’s café — 5 €”"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_every_unicode_encoding_is_detected(encoding: str) -> None:
    """A saved page often has lost its header; its names must not come out as question marks."""
    assert decode_page(("A page of plain words. " * 9 + TEXT).encode(encoding)).endswith(TEXT)


def test_a_wrong_header_does_not_spoil_utf8() -> None:
    """Servers that say Latin-1 and send UTF-8 are common."""
    assert decode_page(TEXT.encode(), "iso-8859-1") == TEXT


def test_declared_and_meta_charsets_are_followed() -> None:
    """Central European and Cyrillic pages would be unreadable otherwise."""
    assert decode_page("Žižek".encode("cp1250"), "windows-1250") == "Žižek"
    page = '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">Привет'
    assert decode_page(page.encode("koi8-r")) == page


def test_latin1_means_windows_1252_as_on_the_web() -> None:
    """Curly marks in pages that call themselves Latin-1 are in the range that only Windows-1252 has."""
    assert decode_page("“é”".encode("cp1252"), "latin-1") == "“é”"
    assert decode_page("“é”".encode("cp1252")) == "“é”"


@pytest.mark.parametrize("charset", ["rot13", "unicode_escape", "punycode", "utf-7", "nonsense", "\x00"])
def test_encodings_that_the_web_does_not_know_are_not_used(charset: str) -> None:
    """Python knows codecs that run, blow up or hide text; a page must not choose one."""
    assert decode_page("é".encode("cp1252"), charset) == "é"


def test_a_few_bad_bytes_leave_the_rest_readable() -> None:
    """One broken byte must not turn every curly mark of the page into rubbish."""
    assert decode_page(TEXT.encode() * 3 + b"\xff" + TEXT.encode()) == TEXT * 3 + "\ufffd" + TEXT


@pytest.mark.parametrize("text", ["“We’re going,” she said…", "Tomás Ó Briain", "Łódź – 5 €", "« œuvre »"])
def test_text_decoded_with_the_wrong_table_is_repaired(text: str) -> None:
    """`â€œ` for an opening mark is the most common damage; the quotation would not be found."""
    damaged = "".join(
        bytes([byte]).decode("cp1252") if byte not in b"\x81\x8d\x8f\x90\x9d" else chr(byte)
        for byte in ("“so” é " + text).encode()
    )
    assert decode_page(damaged.encode()) == "“so” é " + text


@pytest.mark.parametrize("text", ["CAFÉ—BAR “CAFÉ”", "l’été à “Â”", "“Ã propos”", "Åse ’n’ “Öl”"])
def test_sound_text_is_not_repaired(text: str) -> None:
    """Capitals with accents next to typographic marks look like damage but are not."""
    assert decode_page(text.encode()) == text


def test_null_bytes_are_dropped() -> None:
    """A null byte in the text would break the files written from it."""
    assert decode_page(b"a\x00b") == "ab"


@given(st.text(alphabet=st.characters(exclude_categories=("Cs",), exclude_characters="\x00\ufeff")))
def test_utf8_that_holds_no_damage_comes_back_unchanged(text: str) -> None:
    """Nothing is lost on the way in."""
    data = text.encode()
    if not any(sign in text for sign in ("â€", "Ã", "Â")) and len(data) < 8:
        assert decode_page(data) == text


@given(st.binary(max_size=300), st.sampled_from([None, "utf-8", "shift_jis", "gb18030", "iso-2022-jp"]))
def test_any_bytes_become_text(data: bytes, charset: str | None) -> None:
    """Invalid bytes must never cause a crash."""
    assert isinstance(decode_page(data, charset), str)
    assert looks_binary(data) in (True, False)


@pytest.mark.parametrize(
    "data",
    [
        b"\x00\x00\x00\x18ftypmp42" + bytes(99),
        b"%PDF-1.7 x",
        b"\x89PNG\r\n",
        b"PK\x03\x04 x",
        bytes(range(32)) * 9,
    ],
)
def test_videos_pictures_and_archives_are_not_text(data: bytes) -> None:
    """The clip given instead of its article is a likely mistake; it must be reported, not read as words."""
    assert looks_binary(data)


@pytest.mark.parametrize("data", ["Žluťoučký".encode("utf-16"), b"plain", "日本語の記事".encode("shift_jis")])
def test_text_is_text_in_any_encoding(data: bytes) -> None:
    """A page that is refused as binary cannot be checked."""
    assert not looks_binary(data)
