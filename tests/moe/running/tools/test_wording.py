from moe.running.tools.wording import word_result


def test_a_result_is_named_with_its_tool_and_the_text_it_is_of():
    assert word_result("count", {"text": "a  b", "n": 2}, {"words": 2, "long": False}) == (
        'count of "a b": words: 2; long: false'
    )


def test_what_repeats_a_parameter_or_holds_nothing_is_left_out():
    assert word_result("find", {"query": "x"}, {"query": "x", "failed": [], "note": None}) == ""


def test_a_list_of_objects_becomes_lines():
    rows = [{"title": f"t{n}", "url": None} for n in range(7)]
    assert word_result("news", {}, {"items": rows}).splitlines() == [
        "news",
        "items:",
        "- title: t0",
        "- title: t1",
        "- title: t2",
        "- title: t3",
        "- title: t4",
        "- and 2 more",
    ]


def test_a_long_value_is_cut():
    text = word_result("page", {"url": "u" * 200}, {"body": "x" * 5000, "data": ["y" * 5000]})
    assert len(text) < 2300
    assert text.count("…") == 3
