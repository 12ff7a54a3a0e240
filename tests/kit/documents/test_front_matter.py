import pytest

from moe_kit.documents.front_matter import FrontMatter, read_front_matter


@pytest.mark.parametrize(
    ("block", "title"),
    [
        ("---\ntitle: The Mill\n---\n", "The Mill"),
        ("---\nTitle:  'A b' \n---\n", "A b"),
        ('---\na: 1\ntitle: "x\n---\n', '"x'),
        ('+++\ntitle = "The Mill"\n+++\n', "The Mill"),
        ("---\ntitle: >-\n  The long\n  Mill\n...\n", "The long Mill"),
    ],
)
def test_the_title_may_be_written_in_many_ways(block: str, title: str) -> None:
    assert read_front_matter(block + "Text.").title == title


def test_the_rest_is_one_line_without_a_programs_settings() -> None:
    block = (
        "---\nlayout: post\nauthor: Ann # her\nurl: /x\ndate: 2024-05-01\ntags: [oak, 'elm']\n"
        "by:\n  - Bob\n  - Cy\n---\n"
    )
    front = read_front_matter(block + "# One\n")
    assert front.record == "author: Ann; date: 2024-05-01; tags: oak, elm; by: Bob, Cy"
    assert front.end == len(block)


@pytest.mark.parametrize("text", ["", "---\n", "Text\n---\na: 1\n---\n", "---\nnot closed: 1\n"])
def test_a_text_without_one_begins_at_once(text: str) -> None:
    assert read_front_matter(text) == FrontMatter()


def test_an_empty_block_says_nothing() -> None:
    assert read_front_matter("---\n---\nText") == FrontMatter(end=8)
