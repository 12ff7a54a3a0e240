"""What the console script imports before a command has anything to do."""

import subprocess
import sys

CHECK = (
    "import sys; from moe.cli.main import main; code = main(['config', 'path']); "
    "sys.exit(code or ('importlib.metadata' in sys.modules) * 7)"
)


def test_a_command_that_needs_no_distribution_reads_the_metadata_of_none(environment: dict[str, str], tmp_path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
