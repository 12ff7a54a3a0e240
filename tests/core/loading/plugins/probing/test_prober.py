"""What a plugin can do to its process costs the one that asks for it nothing."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from moe_core.contracts.plugin import PluginSource
from moe_core.loading.plugins.files import PluginFile
from moe_core.loading.plugins.probing.prober import probe_targets
from moe_core.loading.plugins.targets import Target

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="who started whom stands in /proc, or Linux alone sees it")
TOOL = """
from moe_core import BaseTool
class Probed(BaseTool):
    '''Do it.'''
    async def execute(self, params):
        return {}
"""
HOOK = "from moe_core import hookimpl\n@hookimpl\ndef moe_tools():\n"

# name: (source, reason, words of the message, whether it brings its tool all the same)
CASES = {
    "hang": ("import time\ntime.sleep(600)\n", "hang", "seconds while being imported", False),
    "hang_in_hook": (f"import time\n{HOOK}    time.sleep(600)\n", "hang", "in its hook moe_tools", False),
    "spin": (f"{HOOK}    while True: pass\n", "hang", "in its hook moe_tools", False),
    "exit": ("import os\nos._exit(0)\n", "ended", "with exit code 0", False),
    "segfault": ("import ctypes\nctypes.string_at(0)\n", "crash", "(SIGSEGV) while being imported", False),
    "abort": (f"import os\n{HOOK}    os.abort()\n", "crash", "(SIGABRT) in its hook moe_tools", False),
    "kill": ("import os\nos.kill(os.getpid(), 9)\n", "crash", "(SIGKILL)", False),
    "interrupt": ("import signal\nsignal.raise_signal(signal.SIGINT)\n", "import", "KeyboardInterrupt", False),
    "print": ("for _ in range(50): print('x' * 1_000_000)\n" + TOOL, "output", "more than 64 KB", True),
    "write": ("import os\nos.write(1, b'x' * 50_000_000)\n" + TOOL, "output", "more than 64 KB", True),
    "folder": ("import os\nos.chdir('/')\n" + TOOL, "side_effect", "working folder", True),
    "builtins": ("import builtins\nbuiltins.open = builtins.len = None\n" + TOOL, "side_effect", "len, open", True),
    "thread": (
        "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\n" + TOOL,
        "side_effect",
        "1 thread running",
        True,
    ),
}


def make_target(tmp_path, name, source):
    path = tmp_path / f"{name}.py"
    path.write_text(source)
    found = PluginSource(plugin=f"path/{name}", origin="path", location=str(path))
    return Target(PluginFile(source=found, path=path, relative=path.name))


@pytest.fixture(scope="module")
def records(tmp_path_factory):
    """All of them, and good ones between: those that hang in little time, all others in as much as they need."""
    folder = tmp_path_factory.mktemp("plugins")
    hanging = sorted(name for name, case in CASES.items() if case[1] == "hang")
    others = sorted({*CASES, "good"} - {*hanging})
    sources = {**{name: case[0] for name, case in CASES.items()}, "good": TOOL}
    found = {}
    for names, seconds in ((hanging, 2.0), (others, 60.0)):
        targets = [make_target(folder, name, sources[name]) for name in names]
        found |= dict(zip(names, probe_targets(targets, seconds=seconds), strict=True))
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_it_did_is_one_problem_with_its_place_and_remedy(records, name):
    _, reason, message, brings = CASES[name]
    record = records[name]
    (problem,) = record["problems"]
    assert (problem["reason"], problem["plugin"]) == (reason, f"path/{name}")
    assert message in problem["message"]
    assert f"{name}.py" in problem["location"]
    assert problem["hint"]
    assert [entry["name"] for entry in record["entries"]] == ["probed"] * brings
    assert record["stamps"]
    assert len(record["output"]) <= 1 << 16


def test_the_others_are_read_as_if_they_were_alone(records):
    record = records["good"]
    assert ([entry["summary"] for entry in record["entries"]], record["problems"]) == (["Do it."], [])
    assert record["seconds"] > 0


def test_a_hang_is_told_with_its_line(records):
    assert "hang_in_hook.py:5 (moe_tools)" in records["hang_in_hook"]["problems"][0]["hint"]


def test_a_plugin_for_another_api_is_not_imported(tmp_path):
    target = make_target(tmp_path, "newer", "import os\nMOE_API_VERSION: int = 9  # new\nos._exit(0)\n")
    ((problem,),) = [record["problems"] for record in probe_targets([target])]
    assert (problem["reason"], "plugin API 9" in problem["message"]) == ("api_version", True)


def test_processes_that_a_plugin_has_started_end_with_it(tmp_path):
    file = tmp_path / "pid"
    start = "import subprocess\nchild = subprocess.Popen(['sleep', '600'])\n"
    note = f"open({str(file)!r}, 'w').write(str(child.pid))\n"
    targets = [make_target(tmp_path, "starts", start + note + TOOL)]
    ((entry,),) = [record["entries"] for record in probe_targets(targets)]
    assert entry["name"] == "probed"
    assert is_gone(int(file.read_text()))


@LINUX
@pytest.mark.parametrize("end", ["", "import time\ntime.sleep(600)\n"], ids=["ends", "hangs"])
def test_processes_that_have_left_a_plugin_end_with_it(tmp_path, end):
    file = tmp_path / "pid"
    leave = (
        "import os, signal, time\n"
        "if not os.fork():\n"
        "    os.setsid()\n"
        "    if not os.fork():\n"
        "        signal.pthread_sigmask(signal.SIG_BLOCK, range(1, 32))\n"
        f"        open({str(file)!r}, 'w').write(str(os.getpid()))\n"
        "        time.sleep(600)\n"
        "    os._exit(0)\n"
        f"while not os.path.exists({str(file)!r}) or not open({str(file)!r}).read(): time.sleep(0.01)\n"
    )
    for seconds in (1.0, 5.0, 25.0):  # until it has come so far in its time
        probe_targets([make_target(tmp_path, "leaves", leave + end + TOOL)], seconds=seconds)
        if file.exists() and file.read_text():
            break
    assert is_gone(int(file.read_text()))


STUBBORN = """
import os, signal, time
for number in (signal.SIGALRM, signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
    signal.signal(number, signal.SIG_IGN)
open({file!r}, 'w').write(f'{{os.getpid()}} {{os.getppid()}}')
time.sleep(600)
"""


@LINUX
@pytest.mark.parametrize("killed", ["trial", "moe"])
def test_a_plugin_that_hears_nothing_does_not_outlive_whoever_tries_it(tmp_path, killed):
    file = tmp_path / "pids"
    target = make_target(tmp_path, "stubborn", STUBBORN.format(file=str(file)))
    process = start_probe(target)
    while not (file.exists() and " " in file.read_text()):
        time.sleep(0.02)
    plugin, trial = map(int, file.read_text().split())
    os.kill(trial if killed == "trial" else process.pid, signal.SIGKILL)
    assert is_gone(plugin)
    assert is_gone(trial)
    process.kill()
    process.wait()


def start_probe(target):
    """A process of moe's that tries a plugin and gives it much time."""
    code = (
        "import json, sys; from moe_core.loading.plugins.probing.prober import probe_targets; "
        "from moe_core.loading.plugins.targets import read_target; "
        "probe_targets([read_target(json.loads(sys.argv[1]))], seconds=300)"
    )
    wire = json.dumps(dict(target.to_wire()))
    return subprocess.Popen([sys.executable, "-c", code, wire], stderr=subprocess.DEVNULL)


@LINUX
def test_a_plugin_that_kills_the_process_in_charge_costs_the_others_nothing(tmp_path):
    kills = (
        "import os, signal\nparent = os.getppid()\n"
        "if 'probing.child' in open(f'/proc/{parent}/cmdline').read(): os.kill(parent, signal.SIGKILL)\n"
    )
    sources = {"a": TOOL, "kills": kills, "b": TOOL, "c": TOOL}
    records = probe_targets([make_target(tmp_path, name, source) for name, source in sources.items()])
    assert [len(record["entries"]) for record in records] == [1, 0, 1, 1]
    ((problem,),) = [record["problems"] for record in records if record["problems"]]
    assert (problem["plugin"], problem["reason"]) == ("path/kills", "crash")
    assert records[1]["stamps"]


def test_a_plugin_that_takes_the_way_out_ends_nobody_else(tmp_path):
    slow = f"import time\ntime.sleep(0.5)\n{TOOL}"
    sources = {"slow": slow, "patches": f"import os\nos._exit = None\n{TOOL}"}
    records = probe_targets([make_target(tmp_path, name, source) for name, source in sources.items()])
    assert [(len(record["entries"]), record["problems"]) for record in records] == [(1, []), (1, [])]


def test_an_interrupt_ends_everything_at_once(tmp_path):
    file = tmp_path / "pid"
    hang = f"import os, time\nopen({str(file)!r}, 'w').write(str(os.getpid()))\ntime.sleep(600)\n"
    process = start_probe(make_target(tmp_path, "hang", hang))
    while not (file.exists() and file.read_text()):
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    assert process.wait(60) != 0
    assert is_gone(int(file.read_text()))


def is_gone(pid):
    """Whether the process ends, within a time that is far more than it needs."""
    for _ in range(500):
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rpartition(")")[2].split()[0] == "Z":  # nobody has asked how it ended
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False
