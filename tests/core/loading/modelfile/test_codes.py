"""Every error has its code, its exact place, and a remedy where there is one."""

import pytest

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.agent import build_agent
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.parser import parse_modelfile

QUOTE_HINT = '""" only closes at the end of a line; on line 2 there is text after it'
TYPE_HINT = 'a type that holds [ ], | or quotes is written in quotes: "string[]", \'"yes" | "no"\''
ENDS = "text that holds ',' ';' '#' or quotes must be in quotes itself"

# Each case: the text after "FROM a\n", with ^ before the character that the error points at.
GRAMMAR = [
    ("MOE002", "^SYSTM x", "unknown instruction 'SYSTM'", "did you mean SYSTEM?"),
    ("MOE002", "  ^{x", "unknown instruction '{'", None),
    ("MOE002", "SYSTEM You are\n^kind", "unknown instruction 'kind'",
     'if the text of SYSTEM goes on here, put it between """ marks'),
    ("MOE003", "ROLE^1 x", "expected a space after ROLE", None),
    ("MOE003", "SYSTEM^{x}", "expected a space after SYSTEM", None),
    ("MOE003", "PARAMETER a^:b 1", "expected a space after PARAMETER a", None),
    ("MOE004", "PARAMETER ^{ a: b }", "PARAMETER needs a name", None),
    ("MOE004", "MESSAGE ^'user' x", "MESSAGE needs a role", None),
    ("MOE005", "MESSAGE ^usr x", 'message role must be one of "system", "user", or "assistant", not \'usr\'',
     "did you mean user?"),
    ("MOE005", "MESSAGE ^User x", 'message role must be one of "system", "user", or "assistant", not \'User\'',
     "did you mean user?"),
    ("MOE006", "SYSTEM^\nROLE belter", "SYSTEM has no value", None),
    ("MOE006", "PARAMETER stop^", "PARAMETER stop has no value", None),
    ("MOE006", "RESPONSE_FORMAT^\n{ a: b }", "RESPONSE_FORMAT has no value", "put the '{' on the same line"),
    ("MOE006", "CAPABILITY ^,", "CAPABILITY has no value", None),
    ("MOE006", "META ^x", "META takes a block", "META { key: value }"),
    ("MOE007", "ROLE ^belter # x", "ROLE takes one word", "a comment needs a line of its own"),
    ("MOE007", "CAPABILITY a, ^}", "expected a capability, found '}'", "CAPABILITY planning, synthesis"),
    ("MOE008", 'SYSTEM ^"""open """ x', '""" opened here is never closed', QUOTE_HINT),
    ("MOE008", 'SYSTEM ^"open', '" opened here is never closed', None),
    ("MOE008", 'META { a: ^"open\n }', '" opened here is not closed on this line', 'use """ for several lines'),
    ("MOE008", 'META { a: ^"""open\n }', '""" opened here is never closed', None),
    ("MOE009", "META ^{ a: { b: 1 }", "'{' opened here is never closed", None),
    ("MOE009", "META { a: ^[1, 2", "'[' opened here is never closed", None),
    ("MOE010", "META { a: 1, ^* }", "expected a key or '}', found '*'", None),
    ("MOE010", "RESPONSE_FORMAT { a: string^[] }", "expected a key or '}', found '['", TYPE_HINT),
    ("MOE010", "RESPONSE_FORMAT { a: \"x\" ^| \"y\" }", "expected a key or '}', found '|'", TYPE_HINT),
    ("MOE011", "META { a ^1 }", "expected ':' after 'a'", None),
    ("MOE011", "META { a: one, two^, }", "expected ':' after 'two'", ENDS),
    ("MOE012", "META { a: 1, ^a: 2 }", "key 'a' given twice", None),
    ("MOE013", "META { a: 1 } ^x", "text after the closing bracket", None),
    ("MOE014", "META { a: ^}", "'a' has no value", None),
    ("MOE014", "META { a:\n  ^b: 1 }", "'a' has no value", None),
    ("MOE014", "META { a: [^}] }", "expected a value, found '}'", None),
    ("MOE014", "META { a:^", "'a' has no value", None),
    ("MOE015", 'META { a: "x^\\q" }', "unknown escape \\q", "for a backslash itself, write \\\\ or use single quotes"),
    ("MOE015", 'META { a: "x^\\ud800y" }', "\\ud800 is half of a character", None),
    ("MOE016", "META { a: [one ^two] }", "list items are separated by ',' or a new line",
     "quote items that contain spaces"),
    ("MOE016", 'META { a: ["one" ^"two"] }', "list items are separated by ',' or a new line",
     "quote items that contain spaces"),
    ("MOE017", "META { a: see note^:x }", "ambiguous ':' in the unquoted text of 'a'",
     "quote the text, or put a space after ':' if a new key starts here"),
    ("MOE018", "META " + "{a:" * 64 + "^{a:", "blocks are nested more than 64 deep", None),
    ("MOE019", "META { a: ^1e999 }", "number is too large", "quote it to keep it as text"),
    ("MOE019", "META { a: ^18446744073709551616 }", "number does not fit into 64 bits", "quote it to keep it as text"),
    ("MOE020", "SYSTEM a^\udc00", "'\\udc00' is half of a character", None),
]  # fmt: skip

