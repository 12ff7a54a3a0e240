"""Patterns are compiled once for all processes, and a memory that is wrong in any way changes nothing."""

import importlib.util
import os
import re
import subprocess
import sys
import warnings
from importlib import import_module
from pathlib import Path

import pytest

import moe
from moe.cli.remembered import patterns
from moe.cli.remembered.files import read_memory, write_memory
from moe.cli.remembered.patterns import PatternMemory, find_place, remember_patterns

PATTERN = r"(?P<name>\w+)-(?:é|\d{2,3})(?P<end>[a-z]*)?"
MODULE = f"""
import re
WORDS = re.compile({PATTERN!r}, re.IGNORECASE)
PARTS = [re.compile(part) for part in ("a|b", "[\\ud800-\\udfff]", "(x)(?<=x)(?!y)")]
def compile_later(text):
    return re.compile(text)
"""
RUN = """
import sys, re._compiler as compiler
count, parse = [0], compiler._parser.parse
def counted(*what):
    count[0] += 1
    return parse(*what)
compiler._parser.parse = counted
from moe.cli.main import main
code = main(["route", "Who painted it?"])
print(count[0], file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """The file of the memory."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "defines.py").write_text(MODULE, encoding="utf-8")
    return Path(find_place())


def load(folder):
    """The module, imported anew with nothing in the cache of `re`."""
    re.purge()
    spec = importlib.util.spec_from_file_location("defines", folder / "defines.py")
    module = importlib.util.module_from_spec(spec)
    spec._initializing = True  # as the statement `import` has it
    spec.loader.exec_module(module)
    spec._initializing = False
    return module


def remember(folder):
    """The module's patterns, remembered."""
    with remember_patterns():
        return load(folder)


def forbid_parsing(monkeypatch):
    def refuse(*_):
        raise AssertionError("a pattern is compiled")

    monkeypatch.setattr(import_module("re._parser"), "parse", refuse)


def test_a_pattern_is_the_same_without_being_compiled_again(place, tmp_path, monkeypatch):
    first = remember(tmp_path)
    forbid_parsing(monkeypatch)
    second = remember(tmp_path)
    assert second.WORDS is not first.WORDS
    assert [second.WORDS, *second.PARTS] == [first.WORDS, *first.PARTS]
    assert second.WORDS.groupindex == {"name": 1, "end": 2}
    assert second.WORDS.fullmatch("Boat-123x").groupdict() == {"name": "Boat", "end": "x"}
    assert second.WORDS.flags == first.WORDS.flags


def test_what_is_asked_for_at_run_time_is_not_kept(place, tmp_path):
    with remember_patterns():
        load(tmp_path).compile_later("my secret question")
    kept = read_memory(str(place))
    assert len(kept) == 4
    assert not any("secret" in key for key in kept)


def test_re_is_as_it_was_afterwards(place, tmp_path):
    compiler = import_module("re._compiler")
    before = compiler.compile
    with remember_patterns():
        assert compiler.compile != before
    assert compiler.compile is before


@pytest.mark.parametrize("damage", [b"", b"x" * 400, None])
def test_a_damaged_memory_is_made_anew(place, tmp_path, damage):
    remember(tmp_path)
    whole = place.read_bytes()
    place.write_bytes(whole[:-7] if damage is None else damage)
    assert remember(tmp_path).WORDS.fullmatch("Boat-12")
    assert place.read_bytes() == whole


def test_code_that_the_engine_refuses_is_compiled_anew(place, tmp_path):
    first = remember(tmp_path)
    kept = read_memory(str(place))
    for damage in (lambda code: code[:-8], lambda code: "ffffffff" + code[8:], lambda code: code[:-3], lambda _: 7):
        write_memory(str(place), {key: [one[0], damage(one[1]), *one[2:]] for key, one in kept.items()})
        assert remember(tmp_path).WORDS == first.WORDS
        assert read_memory(str(place)) == kept


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files have no owner here")
def test_another_users_memory_does_not_count(place, tmp_path, monkeypatch):
    remember(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert read_memory(str(place)) is None


def test_a_pattern_that_warns_is_compiled_each_time(place, tmp_path):
    (tmp_path / "defines.py").write_text("import re\nWORDS = re.compile('[[a]')\n")
    for _ in range(2):
        with pytest.warns(FutureWarning, match="nested set"):
            remember(tmp_path)
    assert not place.exists()


def test_what_others_leave_to_be_collected_meanwhile_is_no_warning_of_a_pattern(place, tmp_path, monkeypatch):
    taken, raised = PatternMemory._take_apart, []

    def take_apart(*what):
        try:
            warnings.warn("left open", ResourceWarning, stacklevel=1)
        except ResourceWarning as error:
            raised.append(error)
        return taken(*what)

    monkeypatch.setattr(PatternMemory, "_take_apart", take_apart)
    remember(tmp_path)
    assert place.exists()
    assert raised == []


def test_where_nothing_can_be_kept_everything_works(place, tmp_path):
    place.parent.parent.mkdir(parents=True)
    place.parent.write_text("no folder")
    for _ in range(2):
        assert remember(tmp_path).WORDS.fullmatch("Boat-12")


def test_a_user_without_a_home_has_no_memory(place, tmp_path, monkeypatch):
    def refuse(*_, **__):
        raise RuntimeError("no home")

    monkeypatch.setattr("moe.cli.remembered.files.user_cache_dir", refuse)
    assert remember(tmp_path).WORDS.fullmatch("Boat-12")
    assert find_place() is None


def test_nothing_is_kept_in_the_current_folder(place, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    memory = PatternMemory("~/patterns.json")
    monkeypatch.setattr(patterns, "_is_defined_by_module", lambda: True)
    memory.compile("a|c")
    memory.save()
    assert not (tmp_path / "~").exists()


def test_the_memory_stays_within_bounds(place, tmp_path, monkeypatch):
    monkeypatch.setattr(patterns, "_PATTERNS_MAX", 4)
    remember(tmp_path)
    (tmp_path / "defines.py").write_text("import re\nNEW = [re.compile(part) for part in ('n1', 'n2')]\n")
    remember(tmp_path)
    assert sorted(read_memory(str(place))) == ["0 n1", "0 n2"]


def test_processes_share_it_and_may_begin_at_once(place, tmp_path):
    tree = str(Path(moe.__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [tree, os.environ.get("PYTHONPATH")]))}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "cwd": tmp_path}

    def begin():
        return subprocess.Popen([sys.executable, "-c", RUN], env=environment, **pipes)

    first = [child.communicate(timeout=120) for child in (begin(), begin())]
    output, errors = begin().communicate(timeout=120)
    assert {told for told, _ in first} == {output}
    assert int(errors.split()[-1]) < 0.3 * min(int(told.split()[-1]) for _, told in first)
