from moe_kit.extraction.likeness import PART_OF_WORD, SAME_ROOT, TermSet


def test_the_very_word_counts_fully() -> None:
    assert TermSet({"mill", "river"}).find_likeness("mill") == 1.0


def test_another_form_of_a_word_counts_for_less() -> None:
    assert TermSet({"restorierung"}).find_likeness("restoriert") == SAME_ROOT


def test_a_compound_holds_its_parts() -> None:
    assert TermSet({"hafenmeister"}).find_likeness("meister") == PART_OF_WORD


def test_a_part_is_found_in_a_compound_that_is_asked_for() -> None:
    assert TermSet({"hafen"}).find_likeness("fischhafen") == PART_OF_WORD


def test_words_that_only_begin_alike_are_not_of_one_root() -> None:
    assert TermSet({"construct"}).find_likeness("constantinopl") == 0.0


def test_short_words_are_taken_as_they_are() -> None:
    assert TermSet({"tears"}).find_likeness("tea") == 0.0


def test_a_word_that_no_language_has_is_not_looked_through_for_others() -> None:
    """Its parts are as many as the square of its letters: one of some thousand would take a minute for each text."""
    assert TermSet({"hafen"}).find_likeness("fisch" * 30 + "hafen") == 0.0
    assert TermSet({"hafen"}).find_likeness("fisch" * 10 + "hafen") == PART_OF_WORD
