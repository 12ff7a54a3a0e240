"""What an idle worker takes: CPU as a share of a core, and memory.

    python benchmarks/idle_worker.py [--seconds 60] [--database postgresql://...]

Begins `moe worker` in a new project whose plugins are known already, waits until it is idle, and reads from /proc what
it used in that time. CPU time hardly depends on what else the machine does; caches that others empty make it more.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SETTLED_SECONDS = 12.0
TICKS = os.sysconf("SC_CLK_TCK")


def read_seconds(pid: int) -> float:
    """CPU time of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def read_megabytes(pid: int) -> float:
    """Memory that a process has."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "HOME": folder,
            "XDG_CACHE_HOME": f"{folder}/cache",
            "MOE_SYSTEM__EXECUTOR": "dbos",
            "MOE_SYSTEM__DATABASE": given.database,
            "PYTHONPATH": str(Path(__file__).parent.parent),
        }
        command = [sys.executable, "-m", "moe"]
        subprocess.run([*command, "tools", "list"], cwd=folder, env=environ, check=True, stdout=subprocess.DEVNULL)
        with subprocess.Popen([*command, "worker"], cwd=folder, env=environ, stderr=subprocess.DEVNULL) as worker:
            time.sleep(SETTLED_SECONDS)
            begun, before = time.monotonic(), read_seconds(worker.pid)
            time.sleep(given.seconds)
            share = (read_seconds(worker.pid) - before) / (time.monotonic() - begun)
            print(f"beginning {before:.2f} s of CPU; idle for {given.seconds:g} s: {100 * share:.2f} % of a core,")
            print(f"{read_megabytes(worker.pid):.1f} MB; load {os.getloadavg()[0]:.1f}")
            worker.terminate()


if __name__ == "__main__":
    main()
