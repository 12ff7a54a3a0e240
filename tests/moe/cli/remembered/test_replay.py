import json
import random
import shutil
from pathlib import Path

import pytest

import moe
from moe.cli.remembered import file_times
from moe.cli.remembered.files import read_memory, write_memory

HEAVY = {"pydantic", "yaml", "jsonschema", "httpx", "networkx", "rich", "importlib_metadata", "click", "numpy"}


@pytest.mark.parametrize(
    "words",
    [
        ("tools", "list"),
        ("tools", "list", "--json"),
        ("tools", "show", "calculator"),
        ("plugins", "list", "--json"),
        ("plugins", "why", "calculator"),
        ("agents", "list", "--role", "belter"),
    ],
)
def test_a_listing_that_is_remembered_says_the_same_byte_for_byte(place, words):
    place.install("weather")
    (place.folder / "project" / "plugins" / "tools").mkdir(parents=True)
    (place.folder / "project" / "plugins" / "tools" / "broken.py").write_text("import nothing_like_it")
    place.run(*words)
    first = place.run(*words, MOE_LOG="off")  # where log records are asked for, nothing is remembered
    again = place.learn(*words)
    assert (again.code, again.output, again.errors) == (0, first.output, first.errors)


def test_it_loads_nothing_heavy_and_no_plugin_while_forty_are_installed(place):
    for number in range(40):
        place.install(f"trivial{number}")
    for _ in range(3):
        child = place.open_process("tools", "list")
        output, errors = child.communicate(timeout=120)
    assert (output.count("trivial") >= 40, errors) == (True, "")
    modules = json.loads((place.folder / "modules.json").read_text())
    assert not {name.partition(".")[0] for name in modules} & HEAVY
    assert not [name for name in modules if name.startswith(("trivial", "moe_plugin", "plugins", "moe_core"))]


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        (lambda place: place.install("extra", "Extra."), ("Extra.",)),
        (lambda place: place.install("weather", "Sun!"), ("Sun!",)),
        (lambda place: place.write_tool("mine", "Mine.", "config/moe"), ("Mine.",)),
        (lambda place: place.write_tool("own", "Newer"), ("Newer",)),
        (lambda place: (place.folder / "project/plugins/tools/own.py").rename(place.folder / "away.py"), ()),
        (lambda place: shutil.rmtree(place.folder / "site" / "weather-1.0.dist-info"), ()),
        (lambda place: (place.folder / "site/weather-1.0.dist-info/entry_points.txt").unlink(), ()),
        (lambda place: (place.folder / "site/other-1.dist-info/entry_points.txt").write_text("[moe.plugins]\n"), ()),
    ],
    ids=["installed", "edited", "user's", "same length", "removed", "uninstalled", "entry points", "other"],
)
def test_what_changes_is_seen_by_the_very_next_command(place, change, seen):
    place.install("weather")
    place.write_tool("own", "Older")
    (place.folder / "site" / "other-1.dist-info").mkdir()
    (place.folder / "site" / "other-1.dist-info" / "entry_points.txt").write_text("[console_scripts]\nx = y\n")
    before = place.learn("tools", "list")
    change(place)
    after = place.run("tools", "list")
    truth = place.run("tools", "list", MOE_LOG="warning")
    assert not after.is_remembered
    assert after.output == truth.output
    assert all(word in after.output and word not in before.output for word in seen)


def test_changes_within_one_tick_of_the_clock_are_all_seen(place, monkeypatch):
    monkeypatch.setattr(file_times, "RACY_NANOSECONDS", 3_600_000_000_000)
    for number in range(8):
        place.write_tool("own", f"Version {number}")
        assert f"Version {number} " in place.run("tools", "list").output
    assert not place.list_memories()  # nothing is old enough to be believed


@pytest.mark.parametrize(
    "variables",
    [{"MOE_PLUGINS": "none"}, {"MOE_PLUGINS": "-weather"}, {"MOE_TOOLS__WEATHER__ENABLED": "false"}],
    ids=lambda variables: " ".join(variables.values()),
)
def test_what_switches_plugins_off_holds_for_remembered_listings(place, variables):
    place.install("weather")
    assert "weather" in place.learn("tools", "list").output
    assert "weather" not in place.run("tools", "list", **variables).output
    assert "weather" not in place.learn("tools", "list", **variables).output
    settings = place.folder / "config" / "moe" / "config" / "plugins.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("weather: {enabled: false}\n")
    assert "weather" not in place.run("tools", "list").output


