import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.text.sentences import split_sentences


def sentences_of(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Dr. Orde met Mr. J. R. Voss at 3 p.m. on Jan. 5.", "They talked."],
        ["See Fig. 2 and No. 7.", "No.", "He refused."],
        ["The U.S. Army came.", "He moved to the U.S.", "In 1990 he left."],
        ["It cost $3.50, i.e. approx. five times more.", "See www.example.com.", "Next one."],
        ['"I left."', '"Did you?" he asked.', 'He said, "Stop!"', "Then he ran."],
        ["(He ran far.)", "Really?!", "Yes...", "Maybe."],
        ["Acme Inc. bought Foo Ltd.", "The deal closed."],
        ["Pears, plums, etc. were sold.", "We bought pens, etc.", "The rest came later."],
        ["A fact with a note.[1]", "Another one.[2][3]", "It was 1953.", "The sea rose."],
        ["J. S. Bach and C. P. E. Bach wrote.", "George W. Hill spoke."],
        ["He chose plan A.", "The others waited, he and I.", "Then we left."],
        ["*Kept by the secretary.*", "Corrected in May."],
        ["Am 3. Mai 1990 kam Hr. Müller, z. B. mit dem Zug.", "Im 19. Jahrhundert nicht."],
        ["Sie sagte: „Komm her.“", "Er ging.", "»Ja.«", "Das kostet ca. 5 Mio. Euro."],
        ["¿Qué pasó?", "¡Nada!", "El Sr. García vive en EE.UU. desde 1990.", "La Sra. Ruiz, p. ej., no."],
        ["M. Dupont est là.", "Il a dit : « Oui. »", "Puis il est parti.", "Voir p. 12.", "Mme Curie rit."],
    ],
    ids=lambda expected: expected[0][:24],
)
def test_stops_end_sentences_except_after_abbreviations(expected: list[str]) -> None:
    assert sentences_of(" ".join(expected)) == expected


@pytest.mark.parametrize(
    "expected",
    [
        ["今日は天気がいい。", "「行こう。」と彼は言った。", "本当ですか？", "はい！"],
        ["今天天气很好。", "你去吗？", "“去。”", "他说。", "好！"],
    ],
)
def test_full_width_stops_need_no_space(expected: list[str]) -> None:
    assert sentences_of("".join(expected)) == expected


def test_headings_list_items_and_blank_lines_are_borders() -> None:
    text = "# A heading. Whole\nText that\nwraps. More\n\nNext\n- one item\n  goes on\n- two\n1. First\n2. Second. Yes"
    assert sentences_of(text) == [
        "# A heading. Whole",
        "Text that\nwraps.",
        "More",
        "Next",
        "- one item\n  goes on",
        "- two",
        "1. First",
        "2. Second. Yes",
    ]


def test_a_numbered_run_in_heading_keeps_its_number() -> None:
    assert sentences_of("**1. Gable.** It leans.") == ["**1. Gable.**", "It leans."]


@pytest.mark.parametrize(
    "expected",
    [
        ["§ 4 Rent. The monthly rent is 840 euros.", "Heating is extra."],
        ["3.2 Notice. Either party may end it.", "It is done in writing."],
        ["Article 7 Keeping of pets. Dogs need consent.", "Cats do not."],
        ["12. Deposit. It is returned within six months.", "Interest is added."],
        ["2 men died.", "Others fled."],
        ["In 1998.", "He left."],
    ],
    ids=lambda expected: expected[0][:24],
)
def test_a_heading_that_runs_into_its_text_is_quoted_with_it(expected: list[str]) -> None:
    assert sentences_of(" ".join(expected)) == expected


def test_a_heading_on_a_line_of_its_own_stays_alone() -> None:
    assert sentences_of("4. Rent.\nThe rent is 840 euros.") == ["4. Rent.", "The rent is 840 euros."]


@pytest.mark.parametrize(
    "row",
    [
        "| St. x | y. Z |",
        "Adult, etc. See below | £6.50",
        "name: Ann; note: First. Second",
        "Dep. 07:15       08:00. Then",
    ],
)
def test_a_table_row_is_one_sentence(row: str) -> None:
    assert sentences_of(f"{row}\n{row}") == [row, row]


def test_labelled_lines_are_sentences_of_their_own() -> None:
    text = "**Place:** Lifeboat House\n**Present:** M. Tennick (chair), A. Voss\nFrom: the harbour office"
    assert sentences_of(text) == text.split("\n")


def test_prose_with_a_colon_and_a_semicolon_is_no_row() -> None:
    text = "He asked: go; or stay. She stayed."
    assert sentences_of(text) == ["He asked: go; or stay.", "She stayed."]


def test_a_wrapped_quotation_is_not_cut_at_its_marks() -> None:
    assert sentences_of("> a quote that\n> goes on. End") == ["> a quote that\n> goes on.", "End"]


def test_spans_count_from_the_whole_text() -> None:
    text = "Not this. One here. Two here. Nor this."
    assert [text[a:b] for a, b in split_sentences(text, 10, 29)] == ["One here.", "Two here."]
    assert split_sentences("   \n ") == []


PIECES = st.sampled_from(
    [
        *'word Dr. e.g. 12 3. No. A. z.B. | ; : - # > * 「 」 。 ！ … . ! ? ) " ” « » ~~~ === key: ; x: 1'.split(),
        *("a | b", "\n", "\n\n", "\t", "   ", "\r\n", "é", "日本", "\u00a0", "|---|", "key: a; other: b"),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join) | st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=80))
def test_spans_are_in_order_trimmed_and_hold_all_but_white_space(text: str) -> None:
    spans = split_sentences(text)
    place = 0
    for start, end in spans:
        assert place <= start < end
        assert text[place:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        place = end
    assert text[place:].strip() == ""


@given(st.lists(PIECES, max_size=30).map(" ".join), st.integers(0, 60), st.integers(0, 60))
def test_a_part_of_a_text_gives_spans_inside_it(text: str, start: int, length: int) -> None:
    end = min(len(text), start + length)
    spans = split_sentences(text, start, end)
    assert all(start <= a < b <= end for a, b in spans)
    assert "".join(text[a:b] for a, b in spans).split() or not text[start:end].strip()


def test_a_figures_unit_ends_a_sentence_before_a_capital():
    text = "Pitches are to be left by 11 a.m. Huts must be empty by ten. It is 2.31 m. Length comes next."
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Pitches are to be left by 11 a.m.",
        "Huts must be empty by ten.",
        "It is 2.31 m.",
        "Length comes next.",
    ]
    together = "We meet at 5 p.m. Monday by the mill."
    assert len(split_sentences(together)) == 1
