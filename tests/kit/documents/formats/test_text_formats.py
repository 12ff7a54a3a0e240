import pytest

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.formats import json_tree


def sections_of(document) -> list[tuple[str, int, str]]:
    return [(s.title, s.level, document.text[s.start : s.end]) for s in document.sections]


def test_markdown_is_kept_to_the_letter_and_its_headings_nest(load_one) -> None:
    raw = "# The *Mill*\n\nIntro.\n\n## [Gate](x.md) ##\nText\n\n### Deep\n\nMore\n\n## Wheel\nEnd\n"
    document = load_one("a.md", "\ufeff" + raw.replace("\n", "\r\n"))
    assert document.text == raw
    assert document.title == "The Mill"
    assert sections_of(document) == [
        ("The Mill", 1, raw),
        ("Gate", 2, raw[raw.index("## [") : raw.index("## Wheel")]),
        ("Deep", 3, "### Deep\n\nMore\n\n"),
        ("Wheel", 2, "## Wheel\nEnd\n"),
    ]


def test_markdown_headings_may_be_underlined_and_are_not_looked_for_in_code(load_one) -> None:
    raw = "Top\n===\n\n```\n# no heading\n```\n\n    # c\n\nSub\n---\n\n- item\n---\n\n| a | b |\n|---|---|\n#tag\n"
    document = load_one("a.md", raw)
    assert [(s.title, s.level, s.start) for s in document.sections] == [("Top", 1, 0), ("Sub", 2, raw.index("Sub"))]


def test_markdown_front_matter_gives_the_title_and_no_heading(load_one) -> None:
    document = load_one("a.md", '---\ntitle: "Real title"\ndate: 2020\n---\n\n# First\n')
    assert document.title == "Real title"
    assert [s.title for s in document.sections] == ["First"]


def test_a_document_without_a_heading_has_no_title(load_one) -> None:
    assert load_one("a.md", "Just text.").title == ""
    assert load_one("a.txt", "FIRST LINE\n\nText.").title == ""


def test_plain_text_headings_are_underlined_lines(load_one) -> None:
    raw = "Report\n======\n\nText\n\nPart one\n--------\nMore\n\n-----\nName    Sum\n-----------\n"
    document = load_one("a.txt", raw)
    assert document.title == "Report"
    assert [(s.title, s.level, s.start) for s in document.sections] == [
        ("Report", 1, 0),
        ("Part one", 2, raw.index("Part")),
    ]
    assert document.text == raw


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_row_is_a_line_that_names_its_columns(load_one, delimiter: str) -> None:
    rows = [["name", "price, gbp", "note"], ["Mill", "68,000", "a: first; then\nmore"], ["", "", ""], ["Gate", "", "x"]]
    quoted = "\n".join(delimiter.join('"' + cell + '"' for cell in row) for row in rows)
    document = load_one("a.csv", quoted)
    assert document.text.split("\n") == [
        "columns: name, price, gbp, note",
        "name: Mill; price, gbp: 68,000; note: a: first, then more",
        "name: Gate; note: x",
    ]


def test_a_table_without_a_header_numbers_its_columns_and_loses_no_cell(load_one) -> None:
    assert load_one("a.csv", "1,2\n3,4,5\n").text == "column 1: 1; column 2: 2\ncolumn 1: 3; column 2: 4; column 3: 5"
    assert load_one("b.csv", "a,b\n3,4,5\n").text == "columns: a, b\na: 3; b: 4; column 3: 5"


def test_commas_in_prose_do_not_win_over_the_real_delimiter(load_one) -> None:
    text = "name;remark\nA;one, two, three\nB;four, five\nC;none\n"
    assert load_one("a.csv", text).text.split("\n")[1] == "name: A; remark: one, two, three"
    assert load_one("a.tsv", "a,b\tc\n1,2\t3\n").text.split("\n")[1] == "a,b: 1,2; c: 3"


def test_json_objects_in_a_list_are_a_line_each_in_a_section(load_one) -> None:
    document = load_one(
        "a.json",
        '{"owner": "Co-op", "total": 1.50, "assets": [{"tag": "S1", "size": {"m": 3.10, "new": true}, "x": null},'
        ' {"tag": "S2", "parts": ["a", 2]}], "site": {"name": "Mill"}, "empty": []}',
    )
    assert document.text == (
        "owner: Co-op\n\ntotal: 1.50\n\ntag: S1; size.m: 3.10; size.new: true\ntag: S2; parts: a, 2\n\nsite: name: Mill"
    )
    assert [s.title for s in document.sections] == ["assets"]