def test_settings_are_remembered_until_somebody_sets_one_anew(place, monkeypatch):
    key = "system.deadline_seconds"
    default = place.learn("config", "show", key).output
    settings = place.folder / "config" / "moe" / "config" / "system.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("deadline_seconds: 77\n")
    assert "77" in place.run("config", "show", key).output
    assert "77" in place.learn("config", "show", key).output
    assert "78" in place.run("config", "show", key, MOE_SYSTEM__DEADLINE_SECONDS="78").output
    own = place.folder / "project" / "config" / "system.yaml"
    own.parent.mkdir()
    own.write_text("deadline_seconds: 79\n")
    monkeypatch.setenv("MOE_TRUST", "/")
    assert "79" in place.run("config", "show", key).output
    own.unlink()
    settings.unlink()
    assert place.run("config", "show", key).output == default


def test_settings_that_are_remembered_look_for_no_plugin(place):
    for _ in range(2):
        place.open_process("config", "show", "--json").communicate(timeout=60)
    child = place.open_process("config", "show", "--json")
    assert "deadline_seconds" in child.communicate(timeout=60)[0]
    loaded = json.loads((place.folder / "modules.json").read_text())
    assert not {"pydantic", "yaml", "click"} & set(loaded)


def test_options_before_the_command_are_not_passed_over(place):
    place.install("weather")
    assert "weather" in place.learn("tools", "list").output
    assert "weather" not in place.run("--no-plugins", "tools", "list").output


def test_trusting_a_folder_is_seen_and_taking_the_word_back_too(place, monkeypatch):
    monkeypatch.delenv("MOE_TRUST")
    place.write_tool("mine", "Mine.")
    assert "Mine." not in place.learn("tools", "list").output
    assert place.run("trust", "--yes").code == 0
    assert "Mine." in place.run("tools", "list").output
    assert "Mine." in place.learn("tools", "list").output
    place.write_tool("mine", "Evil.")
    told = place.run("tools", "list")
    assert "left aside" in told.errors
    assert "Evil." not in told.output


def test_a_damaged_memory_is_made_anew_without_a_word(place):
    whole = place.learn("tools", "list")
    memory = place.list_memories()[0]
    content = memory.read_bytes()
    dice = random.Random(7)
    for _ in range(8):
        damaged = bytearray(content)
        for _ in range(dice.randint(1, 3)):
            damaged[dice.randrange(len(damaged))] ^= dice.randint(1, 255)
        memory.write_bytes(damaged[: dice.choice((len(damaged), dice.randrange(len(damaged))))])
        assert read_memory(str(memory)) is None
    told = place.run("tools", "list")
    assert (told.code, told.output, told.errors) == (0, whole.output, whole.errors)
    assert place.run("tools", "list").is_remembered


def test_another_version_of_moe_remembers_for_itself(place):
    own = place.learn("tools", "list")
    other = place.folder / "other"
    root = Path(moe.__file__).parents[1]
    other.mkdir()
    for name in ("moe", "moe_core", "moe_kit", "plugins", "modelfiles", "config"):
        shutil.copytree(root / name, other / name, ignore=shutil.ignore_patterns("__pycache__", "static"))
    version = other / "moe" / "version.py"
    version.write_text(version.read_text().replace('"', '"9', 1))
    table = other / "moe" / "cli" / "commands" / "tools.py"
    table.write_text(table.read_text().replace("what it does", "what it is for"))
    for _ in range(3):
        output, _ = place.open_process("tools", "list", root=other).communicate(timeout=60)
        assert "WHAT IT IS FOR" in output
    assert len(place.list_memories()) == 2
    assert place.run("tools", "list").output == own.output


def test_a_reader_that_left_early_is_no_failure(place):
    for _ in range(2):
        place.open_process("tools", "list").communicate(timeout=60)
    memory = place.list_memories()[0]
    found = read_memory(str(memory))
    found["output"] = [[1, "line\n" * 100_000]]
    write_memory(str(memory), found)
    child = place.open_process("tools", "list")
    assert child.stdout.readline() == "line\n"
    child.stdout.close()
    assert (child.stderr.read(), child.wait(60)) == ("", 0)
    child.stderr.close()
