import logging
from io import BytesIO

import pytest
from pypdf import PdfReader, PdfWriter

from moe_core.contracts.errors import DocumentError

PROSE = [(50, 700, "The mill can be kept. The south gable is urgent and should"), (50, 688, "be tied before winter.")]


def test_pages_keep_their_numbers_and_break_no_sentence(load_one, make_pdf) -> None:
    first = [(50, 700, "The mill can be kept. The south gable is urgent and should")]
    second = [(50, 700, "be tied before winter."), (50, 640, "Second.")]
    document = load_one("a.pdf", make_pdf([first, [], second], title="Mill can"))
    assert "should\nbe tied before winter." in document.text
    assert [(page.label, document.text[page.start : page.start + 8]) for page in document.pages] == [
        ("1", "The mill"),
        ("2", "be tied "),
        ("3", "be tied "),
    ]
    assert not document.sections
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


def lock(content: bytes, **passwords: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(content)))
    writer.encrypt(algorithm="RC4-128", **passwords)
    locked = BytesIO()
    writer.write(locked)
    return locked.getvalue()


def test_an_encrypted_file_says_how_to_take_the_password_off(load, make_pdf) -> None:
    with pytest.raises(DocumentError, match=r"a\.pdf is encrypted and needs a password") as caught:
        load("a.pdf", lock(make_pdf([PROSE]), user_password="secret"))
    assert caught.value.hint == "save a copy without it: qpdf --decrypt --password=… in.pdf out.pdf"


def test_a_file_that_only_forbids_copying_is_read(load_one, make_pdf) -> None:
    locked = lock(make_pdf([PROSE]), user_password="", owner_password="secret")
    assert load_one("a.pdf", locked).text.startswith("The mill can be kept.")


def test_a_file_without_text_says_so(load, make_pdf) -> None:
    with pytest.raises(DocumentError, match="holds no text; its pages may be scanned"):
        load("a.pdf", make_pdf([[], []]))


@pytest.mark.parametrize("cut", [20, 300, 700])
def test_damaged_files_raise_document_errors_only_and_log_nothing(load, make_pdf, cut: int, caplog) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(DocumentError) as caught:
        load("a.pdf", make_pdf([PROSE])[:cut])
    assert "\n" not in caught.value.message
    assert not caplog.records


def test_something_else_under_the_name_is_refused(load) -> None:
    with pytest.raises(DocumentError, match="is not a PDF"):
        load("a.pdf", "<html>")


def test_columns_drawn_line_by_line_are_read_down_each(load_one, make_pdf) -> None:
    left = [
        "The board met on the second day",
        "of May and agreed to sell the",
        "old ferry, which has lain idle",
        "since the bridge was opened.",
    ]
    right = [
        "Visitors to the lighthouse climb",
        "one hundred and twelve steps to",
        "the lamp room, from where they",
        "see the whole of the sound.",
    ]
    page = [
        line
        for n, (one, other) in enumerate(zip(left, right, strict=True))
        for line in ((40, 700 - 13 * n, one), (330, 700 - 13 * n, other))
    ]
    text = load_one("a.pdf", make_pdf([page])).text
    assert " ".join(text.split()) == " ".join([*left, *right])


def test_text_drawn_twice_to_look_bold_is_read_once(load_one, make_pdf) -> None:
    page = [(50, 700, "Total paid in May"), (50.3, 700, "Total paid in May"), (50, 680, "was 4,416 pounds.")]
    assert load_one("a.pdf", make_pdf([page])).text == "Total paid in May\nwas 4,416 pounds."


def test_double_letters_stay(load_one, make_pdf) -> None:
    assert (
        load_one("a.pdf", make_pdf([[(50, 700, "A bookkeeper, 1100 fees, ill will")]])).text
        == "A bookkeeper, 1100 fees, ill will"
    )


def test_pieces_of_a_line_drawn_apart_are_one_line_of_words(load_one, make_pdf) -> None:
    page = [
        (50, 700, "See the"),
        (98, 700, "tariff"),
        (140, 700, "of 2019 and"),
        (212, 700, "pay"),
        (230, 700, "able sums."),
    ]
    assert load_one("a.pdf", make_pdf([page])).text == "See the tariff of 2019 and payable sums."


