"""What a passage goes by. People and places are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.analysis.names import MAX_WORDS, find_names
from moe_core.testing.values import make_passage
from moe_core.text.sentences import split_sentences


def test_the_title_is_the_surest_name(read_names):
    names = read_names("The mill stands by the Sorrel.", title="Elm Mill")
    assert next(iter(names)) == "elm mill"
    assert names["elm mill"].weight == 1.0


def test_a_bracket_after_the_title_may_be_left_out(read_names):
    names = read_names("It grinds oats.", title="Elm Mill (Sorrel)")
    assert names["elm mill sorrel"].weight > names["elm mill"].weight > 0.5


def test_a_title_may_be_cut_at_a_comma_and_at_of(read_names):
    names = read_names("Old papers.", title="Harbour Court of Sorrel, Wexmouth")
    assert {"harbour court of sorrel", "harbour court"} <= names.keys()
    assert names["harbour court"].weight < names["harbour court of sorrel"].weight < 1


def test_one_word_before_of_is_no_name_of_its_own(read_names):
    assert "bay" not in read_names("It is shallow.", title="Bay of Terns")


def test_the_title_means_a_later_passage_of_the_document_less_surely(read_names):
    first = read_names("It grinds oats.", title="Elm Mill")
    later = read_names("It grinds oats.", title="Elm Mill", is_first=False)
    assert later["elm mill"].weight < first["elm mill"].weight / 2


def test_without_a_title_the_text_names_its_subject(read_names):
    names = read_names("The Brass Gull was a ferry between Wexmouth and Sorrel.")
    assert next(iter(names)) == "brass gull"


def test_the_subject_may_be_written_small_before_the_verb(read_names):
    names = read_names("Tidal sluice is a gate that shuts by itself.")
    assert "tidal sluice" in names


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Wexmouth (pronounced Wemmuth) lies on the Sorrel.", "wexmouth"),
        ('"The Salt Hour" is a novel by Ida Merrow.', "salt hour"),
        ("Fort Ember, Wexmouth, was built in 1803.", "fort ember"),
        ("Maria Anna\nVelk was a painter.", "maria anna velk"),
    ],
)
def test_what_stands_before_a_verb_or_a_bracket_is_a_name(read_names, text, name):
    assert name in read_names(text)


def test_text_without_a_subject_names_nothing(read_names):
    assert read_names("it rained, and then it rained again.") == {}
    assert read_names("...") == {}
    assert read_names("") == {}


def test_a_person_with_life_dates_is_known_by_other_forms_of_the_name(read_names):
    names = read_names("Maria Anna Theresa Velk (12 May 1850 - 1 June 1901) was a painter.")
    assert names["maria anna theresa velk"].is_person
    assert {"maria velk", "anna velk", "maria anna", "anna theresa velk maria"} <= names.keys()
    assert all(name.weight < names["maria anna theresa velk"].weight for name in list(names.values())[1:])


def test_the_name_turned_round_is_for_persons_only(read_names):
    assert "finch orla" in read_names("Orla Finch (born 1902) kept a lighthouse.")
    assert "gull brass" not in read_names("Brass Gull was a ferry.")


def test_an_acronym_behind_the_name_is_a_name(read_names):
    names = read_names("The Sorrel Harbour Authority (SHA) runs the quays.")
    assert {"sorrel harbour authority", "sha"} <= names.keys()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ada Quill, known as The Needle, sewed sails.", "the needle"),
        ("Jory Pell (born Jory Tamm) sang.", "jory tamm"),
        ("The inn, nicknamed the Wet Anchor, burnt down.", "wet anchor"),
        ('Ilsa Kern sang under the stage name "Ilsa Nord".', "ilsa nord"),
        ("Ida Vane, née Ida Stroud, painted.", "ida stroud"),
    ],
)
def test_what_the_subject_is_also_called_is_a_name(read_names, text, name):
    names = read_names(text)
    assert name in names
    assert names[name].weight <= 0.5


def test_where_somebody_was_born_is_no_name(read_names):
    assert "wexmouth" not in read_names("Jory Pell, born Wexmouth, sang.")


def test_what_later_sentences_define_is_a_weaker_name(read_names):
    names = read_names(
        "We walked along the coast. Tern Rock (a skerry) is bare. The Brass Gull is a pub.", title="Walk"
    )
    assert {"tern rock", "brass gull"} <= names.keys()
    assert names["tern rock"].weight < names["walk"].weight


def test_what_later_sentences_only_mention_is_no_name(read_names):
    assert "tern rock" not in read_names("We walked along the coast. Tern Rock lay to the left.", title="Walk")


def test_within_a_document_a_passage_goes_by_what_it_defines_not_by_what_it_begins_with(read_names):
    assert "mrs vane" not in read_names("Mrs Vane asked about the oil.", is_first=False)
    assert "tern rock" in read_names("Tern Rock is a skerry.", is_first=False)
    assert "orla finch" in read_names("## Keepers\n\nOrla Finch kept the light.", is_first=False)


@pytest.mark.parametrize("text", ["# Sorrel Light\n\nIt was lit in 1880.", "Sorrel Light\n============\nIt was lit."])
def test_a_heading_is_a_name(read_names, text):
    assert read_names(text)["sorrel light"].weight >= 0.7


def test_the_text_below_a_heading_names_its_subject_too(read_names):
    names = read_names("## Keepers\n\nOrla Finch (born 1902) kept the light.")
    assert {"keepers", "orla finch"} <= names.keys()
    assert names["orla finch"].is_person


def test_a_first_line_that_was_only_wrapped_is_no_heading(read_names):
    names = read_names(
        "Orla Finch (born 1902) was a lighthouse keeper who lived all of her\nlife on the isle of Sorrel."
    )
    assert next(iter(names)) == "orla finch"
    assert names["orla finch"].is_person


def test_a_first_line_that_may_be_no_heading_names_its_subject_as_well(read_names):
    assert "orla finch" in read_names("Orla Finch kept the light on the isle of\nSorrel for thirty years.")


def test_a_first_line_may_be_a_heading_without_marks(read_names):
    names = read_names("Elm Mill\nThe wheel was mended.")
    assert next(iter(names)) == "elm mill"


def test_the_file_name_is_a_name_where_there_is_no_title(read_names):
    assert "tide table 2019" in read_names("High water.", document="data/tide-table_2019.csv")
    assert "tide table 2019" not in read_names("High water.", document="data/tide-table_2019.csv", title="Tides")
    assert "p17" not in read_names("High water.", document="p17")


def test_no_name_is_longer_than_what_is_looked_for(read_names):
    long = " ".join(f"Word{letter}" for letter in "ABCDEFGHIJKL")
    assert all(len(name.words) <= MAX_WORDS for name in read_names(f"{long} is long.", title=long).values())


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Die Mühle über dem Fluss steht in Elmstadt.", "die muhle"),
        ("Greta Möller für die Stadt.", "greta moller"),
        ("Konrad Ebel war ein Müller aus Elmstadt.", "konrad ebel"),
        ("El Faro de Niebla es un faro antiguo.", "el faro de niebla"),
        ("Le Phare de Brume est une tour.", "le phare de brume"),
        ("Øystein Brekke var en fyrvokter.", "oystein brekke"),
    ],
)
def test_names_in_other_languages_end_where_small_words_begin(read_names, text, name):
    assert name in read_names(text)


def test_titles_in_scripts_without_capitals_are_names(read_names):
    assert next(iter(read_names("京都塔は塔です。", title="京都塔"))) == "京都 都塔"
    assert next(iter(read_names("هو برج قديم.", title="برج الميناء"))) == "برج الميناء"


@pytest.mark.parametrize(
    "text",
    ["=" * 5000, "* " * 3000, "#" * 5000 + " x", "x" + "= " * 3000, "Xyz (" + "A" * 20_000, "É" + "é" * 9000 + " ("],
)
def test_rows_of_one_sign_are_read_at_once(read_names, text):
    """A pattern that tried every way to divide them would take minutes."""
    read_names(text, title=text)


@given(st.text(max_size=300), st.text(max_size=40), st.booleans())
def test_any_text_has_usable_names_or_none(text, title, is_first):
    names = find_names(make_passage(text, title=title), split_sentences(text), is_first=is_first)
    assert all(0 < name.weight <= 1 and name.words for name in names)
    assert [name.weight for name in names] == sorted((name.weight for name in names), reverse=True)
    assert len({name.words for name in names}) == len(names)
