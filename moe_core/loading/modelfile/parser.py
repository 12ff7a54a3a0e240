"""From a modelfile's text to its commands."""

import re

from moe_core.contracts.errors import ModelfileError
from moe_core.loading.modelfile.codes import Code
from moe_core.loading.modelfile.commands import (
    BLOCK_KEYWORDS,
    KEYWORDS,
    LIST_KEYWORDS,
    MESSAGE_ROLES,
    NAMED_KEYWORDS,
    REPEATABLE,
    TEXT_KEYWORDS,
    WORD_KEYWORDS,
    Command,
    Modelfile,
    Value,
)
from moe_core.loading.modelfile.lexer import UNNAMED, Position, SourceText, read_text, suggest
from moe_core.loading.modelfile.options import DEPRECATED_OPTIONS, OPTION_TYPES
from moe_core.loading.modelfile.values import ValueReader

_KEYWORD = re.compile(r"[A-Za-z_]+")
_NAMES = {
    "parameter": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.\-]*"),
    "message": re.compile(r"[A-Za-z0-9_]+"),
    "tool": re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:/\-]*"),
}
_WORD = re.compile(r"[\w.\-]+")
_CAPABILITY = re.compile(r"[^\s,#{}\[\]\"']+")
_CAPABILITY_GAP = re.compile(r"[ \t,]*")
_MOST_WARNINGS = 100
_OWN_LINE_HINT = "a comment needs a line of its own"


def parse_modelfile(text: str, path: str = UNNAMED) -> Modelfile:
    """Parse the text of a `.moe` file or of an Ollama Modelfile.

    Args:
        text: The whole file.
        path: What errors name as the file.

    Raises:
        ModelfileError: The text is not well formed; nothing else is ever raised.
    """
    return _ModelfileParser(SourceText(text, path)).parse()


