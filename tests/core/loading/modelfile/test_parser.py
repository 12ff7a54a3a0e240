"""The grammar: what each form of instruction means."""

import pytest

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.lexer import Position
from moe_core.loading.modelfile.parser import parse_modelfile


def parse_one(line):
    """The one command of a line after FROM."""
    modelfile = parse_modelfile(f"FROM a\n{line}")
    assert len(modelfile.commands) == 2
    return modelfile.commands[1]


def test_the_sample_says_what_it_says(sample):
    modelfile = parse_modelfile(sample, "sample.moe")
    assert modelfile.warnings == ()
    assert modelfile.path == "sample.moe"
    assert [c.value for c in modelfile.all("parameter")][:4] == ["0.5", "4096", "{", "<end>"]
    assert modelfile.last("system").value == 'You find books.\nCite {what} you "use".\n'
    assert modelfile.last("template").value == "{{ .Prompt }}"
    assert modelfile.last("capability").value == ["search", "rare books", "citation"]
    assert [(c.name, c.value) for c in modelfile.all("message")] == [
        ("user", "Hello there"),
        ("assistant", "Good\nday"),
    ]
    assert [(c.name, c.value) for c in modelfile.all("tool")] == [
        ("document_search", {}),
        ("catalogue", {"limit": 10, "url": "http://localhost:8080/x", "tags": ["a", "b"]}),
        ("loans", "library.loans:Loans"),
    ]
    assert modelfile.last("meta").value == {
        "examples": ["Which book names the lighthouse?", "it's here"],
        "owner": {"name": "Ann é", "since": 2019, "weight": -1500.0, "on": True, "off": None},
        "poem": "one\n  two",
    }


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("SYSTEM be brief", "be brief"),
        ("SYSTEM \t be brief \t", "be brief"),
        ("system be # brief", "be # brief"),
        ("System 'be brief'", "'be brief'"),
        ('SYSTEM "be brief"', "be brief"),
        ('SYSTEM "be "very" brief"', 'be "very" brief'),
        ('SYSTEM "be\nbrief"', "be\nbrief"),
        ('SYSTEM "be\\nbrief"', "be\\nbrief"),
        ('SYSTEM """be brief"""', "be brief"),
        ('SYSTEM """\n  be\n brief\n"""', "\n  be\n brief\n"),
        ('SYSTEM """say """loud""" now\n"""  ', 'say """loud""" now\n'),
        ('SYSTEM ""', ""),
        ('SYSTEM """"""', ""),
        ("SYSTEM ", ""),
        ("SYSTEM {", "{"),
        ("SYSTEM { a: b }", "{ a: b }"),
        ('SYSTEM """two\r\nlines"""\r', "two\nlines"),
        ("  SYSTEM indented", "indented"),
        ("SYSTEM zero\u200djoined\u00a0text", "zero\u200djoined\u00a0text"),
        ("PARAMETER stop {", "{"),
        ("PARAMETER stop ", ""),
        ("PARAMETER top_k 5", "5"),
        ("MESSAGE user {", "{"),
        ("RESPONSE_FORMAT json", "json"),
        ("FALLBACK llama3.2:3b", "llama3.2:3b"),
        ("TOOL t pkg.mod:Class", "pkg.mod:Class"),
        ("ROLE belter", "belter"),
        ('TYPE "belter"', "belter"),
    ],
)
def test_text_is_read_as_ollama_reads_it(line, value):
    assert parse_one(line).value == value


