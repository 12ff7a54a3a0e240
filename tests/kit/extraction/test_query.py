from moe_kit.extraction.query import Want, find_names, parse_query


def test_capitalised_runs_are_names_with_their_connectors():
    assert find_names("When did the Bishop of Elmham meet Ada Thorne?") == (
        ("bishop", "of", "elmham"),
        ("ada", "thorne"),
    )


def test_a_name_stands_on_each_side_of_and():
    assert find_names("Compare Anna Berg and Carl Falk") == (("anna", "berg"), ("carl", "falk"))


def test_the_first_word_of_a_question_is_no_name():
    assert find_names("Which boats were landed here?") == ()


def test_quoted_words_are_a_name():
    assert find_names('who wrote "the grey tide"?') == (("the", "grey", "tide"),)


def test_a_text_in_capitals_only_has_no_names():
    assert find_names("WHO BUILT THE LIGHTHOUSE AT SKARN") == ()


def test_a_question_wants_numbers_dates_or_names():
    assert parse_query("How many boats were landed?").wants == {Want.NUMBER}
    assert parse_query("When was it built?").wants == {Want.DATE}
    assert parse_query("Who built it?").wants == {Want.NAME}
    assert parse_query("Describe the lighthouse").wants == frozenset()


def test_the_instruction_counts_for_more_than_the_rest_of_the_question():
    query = parse_query("Who built the lighthouse and how tall is it?", "how tall is the lighthouse")
    assert query.weights["tall"] > query.weights["built"] > 0


def test_names_count_for_more_than_other_words():
    query = parse_query("Who built the lighthouse at Skarn?")
    assert query.weights["skarn"] > query.weights["lighthous"]


def test_words_that_only_say_what_to_do_count_for_nothing():
    assert parse_query("Please summarise the documents").weights == {}


def test_words_that_are_everywhere_count_for_little():
    weights = parse_query("What needs mending on the sluice now?").weights
    assert 0 < weights["now"] < weights["sluic"]


def test_nobody_in_particular_is_no_name():
    assert parse_query("Someone told the trust. Who was it?").names == ()


def test_a_price_is_asked_for_in_several_ways():
    asks = ("What did it cost?", "What is the fare?", "How much did they pay for it?")
    assert all(parse_query(question).asks_price for question in asks)
    assert not parse_query("How tall is it?").asks_price


def test_a_contracted_verb_is_no_word_of_the_matter():
    assert parse_query("Why shouldn't the harbour be dredged?").weights.keys() == {"harbour", "dredg"}
    assert parse_query("Who doesn’t pay?").weights.keys() == {"pay"}


def test_a_title_does_not_make_two_people_one():
    weights = parse_query("Where does Mrs Quist live?").weights
    assert weights["mrs"] < weights["live"] < weights["quist"]
