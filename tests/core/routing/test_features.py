import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.routing.features import HEAD_WORDS, TAIL_WORDS, Vocabularies, find_features, read_words, stem_words
from moe_core.routing.spelling import Spelling

VOCABULARIES = Vocabularies.index(
    [("boats", "parts", "anchor"), ("boats", "parts", "anchor chain"), ("shops", "kinds", "chain")]
)


def features_of(text: str, frequent: frozenset[str] = frozenset()) -> set[str]:
    return find_features(text, read_words(text), VOCABULARIES, frequent)


def test_the_longest_phrase_speaks_and_the_words_in_it_do_not_speak_again() -> None:
    assert list(VOCABULARIES.find_hits(stem_words(read_words("Anchor chains")))) == [
        ("boats", "parts"),
        ("shops", "kinds"),
    ]
    assert {"speaks:boats 1", "group:boats/parts 1"} <= features_of("anchor chain")
    assert "speaks:boats 2" in features_of("anchor, anchor")


def test_frames_leave_the_subject_blank() -> None:
    frequent = frozenset(stem_words(["what", "is", "a"]))
    assert features_of("what is a fugue", frequent) >= {"frame:a _", "frames:is a _", "frames:a _ $"}
    frames = {name for name in features_of("what is a fugue", frequent) if name.startswith("frame")}
    assert frames == {name for name in features_of("what is a grey whale", frequent) if name.startswith("frame")}


@pytest.mark.parametrize(
    ("text", "shape"),
    [("why?", "question"), ("£5", "money"), ('the "x" word', "quote"), ("3, 4, 5", "list"), ("10%", "money")],
)
def test_the_shape_of_a_request_is_seen(text: str, shape: str) -> None:
    assert f"shape:{shape}" in features_of(text)
    assert f"shape:{shape}" not in features_of("anchor")


def test_numbers_are_seen_as_numbers() -> None:
    assert stem_words(["12", "3rd", "boats"]) == ["#", "#a", "boat"]


@given(st.text(max_size=200))
def test_features_of_any_text_have_a_kind_and_do_not_change(text: str) -> None:
    found = features_of(text)
    assert all(name.partition(":")[1] for name in found)
    assert found == features_of(text)


@given(st.integers(0, 400))
def test_of_a_long_text_the_beginning_and_the_end_are_read(count: int) -> None:
    words = [f"w{number}" for number in range(count)]
    read = read_words(" ".join(words))
    assert len(read) == min(count, HEAD_WORDS + TAIL_WORDS)
    assert read[:HEAD_WORDS] == words[:HEAD_WORDS]
    assert read[-TAIL_WORDS:] == words[-TAIL_WORDS:]


SPELLING = Spelling(["mortgage", "landlord", "tenant", "percentage"])


@pytest.mark.parametrize("slip", ["morgage", "morttgage", "mrotgage", "mortagge"])
def test_one_slip_is_mended(slip: str) -> None:
    assert SPELLING.mend(slip) == "mortgage"


@pytest.mark.parametrize("word", ["mortgage", "ortgage", "mortar", "cat", "landlords", "tenants", "h4llo", "", "日本"])
def test_other_words_are_left_alone(word: str) -> None:
    assert SPELLING.mend(word) == word


def test_words_are_made_ready_for_slips_when_the_first_one_comes() -> None:
    spelling = Spelling(["mortgage"])
    spelling.mend("mortgage")
    spelling.mend("cat")
    assert "_shortened" not in vars(spelling)
    assert spelling.mend("morgage") == "mortgage"
    assert "_shortened" in vars(spelling)


@given(st.text(max_size=30))
def test_a_word_is_mended_into_a_known_one_or_not_at_all(word: str) -> None:
    mended = SPELLING.mend(word)
    assert mended in {word, "mortgage", "landlord", "tenant", "percentage"}
    assert SPELLING.mend(mended) == mended
