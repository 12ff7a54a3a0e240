from moe_kit.support.reading import read_text


def test_a_capital_inside_a_sentence_makes_a_name() -> None:
    assert read_text("The mill belonged to Ada Brook.").names == {"ada", "brook"}


def test_the_first_word_is_marked_as_such() -> None:
    first = read_text("Napoleon came. Nobody saw him.").words[0]
    assert (first.is_name, first.is_lead) == (False, True)


def test_a_day_in_figures_is_read_as_one_in_words() -> None:
    assert read_text("due 2026-06-30").text == "due 30 June 2026"


def test_a_short_not_is_a_not() -> None:
    assert "not" in [word.folded for word in read_text("It isn't open.").words]


def test_figures_are_no_words() -> None:
    assert [word.folded for word in read_text("built in 1806").words] == ["built", "in"]


def test_what_follows_a_form_of_be_is_marked() -> None:
    marked = [word.folded for word in read_text("The mill was restored by hand.").words if word.follows_verb]
    assert marked == ["restored"]
