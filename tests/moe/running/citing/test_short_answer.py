"""The answer in front of its statements."""

from moe.running.citing.short_answer import find_short_answer
from moe_core.contracts.task import Statement


def test_what_a_tool_worked_out_is_the_answer():
    computed = Statement(text="The total of hours is 8.", tool="table_answer", value="8")
    found = find_short_answer("How many hours?", [computed, Statement(text="Ada worked 3 hours.")])
    assert found is not None
    assert found.text == "8"


def test_two_different_values_are_no_one_answer():
    values = [Statement(text=f"It is {value}.", tool="table_answer", value=value) for value in ("8", "9")]
    assert find_short_answer("How many hours?", values) is None


def test_a_quote_gives_its_words():
    found = find_short_answer("When was the lock built?", [Statement(text="The lock was built in 1842.")])
    assert found is not None
    assert found.text == "1842"


def test_what_a_model_has_read_is_taken_before_what_rules_find():
    statements = [
        Statement(text="The lock was built in 1842."),
        Statement(text="It opened in 1844.", value="1844", confidence=0.7),
        Statement(text="It was planned in 1840.", value="1840", confidence=0.2),
    ]
    found = find_short_answer("When was the lock built?", statements)
    assert (found.text, found.confidence) == ("1844", 0.7)


def test_a_line_s_end_in_a_quote_is_none_in_the_answer():
    found = find_short_answer(
        "How long does the brewer heat up?", [Statement(text="The brewer heats up in 40\nseconds.")]
    )
    assert found is not None
    assert found.text == "40 seconds"