def test_a_cell_of_several_lines_stays_one_cell(load_one, make_pdf) -> None:
    rows = [
        ("Wall", "State"),
        ("South gable", "Poor, leans by more than"),
        ("", "eighty mm and moves"),
        ("North gable", "Fair"),
    ]
    page = [
        (x, 700 - 12 * n, cell) for n, row in enumerate(rows) for x, cell in zip((50, 250), row, strict=True) if cell
    ]
    assert load_one("a.pdf", make_pdf([page])).text == (
        "Wall | State\nSouth gable | Poor, leans by more than eighty mm and moves\nNorth gable | Fair"
    )


def test_numbers_and_bullets_before_text_are_no_cells(load_one, make_pdf) -> None:
    page = [
        (50, 700, "1."),
        (80, 700, "Close the sluice before the tide turns"),
        (80, 688, "and wait for the bell."),
        (50, 676, "2."),
        (80, 676, "Open the gate."),
    ]
    assert load_one("a.pdf", make_pdf([page])).text == (
        "1. Close the sluice before the tide turns\nand wait for the bell.\n2. Open the gate."
    )


def test_numbers_in_words_keep_their_hyphen_at_a_lines_end(load_one, make_pdf) -> None:
    page = [(50, 700, "They planted forty-"), (50, 688, "two limes and a hedge-"), (50, 676, "row.")]
    assert load_one("a.pdf", make_pdf([page])).text == "They planted forty-two limes and a hedgerow."


def test_a_word_cut_by_a_pages_end_is_whole(load_one, make_pdf) -> None:
    document = load_one("a.pdf", make_pdf([[(50, 60, "The wheel turns with regu-")], [(50, 700, "larity. It hums.")]]))
    assert document.text == "The wheel turns with regularity. It hums."
    assert [page.start for page in document.pages] == [0, document.text.index(". It")]


def test_headings_are_told_by_their_size(load_one, make_pdf) -> None:
    page = [
        (50, 700, "Repairs", 18),
        (50, 670, "The roof is next.", 10),
        (50, 640, "Cost", 14),
        (50, 620, "Nothing yet is known of it.", 10),
    ]
    document = load_one("a.pdf", make_pdf([page]))
    assert [(s.title, s.level) for s in document.sections] == [("Repairs", 1), ("Cost", 2)]
    assert document.text == "Repairs\n\nThe roof is next.\n\nCost\n\nNothing yet is known of it."


def test_pages_that_are_drawn_and_not_written_are_told(load, make_pdf) -> None:
    drawn = "0 0 300 300 re f"
    loaded = load("a.pdf", make_pdf([PROSE, drawn, drawn, PROSE, drawn]))
    assert loaded.notes == ("pages 2-3, 5 hold no text (scanned?): run ocrmypdf",)


def test_empty_pages_are_no_loss(load, make_pdf) -> None:
    assert not load("a.pdf", make_pdf([PROSE, []])).notes


def test_words_that_run_together_are_told(load, make_pdf) -> None:
    glued = [(50, 700 - 12 * n, "Theprojectnameispronouncedwithashortvowelandstress") for n in range(4)]
    assert load("a.pdf", make_pdf([PROSE, glued])).notes == (
        "page 2 holds words run together, as the file has no spaces there: run ocrmypdf --force-ocr",
    )


def test_letters_that_stand_for_others_are_told(load, make_pdf) -> None:
    shifted = [(50, 700 - 12 * n, "WKH SURMHFW KDV QR PDS IRU LWV OHWWHUV KHUH") for n in range(4)]
    (note,) = load("a.pdf", make_pdf([PROSE, shifted])).notes
    assert note.startswith("page 2 holds characters that the file does not name")


def test_a_damaged_page_costs_only_itself(load, make_pdf) -> None:
    content = make_pdf([PROSE, [(50, 700, "Lost.")], [(50, 700, "Third.")]])
    at = content.index(b"/Type /Page /Parent", content.index(b"Lost."))
    damaged = content[:at] + b"/Type /Nope/Parent" + content[at + 18 :]
    loaded = load("a.pdf", damaged)
    assert "Third." in loaded.documents[0].text
    assert loaded.notes == ("page 2 could not be read (damaged)",)


def test_a_list_of_contents_is_left_out(load_one, make_pdf) -> None:
    headings = ["Keeping bees", "Where to put a hive", "Feeding them", "Harvest and winter"]
    listed = [(50, 700 - 14 * n, f"{heading} . . . . . . . {n + 2}") for n, heading in enumerate(headings)]
    pages = [[(50, 700, heading), (50, 640, "Bees need water.")] for heading in headings]
    text = load_one("a.pdf", make_pdf([[(50, 760, "A book"), *listed], *pages])).text
    assert [text.count(heading) for heading in headings] == [1, 1, 1, 1]
