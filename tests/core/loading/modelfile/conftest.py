"""Texts, strategies and checks that the modelfile tests share."""

import json

import pytest
from hypothesis import strategies as st

SAMPLE = '''# A Belter with everything in it.
FROM mistral:7b
ROLE belter
NAME library
VERSION 1.2
DESCRIPTION Finds books
CAPABILITY search, "rare books" citation   # words
TEMPLATE {{ .Prompt }}
SYSTEM """You find books.
Cite {what} you "use".
"""
PARAMETER temperature 0.5
PARAMETER num_ctx 4096
PARAMETER stop {
PARAMETER stop "<end>"
PARAMETER use_mmap true
PARAMETER shelf {
    type: string; description: "Where to look"   // optional
    enum: [fiction, "non-fiction"]
}
MESSAGE user Hello there
MESSAGE assistant """Good
day"""
TOOL document_search
TOOL catalogue { limit: 10, url: http://localhost:8080/x, tags: [a, b] }
TOOL loans library.loans:Loans
RESPONSE_FORMAT {
    books: [{ title: string, year: "int(1450..2100)?", tags?: "string[]" }]
    note: free words that describe it
}
FALLBACK { provider: openai, model: qwen3:8b }
FALLBACK llama3.2:3b
META {
    examples: ["Which book names the lighthouse?", \'it\'\'s here\']
    owner = { name: "Ann \\u00e9", since: 2019, weight: -1.5e3, on: true, off: ~ }
    poem: """
        one
          two
        """
}
'''

TOKENS = [
    *("FROM a", "ROLE belter", "TYPE ", "NAME ", "SYSTEM ", "PARAMETER q ", "PARAMETER top_k ", "PARAMETER stop "),
    *("RESPONSE_FORMAT ", "TOOL t ", "FALLBACK ", "META ", "CAPABILITY ", "MESSAGE user ", "examples", "provider"),
    *(
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ":",
        ",",
        "\n",
        "\n",
        " ",
        '"',
        '"""',
        '"""\n',
        "''",
        "'",
        "a",
        "b",
        "=",
        ";",
        "\t",
    ),
    *("type", "string", "properties", "required", "true", "1.5", "1__2", "9" * 5000, "1e999", "# c", "// x", "-"),
    *(";", "\t", "."),
    *("\\u12", "\\ud800", "\\n", "é", "日本", "?", "|", "null", "\x00", "\ud7ff", "\udc00", "\r", "\ufeff"),
    *("$ref", "#/$defs/a", "enum", "anyOf", "items", "int(1..2)", "list[", "@schema.json", "@../x", "minimum"),
    *("pattern", "'(['", "not", "const"),
]


@pytest.fixture(scope="session")
def sample():
    return SAMPLE


def _scalars():
    integers = st.integers(min_value=-(2**63), max_value=2**64 - 1)
    floats = st.floats(allow_nan=False, allow_infinity=False)
    words = st.sampled_from(
        ["string", "int", "true", "null", "~", "1", "1.5", "a b", "x: y", "#", '"', '"""', "\n", "a\n b\n"]
    )
    return st.none() | st.booleans() | integers | floats | st.text(max_size=20) | words


@pytest.fixture(scope="session")
def json_values():
    return st.recursive(
        _scalars(),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
        max_leaves=12,
    )


@pytest.fixture(scope="session")
def random_files():
    """Random text, and sequences of what modelfiles are made of."""
    pieces = st.lists(st.sampled_from(TOKENS), max_size=40).map("".join)
    return st.text(max_size=80) | pieces.map(lambda text: "FROM a\n" + text)


@pytest.fixture(scope="session")
def mutated_files():
    """The sample with a few characters or pieces put in, taken out or changed."""
    edit = st.tuples(st.integers(0, len(SAMPLE) - 1), st.integers(0, 3), st.sampled_from([*TOKENS, ""]))

    def apply(edits):
        text = SAMPLE
        for start, length, piece in edits:
            text = text[:start] + piece + text[start + length :]
        return text

    return st.lists(edit, min_size=1, max_size=6).map(apply)


@pytest.fixture(scope="session")
def valid_files():
    """Modelfiles that parse, with texts, words and blocks of every kind."""
    line = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20)
    body = st.text(st.sampled_from(["a", " ", "\n", '"', "'", "{", "#", "é"]), max_size=12)
    quoted = body.filter(lambda text: '"\n' not in text and '" ' not in text).map(lambda text: f'"""\n{text}."""')
    text = line.filter(lambda text: not text.lstrip(" \t").startswith('"')) | quoted
    keyword = st.sampled_from(
        ["LICENSE", "Template", "system", "DESCRIPTION", "PARAMETER stop", "MESSAGE user", "VERSION"]
    )
    texts = st.builds(lambda key, value: f"{key} {value}", keyword, text)
    number = st.integers(-5, 5).map(lambda value: f"PARAMETER seed {value}")
    scalar = _scalars().map(json.dumps) | st.sampled_from(["bare", "a:b", "'it''s'", "~", '"""\n  x\n   y\n"""'])
    nested = st.recursive(
        scalar,
        lambda inner: (
            st.lists(inner, max_size=3).map(lambda items: "[" + ",\n".join(items) + "]")
            | st.dictionaries(st.sampled_from(["a", "b?", "$c", "d.e-f", '"g h"', "'i'"]), inner, max_size=3).map(
                lambda items: "{" + "".join(f"{key}: {value}\n" for key, value in items.items()) + "}"
            )
        ),
        max_leaves=8,
    )
    heads = st.sampled_from(["META", "TOOL x", "PARAMETER input", "RESPONSE_FORMAT", "FALLBACK", "CAPABILITY"])
    blocks = st.builds(lambda head, value: f"{head} {{ v: {value}\n w: two words }}", heads, nested)
    words = st.lists(st.sampled_from(["a", "b-c", "'d e'", '"f\\n"', "é"]), min_size=1).map(
        lambda items: "CAPABILITY " + " , ".join(items)
    )
    others = st.sampled_from(
        ["# note", "", "TOOL y", "TOOL z a.b:C", 'TOOL q "{x"', "ROLE belter", "  FALLBACK [a, {model: b}]"]
    )
    lines = st.lists(texts | number | blocks | words | others, max_size=10)
    return lines.map(lambda found: "\n".join(["FROM base:1", *found]) + "\n")
