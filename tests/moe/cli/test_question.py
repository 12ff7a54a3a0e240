from moe.cli.question import read_question


def test_a_question_that_the_locale_could_not_read_is_read_as_utf_8():
    handed_on = "Où est le café?".encode().decode("ascii", "surrogateescape")
    assert read_question(handed_on) == "Où est le café?"


def test_bytes_that_are_no_text_become_marks_and_the_rest_stays():
    assert read_question("caf\udce9 by the pier 😀") == "caf\N{REPLACEMENT CHARACTER} by the pier 😀"


def test_half_a_surrogate_pair_becomes_a_mark():
    assert read_question("caf\ud800 by the pier 😀") == "caf\N{REPLACEMENT CHARACTER} by the pier 😀"
