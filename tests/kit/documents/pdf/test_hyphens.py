import pytest

from moe_kit.documents.pdf.hyphens import join_hyphens


@pytest.mark.parametrize(
    ("cut", "joined"),
    [
        ("great regu-\nlarity", "great regularity"),
        ("a tide-mill, the tide-\nmill", "a tide-mill, the tide-mill"),
        ("forty-\ntwo limes", "forty-two limes"),
        ("regu-\n\flarity.", "regularity\f."),
        ("from A-\nB to C", "from A-\nB to C"),
    ],
)
def test_words_cut_by_a_lines_end_are_joined(cut: str, joined: str) -> None:
    assert join_hyphens(cut) == joined