@pytest.mark.parametrize(
    ("block", "value"),
    [
        ("{}", {}),
        ("{ a: 1, b: 2; c = 3 d: 4\n e: 5 }", {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}),
        ("{ a { b { c: x } } }", {"a": {"b": {"c": "x"}}}),
        ("{ a: two words b: x }", {"a": "two words", "b": "x"}),
        ('{ type: string description: "x" required: true }', {"type": "string", "description": "x", "required": True}),
        ("{ m: llama3:8b, u: http://x/y?z=1 }", {"m": "llama3:8b", "u": "http://x/y?z=1"}),
        ("{ a: // note\n 1 # more\n b:\n# and\n2 }", {"a": 1, "b": 2}),
        ("{ a: x // note\n }", {"a": "x"}),
        ("{ a: [1, two\n'three', [4], {b: 5}, ] }", {"a": [1, "two", "three", [4], {"b": 5}]}),
        ('{ "a b": 1, \'c\': 2, d.e-f: 3, $g: 4, @h: 5, i?: 6 }',
         {"a b": 1, "c": 2, "d.e-f": 3, "$g": 4, "@h": 5, "i?": 6}),
        ("{ a: true, b: false, c: null, d: ~, e: yes }", {"a": True, "b": False, "c": None, "d": None, "e": "yes"}),
        ("{ a: -1, b: 1_000, c: 1.5, d: 1e3, e: .5, f: 007, g: 1.2.3 }",
         {"a": -1, "b": 1000, "c": 1.5, "d": 1000.0, "e": 0.5, "f": "007", "g": "1.2.3"}),
        ('{ a: "1", b: "true", c: "\\u00e9\\ud83d\\ude00\\n\\/\\"" }', {"a": "1", "b": "true", "c": 'é😀\n/"'}),
        ("{ a: 'no \\n escape ''here''' }", {"a": "no \\n escape 'here'"}),
        ('{ a: """one "quoted" line""", b: """\n    x\n      y\n    """ }', {"a": 'one "quoted" line', "b": "x\n  y"}),
        ("{ a: 18446744073709551615, b: -9223372036854775808 }", {"a": 2**64 - 1, "b": -(2**63)}),
    ],
)  # fmt: skip
def test_blocks_hold_values(block, value):
    for line in (f"META {block}", f"TOOL t {block}", f"RESPONSE_FORMAT{block} # note"):
        assert repr(parse_one(line).value) == repr(value)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("CAPABILITY planning, synthesis", ["planning", "synthesis"]),
        ("CAPABILITY planning synthesis", ["planning", "synthesis"]),
        ("CAPABILITY \"real estate\", 'tax', http/2 # note", ["real estate", "tax", "http/2"]),
        ("CAPABILITY [a, 'b c']", ["a", "b c"]),
    ],
)
def test_capabilities_are_words(line, words):
    assert parse_one(line).value == words


def test_a_byte_order_mark_and_any_line_ends_are_accepted():
    modelfile = parse_modelfile("\ufeff# c\r\n\r\nfrom a\rROLE belter\r\n")
    assert [(c.keyword, c.value) for c in modelfile.commands] == [("from", "a"), ("role", "belter")]
    assert modelfile.last("role").at == Position(4, 1)


def test_commands_know_where_they_stand():
    command = parse_one("  PARAMETER  request {\n    type: string\n\tlist: [a,\n  {b?: 1}]\n}")
    assert (command.at, command.name_at, command.value_at) == (Position(2, 3), Position(2, 14), Position(2, 22))
    assert command.find_key(("type",)) == Position(3, 5)
    assert command.find_value(("type",)) == Position(3, 11)
    assert command.find_value(("list", 0)) == Position(4, 9)
    assert command.find_value(("list", 1, "b")) == Position(5, 8)
    assert command.find_value(("properties", "type")) == Position(3, 11)
    assert command.find_value(("nothing",)) == Position(2, 22)


def test_commands_are_equal_wherever_they_stand():
    assert parse_one("META { a: 1 }") == parse_one("\n\n  meta {\n a = 1 }")
    assert parse_one("META { a: 1 }") != parse_one("META { a: 2 }")


@pytest.mark.parametrize(
    ("line", "code", "column", "message", "hint"),
    [
        ("ROLE a\nROLE b", "MOE101", 1, "ROLE given again: the last one wins", None),
        ("TYPE a\nROLE b", "MOE101", 1, "ROLE given again: the last one wins", None),
        ("TOOL x\nTOOL x", "MOE101", 1, "TOOL x given again: the last one wins", None),
        ("SYSTEM a\n  SYSTEM b", "MOE101", 3, "SYSTEM given again: the last one wins", None),
        ("\nPARAMETER temprature 1", "MOE102", 11, "temprature is no runtime option", "did you mean temperature?"),
        ("\nPARAMETER zzz 1", "MOE102", 11, "zzz is no runtime option",
         "to declare an input instead: PARAMETER name { type: string }"),
        ("\nPARAMETER mirostat 1", "MOE103", 11, "mirostat is deprecated",
         "model servers no longer heed it; remove the line"),
    ],
)  # fmt: skip
def test_likely_mistakes_are_warnings_with_a_place(line, code, column, message, hint):
    (warning,) = parse_modelfile(f"FROM a\n{line}\n").warnings
    assert isinstance(warning, ModelfileError)
    found = (warning.error_code, warning.line, warning.column, warning.message, warning.hint)
    assert found == (code, 3, column, message, hint)


@pytest.mark.parametrize(
    "line", ["FROM b", "LICENSE x\nLICENSE y", "MESSAGE user x\nMESSAGE user y", "FALLBACK a\nFALLBACK b",
             "PARAMETER stop a\nPARAMETER stop b", "TOOL a\nTOOL b", "CAPABILITY a\nCAPABILITY b"],
)  # fmt: skip
def test_what_accumulates_may_be_repeated_without_a_warning(line):
    assert parse_modelfile(f"FROM a\n{line}\n").warnings == ()
