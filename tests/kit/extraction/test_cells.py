"""A field's or a row's value is given where the question names it and the row."""

from moe_kit.extraction.cells import find_cell

ROW = "boat: Gannet; berth: 12; skipper: Olga Reiss"


def test_the_cell_that_the_question_names_is_given() -> None:
    assert find_cell("Which berth does the Gannet have?", ROW) == "12"


def test_another_row_is_no_answer() -> None:
    assert find_cell("Which berth does the Petrel have?", ROW) is None


def test_a_field_is_given_by_another_word_for_its_name() -> None:
    assert find_cell("Who owns the quay?", "Owner: Team Heron") == "Team Heron"