class _ModelfileParser:
    def __init__(self, source: SourceText) -> None:
        self._source = source
        self._text = source.text
        self._offset = 0
        self._commands: list[Command] = []
        self._warnings: list[ModelfileError] = []
        self._seen: set[tuple[str, str]] = set()

    def parse(self) -> Modelfile:
        while self._skip_blank():
            if self._text[self._offset] == "#":
                self._offset = self._source.line_end(self._offset)
            else:
                command = self._command()
                self._warn(command)
                self._commands.append(command)
        if not any(command.keyword == "from" for command in self._commands):
            hint = "every modelfile names its base: FROM model:version"
            raise self._source.error(Code.NO_FROM, "no FROM line", 0, hint)
        return Modelfile(commands=tuple(self._commands), warnings=tuple(self._warnings), source=self._source)

    def _skip_blank(self) -> bool:
        while self._offset < len(self._text) and self._text[self._offset] in " \t\n":
            self._offset += 1
        return self._offset < len(self._text)

    def _command(self) -> Command:
        at = name_at = self._offset
        keyword = self._keyword()
        name = ""
        if keyword in NAMED_KEYWORDS:
            name, name_at = self._name(keyword)
        value_at = self._offset
        value: Value
        reader = ValueReader(self._source, value_at)
        first = self._text[value_at : value_at + 1]
        if first == "{" and keyword in BLOCK_KEYWORDS and not (keyword == "parameter" and name in OPTION_TYPES):
            value = reader.read_map()
            self._end_of_block(reader.offset)
        elif first == "[" and keyword in LIST_KEYWORDS:
            value = reader.read_list()
            self._end_of_block(reader.offset)
        elif keyword == "capability":
            value = self._capability_words(reader)
        else:
            value = self._plain(keyword, name)
        locate = self._source.locate
        return Command(
            keyword=keyword,
            name=name,
            value=value,
            at=locate(at),
            name_at=locate(name_at),
            value_at=locate(value_at),
            places=reader.places,
        )

    def _keyword(self) -> str:
        match = _KEYWORD.match(self._text, self._offset)
        keyword = match.group().lower() if match else ""
        if not match or keyword not in KEYWORDS:
            raise self._unknown(match.group() if match else self._text[self._offset])
        self._offset = match.end()
        after = self._text[self._offset : self._offset + 1]
        if after in ("", "\n"):
            raise self._no_value(keyword.upper())
        opens_at_once = keyword in BLOCK_KEYWORDS and after == "{" and keyword not in NAMED_KEYWORDS
        if after not in (" ", "\t") and not opens_at_once:
            raise self._source.error(Code.SPACE_EXPECTED, f"expected a space after {keyword.upper()}", self._offset)
        self._offset = self._source.skip_gap(self._offset)
        return keyword

    def _unknown(self, word: str) -> ModelfileError:
        names = sorted(keyword.upper() for keyword in KEYWORDS)
        hint = suggest(word, names)
        previous = self._commands[-1] if self._commands else None
        if not hint and previous and previous.keyword in TEXT_KEYWORDS | {"message"}:
            hint = f'if the text of {previous.keyword.upper()} goes on here, put it between """ marks'
        hint = hint or "instructions: " + ", ".join(names)
        shown = word if len(word) <= 40 else word[:40] + "…"
        return self._source.error(Code.UNKNOWN_INSTRUCTION, f"unknown instruction {shown!r}", self._offset, hint)

    def _name(self, keyword: str) -> tuple[str, int]:
        at = self._offset
        match = _NAMES[keyword].match(self._text, at)
        what = "role" if keyword == "message" else "name"
        if not match:
            raise self._source.error(Code.NAME_EXPECTED, f"{keyword.upper()} needs a {what}", at)
        name = match.group()
        if keyword == "message" and name not in MESSAGE_ROLES:
            message = f'message role must be one of "system", "user", or "assistant", not {name!r}'
            raise self._source.error(Code.MESSAGE_ROLE, message, at, suggest(name, MESSAGE_ROLES))
        self._offset = match.end()
        after = self._text[self._offset : self._offset + 1]
        if after in ("", "\n") and keyword != "tool":
            raise self._no_value(f"{keyword.upper()} {name}")
        if after not in ("", " ", "\t", "\n", "{") or (after == "{" and keyword == "message"):
            message = f"expected a space after {keyword.upper()} {name}"
            raise self._source.error(Code.SPACE_EXPECTED, message, self._offset)
        self._offset = self._source.skip_gap(self._offset)
        return name, at

    def _plain(self, keyword: str, name: str) -> Value:
        at = self._offset
        if self._text[at : at + 1] in ("", "\n"):
            if keyword == "tool":
                return {}
            if keyword in BLOCK_KEYWORDS | WORD_KEYWORDS and not name:
                raise self._no_value(keyword.upper())
        text, self._offset = read_text(self._source, at)
        if keyword == "meta":
            raise self._source.error(Code.NO_VALUE, "META takes a block", at, "META { key: value }")
        if keyword in WORD_KEYWORDS and not _WORD.fullmatch(text):
            hint = _OWN_LINE_HINT if "#" in text else None
            raise self._source.error(Code.ONE_WORD, f"{keyword.upper()} takes one word", at, hint)
        return text

    def _capability_words(self, reader: ValueReader) -> Value:
        words: list[Value] = []
        end = self._source.line_end(self._offset)
        while True:
            gap = _CAPABILITY_GAP.match(self._text, reader.offset)
            reader.offset = gap.end() if gap else reader.offset
            if reader.offset >= end or self._text[reader.offset] == "#":
                break
            match = _CAPABILITY.match(self._text, reader.offset)
            if match:
                words.append(match.group())
                reader.offset = match.end()
            elif self._text[reader.offset] in "\"'" and not self._text.startswith('"""', reader.offset):
                words.append(reader.read_quoted())
            else:
                found = self._text[reader.offset]
                message = f"expected a capability, found {found!r}"
                raise self._source.error(Code.ONE_WORD, message, reader.offset, "CAPABILITY planning, synthesis")
        if not words:
            raise self._no_value("CAPABILITY")
        self._offset = end
        return words

    def _no_value(self, what: str) -> ModelfileError:
        following = self._source.line_end(self._offset) + 1
        opens = self._text[following : following + 1] == "{"
        hint = "put the '{' on the same line" if opens else None
        return self._source.error(Code.NO_VALUE, f"{what} has no value", self._offset, hint)

    def _end_of_block(self, offset: int) -> None:
        end = self._source.line_end(offset)
        after = self._source.skip_gap(offset)
        if after < end and self._text[after] != "#" and not self._text.startswith("//", after):
            raise self._source.error(Code.TEXT_AFTER_VALUE, "text after the closing bracket", after)
        self._offset = end

    def _warn(self, command: Command) -> None:
        if len(self._warnings) >= _MOST_WARNINGS:
            return
        keyword, name = command.keyword, command.name
        shown = f"{keyword.upper()} {name}".rstrip()
        if keyword == "parameter" and isinstance(command.value, str):
            if name not in OPTION_TYPES:
                hint = suggest(name, OPTION_TYPES) or "to declare an input instead: PARAMETER name { type: string }"
                self._warning(Code.UNKNOWN_PARAMETER, f"{name} is no runtime option", command.name_at, hint)
            elif name in DEPRECATED_OPTIONS:
                hint = "model servers no longer heed it; remove the line"
                self._warning(Code.DEPRECATED_PARAMETER, f"{name} is deprecated", command.name_at, hint)
        if keyword in REPEATABLE or shown == "PARAMETER stop":
            return
        said = ("role" if keyword == "type" else keyword, name)
        if said in self._seen:
            self._warning(Code.GIVEN_AGAIN, f"{shown} given again: the last one wins", command.at, None)
        self._seen.add(said)

    def _warning(self, code: Code, message: str, position: Position, hint: str | None) -> None:
        self._warnings.append(self._source.error_at(code, message, position, hint))
