"""The image's install step, in a clean environment, and what containers do with it as a user who owns nothing else."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from followed_process import read_until

if os.environ.get("MOE_DEPLOY_TESTS") != "1":
    pytest.skip("installs moe from its packages: MOE_DEPLOY_TESTS=1", allow_module_level=True)

ROOT = Path(__file__).parents[3]
USER = 10001  # that of the Dockerfile
IMAGE = ROOT / "deploy" / "image"


def find_python() -> str:
    """One that other users may run too."""
    own = Path(sys.executable).resolve()
    is_open = all(folder.stat().st_mode & 0o001 for folder in (own, *own.parents))
    return str(own) if is_open or os.geteuid() else "/usr/bin/python3"


@pytest.fixture(scope="module")
def image() -> Iterator[Path]:
    """What the image has: moe below `opt`, and `data`, the one place that its user may write to."""
    folder = Path(tempfile.mkdtemp(prefix="moe-image-"))
    try:
        folder.chmod(0o755)
        done = subprocess.run(
            [IMAGE / "install.sh", folder / "opt", ROOT],
            env={**os.environ, "PYTHON": find_python()},
            capture_output=True,
            text=True,
            timeout=900,
        )
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines()[-1].startswith("moe ")
        for name in ("first-key.sh", "healthy.py"):
            shutil.copy(IMAGE / name, folder / "opt" / "bin" / name)
        (folder / "data").mkdir()
        if os.geteuid() == 0:  # as a cluster mounts a claim: root's, for the pod's group to write to
            os.chown(folder / "data", 0, USER)
            (folder / "data").chmod(0o2775)
        yield folder
    finally:
        shutil.rmtree(folder)


def start(image: Path, *words: str | Path) -> "subprocess.Popen[str]":
    """A process as a container has it."""
    environment = {
        "PATH": f"{image}/opt/bin:/usr/bin:/bin",
        "HOME": f"{image}/data",
        "MOE_PROJECT": f"{image}/data",
        "MOE_TRUST": f"{image}/data",
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "OLLAMA_HOST": "127.0.0.1:1",
    }
    who = {"user": USER, "group": USER, "extra_groups": []} if os.geteuid() == 0 else {}
    return subprocess.Popen(
        list(map(str, words)),
        cwd=image / "data",
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **who,
    )


def finish(process: "subprocess.Popen[str]") -> tuple[int, str]:
    """How a process ends, and what it says."""
    told, _ = process.communicate(timeout=90)
    return process.returncode, told


def test_the_install_step_brings_what_is_deployed_and_nothing_to_install_with(image: Path) -> None:
    python = image / "opt" / "bin" / "python"
    wanted = "import dbos, fastapi, hvac, opentelemetry.sdk, psycopg, moe; print(moe.__file__)"
    done = subprocess.run([python, "-I", "-c", wanted], capture_output=True, text=True, cwd=image)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(str(image))
    assert subprocess.run([python, "-I", "-m", "pip"], capture_output=True, cwd=image).returncode != 0


def test_a_server_gets_its_first_key_once_serves_and_is_found_healthy(image: Path) -> None:
    key = image / "data" / "first-key"
    for _ in range(2):
        ended, told = finish(start(image, "first-key.sh", key))
        assert ended == 0, told
    secret = key.read_text().strip()
    assert re.fullmatch(r"moe_\S+", secret)
    assert key.stat().st_mode & 0o077 == 0
    server = start(image, "moe", "serve", "--host", "0.0.0.0", "--port", "0", "--workers", "1")
    try:
        url = re.search(r"http://\S+", read_until(server, "moe serves ")[-1]).group().replace("0.0.0.0", "127.0.0.1")
        with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
            assert client.get("/api/v1/runs").status_code == 401
            client.headers["authorization"] = f"Bearer {secret}"
            ran = client.post("/run", json={"question": "Who are you?"})
            assert ran.status_code == 200, ran.text
        look = ("python", image / "opt/bin/healthy.py", url.rpartition(":")[2])
        assert finish(start(image, *look)) == (0, "")
    finally:
        server.terminate()
        told, _ = server.communicate(timeout=60)
    assert "Traceback" not in told
    assert "left aside" not in told
    assert finish(start(image, *look))[0] != 0


def test_passwords_are_drawn_once_and_the_address_has_the_databases(tmp_path: Path) -> None:
    command = [ROOT / "deploy" / "make-secrets.sh", tmp_path / "secrets"]
    subprocess.run(command, check=True)
    before = {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()}
    subprocess.run(command, check=True)
    assert {path.name: path.read_text() for path in (tmp_path / "secrets").iterdir()} == before
    assert set(before) == {"database", "postgres-password", "grafana-password"}
    assert before["database"] == f"postgresql://moe:{before['postgres-password']}@postgres/moe"
    assert len(set(before.values())) == 3
    assert (tmp_path / "secrets").stat().st_mode & 0o077 == 0
