from hypothesis import given
from hypothesis import strategies as st

from moe.knowledge.loading.passages import MAX_CHARACTERS, split_document
from moe_core.contracts.evidence import Document
from moe_core.text.sentences import split_sentences
from moe_kit.documents.outline import Heading, nest_sections


def make_document(text: str, headings: list[Heading] | None = None, **fields) -> Document:
    sections = nest_sections(headings or [], len(text))
    return Document(document_id="d.md", title="T", text=text, source="d.md", sections=sections, **fields)


def test_an_atomic_document_is_one_passage_with_its_id() -> None:
    text = "A long line. " * 500
    (passage,) = split_document(make_document(text, is_atomic=True))
    assert (passage.passage_id, passage.start, passage.text) == ("d.md", 0, text)
    assert split_document(make_document("  \n", is_atomic=True)) == []


def test_passages_are_numbered_from_one_and_carry_title_and_heading_path() -> None:
    text = "# A\n\nIntro.\n\n## B\n\nBody of b.\n\n# C\n\nEnd."
    headings = [
        Heading(title="A", level=1, start=0),
        Heading(title="B", level=2, start=text.index("## B")),
        Heading(title="C", level=1, start=text.index("# C")),
    ]
    passages = split_document(make_document(text, headings))
    assert [(p.passage_id, p.section, p.text) for p in passages] == [
        ("d.md#1", "A", "# A\n\nIntro."),
        ("d.md#2", "A > B", "## B\n\nBody of b."),
        ("d.md#3", "C", "# C\n\nEnd."),
    ]
    assert {p.title for p in passages} == {"T"}


def test_a_heading_without_text_stays_with_what_follows() -> None:
    text = "# A\n\n## B\n\nBody."
    headings = [Heading(title="A", level=1, start=0), Heading(title="B", level=2, start=5)]
    (passage,) = split_document(make_document(text, headings))
    assert (passage.section, passage.text) == ("A > B", text)


def test_text_before_the_first_heading_has_no_section() -> None:
    text = "Preface.\n\nH\n\nBody."
    passages = split_document(make_document(text, [Heading(title="H", level=1, start=10)]))
    assert [(p.section, p.text) for p in passages] == [("", "Preface."), ("H", "H\n\nBody.")]


def test_long_text_is_cut_between_sentences_into_passages_of_like_length() -> None:
    text = " ".join(f"Sentence number {number} says little about the harbour." for number in range(120))
    passages = split_document(make_document(text))
    assert all(p.text.endswith(".") for p in passages)
    assert all(500 <= len(p.text) <= MAX_CHARACTERS for p in passages)


def test_a_passage_ends_rather_at_a_paragraph() -> None:
    paragraph = " ".join(["Fifty characters of prose about the tide and mill."] * 15)
    passages = split_document(make_document("\n\n".join([paragraph] * 4)))
    assert [p.text for p in passages] == [paragraph] * 4


def test_one_sentence_that_is_too_long_is_cut_between_words() -> None:
    text = "word " * 1000
    passages = split_document(make_document(text))
    assert all(len(p.text) <= MAX_CHARACTERS for p in passages)
    assert all(set(p.text.split()) == {"word"} for p in passages)


def test_table_rows_are_not_cut() -> None:
    rows = [f"id: {number}; note: First part. Second part of row {number}" for number in range(100)]
    passages = split_document(make_document("\n".join(rows)))
    assert len(passages) > 1
    assert [line for p in passages for line in p.text.split("\n")] == rows


WORDS = st.sampled_from(
    ["tide.", "Mill", "a | b", "\n\n", "\n", "- item", "x" * 300, "。", "No. 5", "Who?", "日" * 1600, "key: v; k: w"]
)


@given(
    st.lists(WORDS, max_size=60).map(" ".join), st.lists(st.tuples(st.integers(0, 400), st.integers(1, 3)), max_size=5)
)
def test_passages_hold_the_text_exactly_once_in_order(text: str, marks: list[tuple[int, int]]) -> None:
    headings = [Heading(title="h", level=level, start=start) for start, level in sorted(marks) if start < len(text)]
    document = make_document(text, headings)
    place = 0
    borders = {end for _, end in split_sentences(text)}
    for passage in split_document(document):
        assert place <= passage.start < passage.end
        assert text[place : passage.start].strip() == ""
        assert passage.text == text[passage.start : passage.end]
        assert len(passage.text) <= MAX_CHARACTERS
        place = passage.end
    assert text[place:].strip() == ""
    if not headings and not any(b - a > MAX_CHARACTERS for a, b in split_sentences(text)):
        assert {p.end for p in split_document(document)} <= borders


def test_a_block_of_code_stays_whole_with_the_line_that_announces_it() -> None:
    prose = "The mill grinds on Saturdays. " * 29
    code = (
        "Restart it like this:\n```bash\n# Stop.\n\nstop mill\n\n# Start.\n\n" + "start stone --slowly\n\n" * 12 + "```"
    )
    for rest in range(0, 900, 37):
        text = f"{prose[rest:]}\n\n{code}\n\n{prose}{prose}"
        assert any(code in passage.text for passage in split_document(make_document(text)))


def test_code_that_no_passage_holds_is_cut_and_nothing_is_lost() -> None:
    text = "Like this:\n```\n" + "start stone --slowly\n\n" * 200 + "```\n\nEnd. " + "```\nnever closed"
    passages = split_document(make_document(text))
    assert max(len(passage.text) for passage in passages) <= MAX_CHARACTERS
    assert "".join("".join(passage.text.split()) for passage in passages) == "".join(text.split())
