"""Regular expressions as they were compiled before: compiling all that modules define is a fifth of a small run.

What a pattern compiles to hangs on nothing but its text, its flags and the Python, which are what it is found by, so
nothing kept can be out of date. Only what modules define is kept, never what is made of a question or a document.
"""

import os
import sys
from array import array
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from importlib import import_module
from typing import Any
from warnings import catch_warnings, simplefilter

from moe.cli.remembered.files import find_cache, read_memory, write_memory

FOLDER = "patterns"
_FORMAT = 1
_PATTERNS_MAX = 2000  # a run needs some 500
_CHARACTERS_MAX = 20_000  # of one pattern; the longest of moe's own has 3,500
_LATE = "moe_core.text.late_pattern"  # compiles what other modules define, when it is first used
_STEPS = ("re", "functools")  # what stands between `re` and who asked for the pattern

_REFUSALS = (TypeError, ValueError, RuntimeError, OverflowError)

Code = list[Any]
"""What the engine of `re` takes beside the text: flags, code in hexadecimal, groups, and their names."""


@contextmanager
def remember_patterns() -> Iterator[None]:
    """Have `re` take patterns as they were compiled before, and remember those that are compiled meanwhile."""
    memory = _open_memory()
    if memory is None:
        yield
        return
    compiler, compile_anew = memory.compiler, memory.compiler.compile
    compiler.compile = memory.compile
    try:
        yield
    finally:
        compiler.compile = compile_anew
        memory.save()


def find_place() -> str | None:
    """The file for this Python; None where nothing is remembered."""
    engine = import_module("_sre")
    key = repr((_FORMAT, sys.version, sys.maxunicode, engine.MAGIC, engine.CODESIZE))
    name = blake2b(key.encode(), digest_size=16).hexdigest()
    cache = find_cache(FOLDER)
    return None if cache is None else os.path.join(cache, f"{name}.json")


class PatternMemory:
    """Stands in for `re._compiler.compile`, which has no public door.

    A pattern that is not kept, or that the engine refuses as kept, is compiled as ever.
    """

    def __init__(self, place: str) -> None:
        self.compiler: Any = import_module("re._compiler")
        self._compile_anew = self.compiler.compile
        self._build = import_module("_sre").compile
        self._place = place
        self._kept: dict[str, Code] = read_memory(place) or {}
        self._learned: dict[str, Any] = {}
        self._used = set[str]()

    def __repr__(self) -> str:
        return f"<PatternMemory of {len(self._kept)} in {self._place}>"

    def compile(self, pattern: Any, flags: int = 0) -> Any:
        """The compiled pattern."""
        key = f"{int(flags)} {pattern}" if type(pattern) is str else ""
        kept = self._kept.get(key)
        if kept is not None:
            with suppress(*_REFUSALS):
                compiled = self._revive(pattern, kept)
                self._used.add(key)
                return compiled
        compiled = self._compile_anew(pattern, flags)
        if key and len(pattern) <= _CHARACTERS_MAX and _is_defined_by_module():
            self._learned[key] = compiled
        return compiled

    def save(self) -> None:
        """Keep what was learned; where nothing can be written, nothing is."""
        learned = {key: code for key, one in self._learned.items() if (code := self._describe(key, one)) is not None}
        if not learned or not os.path.isabs(self._place):
            return
        known = (read_memory(self._place) or {}) | learned  # another process may have learned more meanwhile
        if len(known) > _PATTERNS_MAX:
            known = {key: code for key, code in known.items() if key in self._used or key in learned}
        if len(known) <= _PATTERNS_MAX:
            with suppress(OSError):
                write_memory(self._place, known)

    def _revive(self, text: str, kept: Code) -> Any:
        flags, code, groups, names, order = kept
        words = memoryview(bytes.fromhex(code)).cast("I").tolist()
        return self._build(text, flags, words, groups, names, tuple(order))

    def _describe(self, key: str, compiled: Any) -> Code | None:
        """What makes a pattern again; None where it does not, or where compiling it warned."""
        try:
            with catch_warnings():
                simplefilter("error")
                simplefilter("ignore", ResourceWarning)  # of whatever is collected meanwhile, and none of a pattern
                return self._take_apart(key, compiled)
        except (AttributeError, Warning, *_REFUSALS):  # private doors: where another Python has others, nothing is kept
            return None

    def _take_apart(self, key: str, compiled: Any) -> Code | None:
        number, _, text = key.partition(" ")
        flags = int(number)
        parsed = self.compiler._parser.parse(text, flags)
        state = parsed.state
        code = array("I", self.compiler._code(parsed, flags)).tobytes().hex()
        order = [None] * state.groups
        for name, group in state.groupdict.items():
            order[group] = name
        described = [flags | state.flags, code, state.groups - 1, dict(state.groupdict), order]
        return described if self._revive(text, described) == compiled else None


def _open_memory() -> PatternMemory | None:
    try:
        place = find_place()
        return None if place is None else PatternMemory(place)
    except (ImportError, AttributeError):  # another Python's `re`
        return None


def _is_defined_by_module() -> bool:
    """Whether the pattern is asked for by a module that is being imported, or by one that waited for its first use."""
    frame = sys._getframe(2)
    while frame.f_back is not None and frame.f_globals.get("__name__") in _STEPS:
        frame = frame.f_back
    spec = frame.f_globals.get("__spec__")
    return frame.f_globals.get("__name__") == _LATE or bool(getattr(spec, "_initializing", False))
