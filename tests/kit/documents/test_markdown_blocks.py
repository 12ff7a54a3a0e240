import pytest

from moe_kit.documents.markdown_blocks import rewrite_blocks


def test_rows_have_the_names_of_their_columns() -> None:
    text = "Servers:\n\n| Server | Port |\n|:---|---:|\n| stage | 8443 |\n| live | `a|b` \\| c |\n\nEnd | of it.\n"
    assert (
        rewrite_blocks(text) == "Servers:\n\nServer: stage; Port: 8443\nServer: live; Port: `a|b` | c\n\nEnd | of it.\n"
    )


def test_the_outer_pipes_may_be_left_out_and_cells_may_be_missing() -> None:
    text = "Who | Fee | Note\n--|--|--\nAdult | 6<br>or 7\n| | | x"
    assert rewrite_blocks(text) == "Who: Adult; Fee: 6 or 7\nNote: x"


@pytest.mark.parametrize(
    "text",
    ["a | b\nc | d", "| a |\n---\n| b | c |", "```\n| a | b |\n|---|---|\n| 1 | 2 |\n```", "Title\n-----\ntext | more"],
)
def test_what_is_no_table_stays_as_it_is(text: str) -> None:
    assert rewrite_blocks(text) == text


def test_code_stands_right_below_the_line_that_announces_it() -> None:
    text = "Restart it like this:\n\n```bash\nstop:\n\n```\n\nNot this.\n\n```\nx\n```"
    assert rewrite_blocks(text) == "Restart it like this:\n```bash\nstop:\n\n```\n\nNot this.\n\n```\nx\n```"


def test_remarks_are_left_out_and_code_is_not() -> None:
    text = "One.<!-- a\n\nb --> Two.\n\n```html\n<!-- kept -->\n```\n<!-- never closed\nx"
    assert rewrite_blocks(text) == "One.Two.\n\n```html\n<!-- kept -->\n```\n"
