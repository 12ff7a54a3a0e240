import pytest

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.archive import UNPACKED_BYTES_MAX

ONE = "<html><head><title>x</title></head><body><h1>One</h1><p>First.</p><h2>Sub</h2><p>More.</p></body></html>"
TWO = "<html><body><p>No heading here.</p><h2>Inner</h2><p>Text.</p></body></html>"
TOC = '<item id="toc" properties="nav" href="nav.xhtml" media-type="application/xhtml+xml"/>'


def test_chapters_come_in_reading_order_as_sections(load_one, make_epub) -> None:
    document = load_one("b.epub", make_epub(ONE, TWO, members={"OPS/nav.xhtml": "<p>contents</p>"}, extra_items=TOC))
    assert document.title == "A Book"
    assert document.text == "One\n\nFirst.\n\nSub\n\nMore.\n\nNo heading here.\n\nInner\n\nText."
    assert [(s.title, s.level) for s in document.sections] == [("One", 1), ("Sub", 2), ("chapter 2", 1), ("Inner", 3)]


def test_a_missing_chapter_is_noted(load, make_epub) -> None:
    extra = '<item id="toc" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    loaded = load("b.epub", make_epub(ONE, extra_items=extra))
    assert loaded.notes == ("chapter 2 (OPS/gone.xhtml) is missing",)
    assert loaded.documents[0].text.startswith("One")


def test_a_bomb_is_refused_before_it_is_unpacked(load, make_epub) -> None:
    bomb = make_epub(ONE, members={"OPS/big.bin": b""})
    # The size that the directory declares is what counts.
    record = bomb.rindex(b"PK\x01\x02")
    declared = (UNPACKED_BYTES_MAX + 1).to_bytes(4, "little")
    with pytest.raises(DocumentError, match="unpacks to 200 MB; moe reads up to 200 MB"):
        load("b.epub", bomb[: record + 24] + declared + bomb[record + 28 :])


def test_entities_that_multiply_are_refused(load, make_epub) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><container>&b;</container>'
    with pytest.raises(DocumentError, match=r"META-INF/encryption\.xml is no valid XML"):
        load("b.epub", make_epub(ONE, members={"META-INF/encryption.xml": bomb}))


def test_a_protected_book_says_so_and_obfuscated_fonts_do_not_matter(load, make_epub) -> None:
    def encrypt(member: str) -> dict[str, str | bytes]:
        return {"META-INF/encryption.xml": f'<e xmlns="urn:x"><CipherReference URI="{member}"/></e>'}

    assert load("b.epub", make_epub(ONE, members=encrypt("OPS/font.otf"))).documents
    with pytest.raises(DocumentError, match="is protected"):
        load("b.epub", make_epub(ONE, members=encrypt("OPS/text/chap%200.xhtml")))


def test_a_damaged_chapter_costs_itself(load, make_epub) -> None:
    book = bytearray(make_epub(ONE, TWO))
    place = book.index(b"No heading here")
    book[place : place + 2] = b"##"
    loaded = load("b.epub", bytes(book))
    assert loaded.documents[0].text == "One\n\nFirst.\n\nSub\n\nMore."
    (note,) = loaded.notes
    assert note.startswith("chapter 2 (OPS/text/chap 1.xhtml) is damaged, and left out: Bad CRC-32")


def test_a_chapter_that_is_protected_by_itself_is_left_out(load, make_epub) -> None:
    locked = {"META-INF/encryption.xml": '<e xmlns="urn:x"><CipherReference URI="OPS/text/chap%201.xhtml"/></e>'}
    loaded = load("b.epub", make_epub(ONE, TWO, members=locked))
    assert loaded.documents[0].text.startswith("One")
    assert loaded.notes == ("chapter 2 (OPS/text/chap 1.xhtml) is protected (DRM)",)


def test_notes_at_a_chapters_foot_belong_to_it(load_one, make_epub) -> None:
    page = "<h1>One</h1><p>Text.</p><aside><p>A note.</p></aside><footer>Written in May.</footer>"
    assert load_one("b.epub", make_epub(page)).text == "One\n\nText.\n\nA note.\n\nWritten in May."


@pytest.mark.parametrize("keep", [0, 30, 400])
def test_a_damaged_book_is_a_document_error(load, make_epub, keep: int) -> None:
    with pytest.raises(DocumentError, match=r"b\.epub"):
        load("b.epub", make_epub(ONE)[:keep])


def test_a_chapter_that_comes_again_is_read_once(load_one, make_epub) -> None:
    again = '<item id="toc" href="text/chap%200.xhtml" media-type="application/xhtml+xml"/>'
    text = load_one("b.epub", make_epub(ONE, TWO, extra_items=again)).text
    assert text.count("First.") == 1


def test_an_archive_of_far_too_many_files_is_refused(load, make_epub, monkeypatch) -> None:
    monkeypatch.setattr("moe_kit.documents.archive.MEMBERS_MAX", 3)
    with pytest.raises(DocumentError, match="holds 4 files; moe reads up to 3"):
        load("b.epub", make_epub(ONE, TWO))