def test_long_json_objects_are_written_as_paths(load_one) -> None:
    document = load_one("a.json", '[{"title": "One", "body": "%s"}, 7, ["x", {"y": 1}]]' % ("Long text. " * 90))
    assert document.text.startswith("[0].title: One\n\n[0].body: Long text.")
    assert document.text.endswith("[1]: 7\n\n[2][0]: x\n\ny: 1")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"a": 1,\n "b" 2}', "line 2, column 6"),
        ("[" * 100_000, "nested too deeply"),
        ("", "line 1, column 1"),
    ],
)
def test_json_that_cannot_be_read_says_where(load, content: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        load("a.json", content)


def test_lone_surrogates_are_replaced(load_one) -> None:
    assert load_one("a.json", '{"a": "x\\ud800y"}').text == "a: x\ufffdy"


def test_a_cell_may_be_as_long_as_its_file(load_one) -> None:
    assert load_one("t.csv", f'name,text\nmill,"{"x" * 200_000}"\n').text.endswith("x" * 200_000)


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("# Mill #", "Mill"),
        ("## Mill C#", "Mill C#"),
        ("#\tMill \t##  ", "Mill"),
        ("### ###", ""),
        ("#", ""),
        ("#5 bolt", ""),
        ("# a # b", "a # b"),
        ("# " + " " * 5_000 + "x", "x"),
    ],
)
def test_the_marks_that_close_a_heading_are_no_part_of_it(load_one, line: str, title: str) -> None:
    assert load_one("a.md", f"{line}\n\nText.").title == title


@pytest.mark.parametrize(
    ("front", "title"), [("title: The Mill", "The Mill"), ("Title:  'A b' ", "A b"), ('a: 1\ntitle: "x', '"x')]
)
def test_the_front_matters_title_may_be_quoted(load_one, front: str, title: str) -> None:
    assert load_one("a.md", f"---\n{front}\n---\nText.").title == title


@pytest.mark.parametrize(("name", "line"), [("a.json", ""), ("a.jsonl", "\n")])
def test_json_that_is_nested_far_too_deeply_is_refused(load, name: str, line: str) -> None:
    deepest = '{"a":' * 99 + "1" + "}" * 99 + line
    assert load(name, deepest).documents[0].text.endswith(": 1")
    with pytest.raises(DocumentError, match="nested too deeply"):
        load(name, '{"a":' * 120 + "1" + "}" * 120 + line)


def test_json_of_many_levels_is_looked_through_once(load_one, monkeypatch) -> None:
    seen = []
    format_record = json_tree.format_record
    monkeypatch.setattr(json_tree, "format_record", lambda pairs: seen.append(1) or format_record(pairs))
    wide = ", ".join(f'"k{number}": "{"v" * 30}"' for number in range(2_000))
    text = load_one("a.json", '{"a":' * 50 + "{" + wide + "}" + "}" * 50).text
    assert text.count("v" * 30) == 2_000
    assert len(seen) < 4_000


def test_a_long_list_is_not_written_for_each_level_above_it(load_one, monkeypatch) -> None:
    seen = []
    format_scalar = json_tree._format_scalar
    monkeypatch.setattr(json_tree, "_format_scalar", lambda value: seen.append(1) or format_scalar(value))
    load_one("a.json", '{"a":' * 50 + "[" + "1," * 1_000 + "1]" + "}" * 50)
    assert len(seen) == 1_001


def test_rows_of_a_table_drawn_in_plain_text_have_the_names_of_their_columns(load_one) -> None:
    text = "Fees <!-- 2024 -->:\n\n| Who | Fee |\n|---|---|\n| Adult | 6 |\n\na | b\n"
    assert load_one("a.txt", text).text == "Fees <!-- 2024 -->:\n\nWho: Adult; Fee: 6\n\na | b\n"


def test_a_list_of_contents_of_a_text_is_left_out(load_one) -> None:
    headings = ["Keeping bees", "Where to put a hive", "Feeding them", "Harvest and winter"]
    listed = "\n".join(f"{heading} ........ {n + 2}" for n, heading in enumerate(headings))
    body = "\n\n".join(f"{heading}\n\nBees need water." for heading in headings)
    assert load_one("a.txt", f"A book\n\n{listed}\n\n{body}\n".encode()).text == f"A book\n\n\n{body}\n"