ROLES = "camina, belter, drummer, observer"
BAD_FALLBACK = "FALLBACK { provider: openai, model: qwen3:8b }"
AGENT = [
    ("MOE022", "ROLE ^belte", "unknown role 'belte'", "did you mean belter?"),
    ("MOE022", "TYPE ^zzz", "unknown role 'zzz'", f"roles: {ROLES}"),
    ("MOE023", "PARAMETER temperature ^hot", "temperature takes a number, not 'hot'", None),
    ("MOE023", "PARAMETER temperature ^nan", "temperature takes a number, not 'nan'", None),
    ("MOE023", "PARAMETER num_ctx ^4096.5", "num_ctx takes a whole number, not '4096.5'", None),
    ("MOE023", "PARAMETER num_ctx ^9223372036854775808", "num_ctx takes a whole number, not '9223372036854775808'",
     None),
    ("MOE023", "PARAMETER use_mmap ^yes", "use_mmap takes true or false, not 'yes'", None),
    ("MOE023", "PARAMETER top_p ^0.9 # x", "top_p takes a number, not '0.9 # x'", "a comment needs a line of its own"),
    ("MOE023", "PARAMETER seed ^{ type: int }", "seed takes a whole number, not '{ type: int }'",
     "seed is a runtime option; an input needs another name"),
    ("MOE012", "PARAMETER q { type: int }\nPARAMETER ^q { type: int }", "input 'q' is declared twice", None),
    ("MOE024", "PARAMETER q { type: ^strng }", "PARAMETER q.type: unknown type 'strng'", "did you mean string?"),
    ("MOE024", "RESPONSE_FORMAT { a: { b?: [^sting] } }", "RESPONSE_FORMAT.a.b?[0]: unknown type 'sting'",
     "did you mean string?"),
    ("MOE024", "RESPONSE_FORMAT { a: { type: int, minimum: ^low } }",
     "RESPONSE_FORMAT.properties.a.minimum: minimum takes a number", None),
    ("MOE024", "RESPONSE_FORMAT { type: ^array, items: string }", "RESPONSE_FORMAT.type: an answer is an object",
     "put the value under a key: { answer: ... }"),
    ("MOE024", "RESPONSE_FORMAT ^yaml", "RESPONSE_FORMAT: 'yaml' is no response format",
     "json, text, @schema.json, or a block: { answer: string }"),
    ("MOE024", "RESPONSE_FORMAT ^@s.json", "RESPONSE_FORMAT: '@s.json' needs a modelfile that lies in a folder", None),
    ("MOE025", "NAME ^two words", "'two words' is no name for an agent", "a name is letters, digits, '_', '-' and '.'"),
    ("MOE025", "FALLBACK { ^modle: x }", "FALLBACK.modle: unknown key", "did you mean model?"),
    ("MOE025", "FALLBACK { provider: x, model: ^3 }", "FALLBACK.model: takes a name", BAD_FALLBACK),
    ("MOE025", "FALLBACK ^{ }", "FALLBACK: a fallback is a model, or a block with provider and model", BAD_FALLBACK),
    ("MOE025", "FALLBACK [a, ^3]", "FALLBACK[1]: a fallback is a model, or a block with provider and model",
     BAD_FALLBACK),
    ("MOE025", "CAPABILITY [a, ^3]", "CAPABILITY[1]: a capability is a word", None),
    ("MOE025", "META { examples: [a, ^{}] }", "META.examples[1]: an example is a request in words", None),
    ("MOE025", "META { examples: ^3 }", "META.examples: an example is a request in words", None),
]  # fmt: skip


