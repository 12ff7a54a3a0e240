import logging

import pytest
from pypdf import PdfReader, PdfWriter

from moe_core.contracts.errors import DocumentError

PROSE = [(50, 700, "The mill can be kept. The south gable is urgent and should"), (50, 688, "be tied before winter.")]


def test_pages_are_sections_of_one_document(load_one, make_pdf) -> None:
    document = load_one("a.pdf", make_pdf([PROSE, [], [(50, 700, "Second.")]], title="Mill can"))
    assert [(s.title, document.text[s.start : s.end].strip()) for s in document.sections] == [
        ("page 1", "The mill can be kept. The south gable is urgent and should\nbe tied before winter."),
        ("page 3", "Second."),
    ]
    assert document.title == "Mill can"


def test_a_title_that_the_text_does_not_show_is_not_taken(load_one, make_pdf) -> None:
    assert load_one("a.pdf", make_pdf([PROSE], title="Microsoft Word - draft7.doc")).title == ""


def test_a_table_keeps_its_rows(load_one, make_pdf) -> None:
    cells = [("Wall", "Height", "State"), ("South gable", "7.2", "Poor"), ("North gable", "7.0", "Fair")]
    page = [
        (50 + 150 * column, 700 - 14 * row, cell) for row, line in enumerate(cells) for column, cell in enumerate(line)
    ]
    assert (
        load_one("a.pdf", make_pdf([page])).text
        == "Wall | Height | State\nSouth gable | 7.2 | Poor\nNorth gable | 7.0 | Fair"
    )


def test_a_page_set_in_two_columns_is_read_down_each(load_one, make_pdf) -> None:
    left = [f"left words number {n} run on here" for n in range(6)]
    right = [f"right words number {n} run on here" for n in range(6)]
    page = [(20, 700 - 14 * n, text) for n, text in enumerate(left)] + [
        (320, 700 - 14 * n, text) for n, text in enumerate(right)
    ]
    text = load_one("a.pdf", make_pdf([page])).text
    assert text.index(left[5]) < text.index(right[0])
    assert " | " not in text


def test_lines_that_every_page_repeats_are_left_out(load_one, make_pdf) -> None:
    pages = [
        [(50, 780, "Hexley Hydro 2017"), *((x, y, f"{text} {n}") for x, y, text in PROSE), (50, 20, f"Page {n}")]
        for n in range(4)
    ]
    text = load_one("a.pdf", make_pdf(pages)).text
    assert "Hexley" not in text
    assert "Page" not in text
    assert text.count("The mill can be kept") == 4


def test_hyphens_at_line_ends_are_joined_as_the_document_writes_the_word(load_one, make_pdf) -> None:
    lines = [
        "A tide-mill works at the ebb. It is a tide-",
        "mill that grinds with great regu-",
        "larity, as we have seen.",
    ]
    text = load_one("a.pdf", make_pdf([[(50, 700 - 12 * n, line) for n, line in enumerate(lines)]])).text
    assert "It is a tide-mill that grinds" in text
    assert "great regularity," in text


def test_an_encrypted_file_says_so(load, make_pdf, tmp_path) -> None:
    plain, locked = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    plain.write_bytes(make_pdf([PROSE]))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt("secret", algorithm="RC4-128")
    writer.write(locked)
    with pytest.raises(DocumentError, match=r"a\.pdf is encrypted") as caught:
        load("a.pdf", locked.read_bytes())
    assert caught.value.hint == "save a copy without the password"


def test_a_file_without_text_says_so(load, make_pdf) -> None:
    with pytest.raises(DocumentError, match="holds no text; its pages may be scanned"):
        load("a.pdf", make_pdf([[], []]))


@pytest.mark.parametrize("cut", [20, 300, 700])
def test_damaged_files_raise_document_errors_only_and_log_nothing(load, make_pdf, cut: int, caplog) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(DocumentError) as caught:
        load("a.pdf", make_pdf([PROSE])[:cut])
    assert "\n" not in caught.value.message
    assert not [record for record in caplog.records if record.name.startswith("pypdf")]


def test_something_else_under_the_name_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is not a PDF"):
        load("a.pdf", "<html>")
