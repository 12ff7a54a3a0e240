"""A question is routed by what the router knew last time, and by nothing that has changed since."""

import json

import pytest

from moe.cli.remembered import file_times
from moe.cli.remembered.files import read_memory, write_memory

HEAVY = {"pydantic", "yaml", "jsonschema", "httpx", "networkx", "rich", "importlib_metadata", "click", "numpy"}
QUESTIONS = (
    "What does it cost?",
    "Who painted the mill, and when?",
    "  Write a summary of the report as a table ",
    "rental yield of 12 Quay Street",
    "Was kostet das Boot?",
    "calcualte the avrage of 3, 4 and 5",
    "犬は何歳ですか",
    "?!",
)
SAILING = 'FROM mistral:7b\nROLE belter\nNAME sailing\nDESCRIPTION Sails\nCAPABILITY {}\nSYSTEM """Sail."""\n'


def write_belter(place, words="halyards, spinnakers"):
    path = place.folder / "config" / "moe" / "modelfiles" / "sailing.moe"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SAILING.format(words))
    return path


def ask(place, *words, **variables):
    """The same by the command itself, which log records ask for."""
    return place.run("route", *words, MOE_LOG="off", **variables)


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_every_question_gets_the_route_that_the_command_gives(place, more):
    write_belter(place)
    place.learn("route", "anything")
    for question in QUESTIONS:
        told = place.run("route", question, *more)
        truth = ask(place, question, *more)
        assert told.is_remembered
        assert (told.code, told.output, told.errors) == (truth.code, truth.output, truth.errors)


@pytest.mark.parametrize(
    "words",
    [
        ("-",),
        ("",),
        ("   ",),
        ("two", "questions"),
        ("x" * 20_001,),
        ("two\nlines",),
        ("half \ud800",),
        ("Who?", "--belter", "research"),
        ("Who?", "--docs", "."),
        ("--help",),
        ("Who?", "--jsn"),
        (),
    ],
    ids=lambda words: " ".join(words)[:20].encode("ascii", "replace").decode() or "empty",
)
def test_what_is_less_plain_is_left_to_the_command(place, words, monkeypatch):
    place.learn("route", "anything")
    monkeypatch.setattr("moe.cli.question.read_input", lambda: "Who?")
    told = place.run("route", *words)
    truth = ask(place, *words)
    assert not told.is_remembered
    assert (told.code, told.output, told.errors) == (truth.code, truth.output, truth.errors)


def test_it_loads_nothing_heavy_and_no_plugin_while_plugins_are_installed(place):
    for number in range(20):
        place.install(f"trivial{number}")
    for _ in range(3):
        child = place.open_process("route", "What does it cost?")
        output, errors = child.communicate(timeout=120)
    assert (output.splitlines()[0], errors) == ("knowledge", "")
    modules = json.loads((place.folder / "modules.json").read_text())
    assert not {name.partition(".")[0] for name in modules} & HEAVY
    assert not [name for name in modules if name.startswith(("trivial", "plugins", "moe_core.loading.registry"))]


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.write_text(SAILING.format("trimarans")),
        lambda path: path.write_text(SAILING.format("trimaran, catamarans")),  # of the same length
        lambda path: path.write_text("nothing that is a modelfile"),
        lambda path: path.unlink(),
        lambda path: path.rename(path.with_suffix(".off")),
    ],
    ids=["shorter", "same length", "broken", "removed", "renamed"],
)
def test_a_changed_modelfile_is_seen_by_the_very_next_question(place, change):
    path = write_belter(place)
    question = "halyards spinnakers"
    assert place.learn("route", question).output.startswith("sailing\n")
    change(path)
    told = place.run("route", question)
    assert not told.output.startswith("sailing\n")
    assert told.output == ask(place, question).output


def test_a_new_belter_a_plugin_and_a_setting_are_seen(place):
    question = "halyards spinnakers"
    assert not place.learn("route", question).output.startswith("sailing\n")
    write_belter(place)
    assert place.run("route", question).output.startswith("sailing\n")
    place.learn("route", question)
    place.install("weather")
    assert not place.run("route", question).is_remembered
    settings = place.folder / "config" / "moe" / "config" / "models.yaml"
    settings.parent.mkdir(parents=True)
    place.learn("route", question)
    settings.write_text("sailing: {type: belter, enabled: false}\n")
    told = place.run("route", question)
    assert told.output == ask(place, question).output
    assert not told.output.startswith("sailing\n")


