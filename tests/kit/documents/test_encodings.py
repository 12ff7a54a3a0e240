import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.encodings import decode_text, is_binary

POLISH = "Zażółć gęślą jaźń. Książka leży na stole, a kot śpi."
RUSSIAN = "Привет, как дела? Мы пошли в лес собирать грибы."
JAPANESE = "今日は天気がいいです。公園に行きましょう。"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Müller trinkt Kaffee für drei Euro am Fluß. Schön.", "cp1252"),
        ("L’été à la plage, où le café était « fermé ».", "cp1252"),
        ("El niño comió piña mañana. ¿Qué pasó?", "cp1252"),
        ("Mme Hélène Lacombe, café, £5 – 20 °C", "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8_r"),
        (JAPANESE, "cp932"),
        ("今天天气很好，我们去公园散步吧。", "gb18030"),
        *((POLISH + RUSSIAN, e) for e in ("utf-8", "utf-8-sig", "utf-16", "utf-32")),
        ("Plain words with é, nothing marked.", "utf-16-le"),
        ("Plain words with é, nothing marked.", "utf-16-be"),
    ],
)
def test_text_comes_back_from_the_encoding_it_was_written_in(text: str, encoding: str) -> None:
    data = text.encode(encoding)
    assert not is_binary(data)
    assert decode_text(data) == text


def test_line_ends_of_every_system_become_one() -> None:
    assert decode_text(b"a\r\nb\rc\n\r\nd") == "a\nb\nc\n\nd"


def test_one_broken_byte_does_not_spoil_utf8() -> None:
    assert decode_text(POLISH.encode() + b"\xff" + POLISH.encode()) == f"{POLISH}\ufffd{POLISH}"


def test_a_declared_encoding_is_believed_unless_it_is_wrong_or_unknown() -> None:
    assert decode_text("ўіў".encode("koi8_u", "replace") + b"\xc1", declared="koi8-r").endswith("а")
    assert decode_text("é".encode(), declared="cp1251") == "é"
    assert decode_text("né à".encode("cp1252"), declared="no-such") == "né à"
    assert decode_text("né à".encode("cp1252"), declared="base64") == "né à"


@given(st.binary(max_size=300))
def test_no_bytes_are_beyond_decoding_and_no_result_beyond_encoding(data: bytes) -> None:
    text = decode_text(data)
    assert "\r" not in text
    assert text.encode().decode() == text


@pytest.mark.parametrize("data", [b"%PDF-1.4 text", b"PK\x03\x04abc", b"words\0words", bytes(range(32)) * 4])
def test_binary_data_under_a_text_name_is_refused(load, data: bytes) -> None:
    with pytest.raises(DocumentError, match=r"notes\.txt is not text"):
        load("notes.txt", data)
