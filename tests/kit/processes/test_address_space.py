"""The system holds a process to its memory."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="held on Linux alone")
TAKE = """
import resource
from moe_kit.processes.address_space import limit_address_space
{before}
limit_address_space({total} << 20)
print(resource.getrlimit(resource.RLIMIT_AS)[0] >> 20)
try:
    bytearray({taken} << 20)
except MemoryError:
    print("no more")
"""


def take(total: int, taken: int, before: str = "") -> list[str]:
    script = TAKE.format(total=total, taken=taken, before=before)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_what_is_taken_beyond_the_limit_is_not_given() -> None:
    assert take(600, 700) == ["600", "no more"]
    assert take(600, 50) == ["600"]


def test_a_limit_that_is_there_already_is_not_raised() -> None:
    lower = "resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))"
    assert take(600, 550, lower) == ["500", "no more"]