def test_settings_of_the_router_count_from_files_and_from_the_environment(place):
    question = "Compare the cost of both boats and write a report"
    place.learn("route", question)
    usual = place.run("route", question).output
    told = place.run("route", question, MOE_THRESHOLDS__ROUTE_SHARE="0.0", MOE_SYSTEM__MAX_BELTERS="100")
    assert told.output != usual
    settings = place.folder / "config" / "moe" / "config" / "system.yaml"
    settings.parent.mkdir(parents=True)
    settings.write_text("max_belters: 100\n")
    (settings.parent / "thresholds.yaml").write_text("route_share: 0.0\n")
    assert place.run("route", question).output == told.output
    assert place.learn("route", question).output == told.output


def test_changes_within_one_tick_of_the_clock_are_all_seen(place, monkeypatch):
    monkeypatch.setattr(file_times, "RACY_NANOSECONDS", 3_000_000_000)
    for number in range(6):
        words = ("halyards, spinnakers", "trimaran, catamarans")
        write_belter(place, words[number % 2])
        assert place.run("route", words[number % 2]).output.startswith("sailing\n")
        assert not place.run("route", words[1 - number % 2]).output.startswith("sailing\n")
    assert not place.list_memories()  # nothing is old enough to be believed


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: b"", lambda data: data.replace(b"boat", b"goat")]
)
def test_a_damaged_memory_is_made_anew_without_a_word(place, damage):
    whole = place.learn("route", "Who painted the boat?")
    (memory,) = place.list_memories()
    memory.write_bytes(damage(memory.read_bytes()))
    told = place.run("route", "Who painted the boat?")
    assert not told.is_remembered
    assert (told.output, told.errors) == (whole.output, "")
    assert place.learn("route", "Who painted the boat?").output == whole.output


@pytest.mark.parametrize("rules", [None, {}, {"profiles": [], "max_belters": "many", "share_min": 1}])
def test_rules_of_another_make_do_not_count(place, rules):
    whole = place.learn("route", "Who painted the boat?")
    (memory,) = place.list_memories()
    kept = read_memory(str(memory))
    write_memory(str(memory), {**kept, "rules": rules} if rules is not None else {**kept, "rules": 7})
    told = place.run("route", "Who painted the boat?")
    assert not told.is_remembered
    assert told.output == whole.output


def test_where_nothing_can_be_kept_it_routes_each_time(place):
    (place.folder / "cache" / "moe").mkdir()
    (place.folder / "cache" / "moe" / "listings").write_text("no folder")
    outputs = {place.run("route", "Who painted the boat?").output for _ in range(3)}
    assert len(outputs) == 1
    assert "painted" in outputs.pop()


def test_what_a_folder_that_is_not_trusted_brings_is_told_each_time(place, monkeypatch):
    monkeypatch.delenv("MOE_TRUST", raising=False)
    place.write_tool("mine", "Mine.")
    first = place.run("route", "Who painted the boat?")
    assert "left aside" in first.errors
    again = place.learn("route", "Who painted it?")
    assert again.errors == first.errors
    assert place.run("trust", "--yes").code == 0
    assert place.run("route", "Who painted it?").errors == ""


def test_options_before_the_command_take_the_long_way_and_are_not_remembered(place):
    write_belter(place)
    question, words = "halyards spinnakers", ("--set", "models.sailing={type: belter, enabled: false}", "route")
    for _ in range(3):
        assert not place.run(*words, question).output.startswith("sailing\n")
    assert place.learn("route", question).output.startswith("sailing\n")
    assert not place.run(*words, question).output.startswith("sailing\n")


def test_two_processes_at_once_say_the_same(place):
    children = [place.open_process("route", "Who painted the boat?") for _ in range(2)]
    told = {child.communicate(timeout=120) for child in children}
    later = place.open_process("route", "Who painted the boat?").communicate(timeout=60)
    assert told == {later}
    assert later[1] == ""


def test_a_reader_that_left_is_no_failure(place):
    for _ in range(2):
        place.open_process("route", "Who painted the boat?").communicate(timeout=60)
    child = place.open_process("route", "Who painted the boat?")
    child.stdout.close()
    assert (child.stderr.read(), child.wait(60)) == ("", 0)
    child.stderr.close()
