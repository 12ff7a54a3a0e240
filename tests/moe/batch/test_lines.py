"""Lines of a batch as requests."""

import pytest

from moe.batch.entries import read_entries
from moe.batch.lines import BatchLine, build_lines
from moe_core.contracts.errors import RequestError


def build(text: str, **defaults: object) -> list[BatchLine]:
    return build_lines(read_entries(text, name="file", suffix=".jsonl"), name="file", defaults=defaults)


def test_a_line_says_more_than_what_is_said_for_all() -> None:
    text = '{"question": "When?", "docs": "b", "budget": "tokens=20k"}\n"Who?"\n'
    first, second = build(text, docs=("a",), budget=None)
    assert (first.request.docs, second.request.docs) == (("b",), ("a",))
    assert first.request.budget is not None
    assert first.request.budget.run.max_tokens == 20_000


def test_a_lines_content_is_what_its_answer_depends_on() -> None:
    contents = {
        build(f'{{"question": "When?"{more}}}\n', **defaults)[0].content
        for more, defaults in [
            ("", {}),
            ("", {"deadline_seconds": 5.0}),
            (', "correlation_id": "a"', {}),
            (', "experts": null', {}),
        ]
    }
    assert len(contents) == 1
    assert build('{"question": "When?", "docs": "a"}')[0].content not in contents


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"questoin": "When?"}', "no field is named 'questoin'; did you mean 'question'?"),
        ('{"docs": "a"}', "it has no question"),
        ('" "', "the question is empty"),
        ('{"question": "When?", "experts": 0}', "experts must be at least 1"),
        ('{"question": "When?", "budget": "much"}', "budget 'much': has no number"),
    ],
)
def test_a_line_that_is_no_request_is_told_with_its_number(line: str, told: str) -> None:
    with pytest.raises(RequestError) as caught:
        build(f'"Who?"\n{line}\n')
    assert caught.value.message.startswith("file, line 2: ")
    assert told in caught.value.message


def test_a_file_full_of_faults_tells_the_first_few() -> None:
    with pytest.raises(RequestError, match=r"line 5: .*; and 3 more"):
        build('{"a": 1}\n' * 8)