def assert_error(error, code, text, offset, message, hint):
    assert (error.error_code, error.message) == (code, message)
    before = text[:offset]
    assert (error.line, error.column) == (before.count("\n") + 1, offset - (before.rfind("\n") + 1) + 1)
    assert error.source_line == text.split("\n")[error.line - 1].replace("\udc00", "\ufffd")
    if hint is not None:
        assert error.hint == hint


def marked(text):
    """The text without its mark, and where the mark stood."""
    before, after = text.split("^", 1)
    return before + after, len(before)


@pytest.mark.parametrize(("code", "text", "message", "hint"), GRAMMAR)
def test_a_mistake_in_the_grammar_is_pointed_at(code, text, message, hint):
    text, offset = marked(f"FROM a\n{text}")
    with pytest.raises(ModelfileError) as caught:
        parse_modelfile(text)
    assert_error(caught.value, code, text, offset, message, hint)


@pytest.mark.parametrize(("code", "text", "message", "hint"), AGENT)
def test_a_value_that_no_agent_can_have_is_pointed_at(code, text, message, hint):
    role = "" if text.startswith(("ROLE", "TYPE")) else "ROLE belter\n"
    text, offset = marked(f"FROM a\n{role}{text}")
    modelfile = parse_modelfile(text)
    with pytest.raises(ModelfileError) as caught:
        build_agent(modelfile, name="x")
    assert_error(caught.value, code, text, offset, message, hint)


def test_a_file_without_from_is_refused():
    text = "# only\nROLE belter\n"
    with pytest.raises(ModelfileError) as caught:
        parse_modelfile(text)
    hint = "every modelfile names its base: FROM model:version"
    assert_error(caught.value, "MOE001", text, 0, "no FROM line", hint)


def test_a_file_without_role_is_no_agent():
    modelfile = parse_modelfile("FROM a\n")
    with pytest.raises(ModelfileError) as caught:
        build_agent(modelfile, name="x")
    hint = f"add ROLE and one of: {ROLES}"
    assert_error(caught.value, "MOE022", "FROM a\n", 0, "no ROLE line: this is no agent yet", hint)


def test_an_error_shows_its_line_and_a_caret_below_the_place():
    with pytest.raises(ModelfileError) as caught:
        parse_modelfile("FROM a\nMETA {\n\ta: 1\n\ta: 2 }\n", "books.moe")
    assert str(caught.value) == "books.moe:4:2: MOE012: key 'a' given twice\n   4 | \ta: 2 }\n     | \t^"


def test_every_code_has_a_case():
    covered = {case[0] for case in GRAMMAR + AGENT} | {"MOE001"}
    elsewhere = {Code.UNREADABLE, Code.GIVEN_AGAIN, Code.UNKNOWN_PARAMETER, Code.DEPRECATED_PARAMETER}
    assert covered | elsewhere == set(Code)
