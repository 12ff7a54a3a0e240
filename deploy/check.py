"""Holds what is deployed to its schemas: the rendered chart, the plain manifests that it makes, and compose.yaml.

`make deploy-check` runs it with kubernetes-validate, check-jsonschema and helm-python-sdk in an environment of their
own; with --write the plain manifests are written anew.
"""

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from helm_python import Chart

DEPLOY = Path(__file__).resolve().parent
ROOT = DEPLOY.parent
MANIFESTS = DEPLOY / "kubernetes"
_HEAD = "# Made from deploy/helm/moe with its own values by `python deploy/check.py --write`.\n"
# Values that turn on what the chart leaves out by itself.
_ALL = {
    "documents": {"claim": "papers"},
    "traces": "http://otel-collector.watch:4318",
    "api": {"storageClass": "fast"},
    "vault": {"address": "https://vault.vault:8200"},
    "settings": {"MOE_SYSTEM__PROVIDER": "ollama", "MOE_LOG": "debug"},
}


def render(values: dict[str, object] | None = None) -> dict[str, str]:
    """The chart's manifests, by file name."""
    found = Chart.load(DEPLOY / "helm" / "moe").render(values, name="moe", namespace="default")
    return {Path(name).name: text for name, text in sorted(found.items()) if text.strip()}


def check() -> Iterator[str]:
    """What is wrong."""
    rendered = {name: _HEAD + text.strip() + "\n" for name, text in render().items()}
    there = {path.name: path.read_text(encoding="utf-8") for path in MANIFESTS.glob("*.yaml")}
    if rendered != there:
        yield "deploy/kubernetes is not what the chart makes: python deploy/check.py --write"
    with tempfile.TemporaryDirectory() as folder:
        for name, text in render(_ALL).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        files = [*sorted(MANIFESTS.glob("*.yaml")), *sorted(Path(folder).glob("*.yaml"))]
        yield from _run("kubernetes-validate", "--strict", *map(str, files))
    compose = str(ROOT / "compose.yaml")
    yield from _run("check-jsonschema", "--builtin-schema", "vendor.compose-spec", compose)


def _run(program: str, *arguments: str) -> Iterator[str]:
    command = [str(Path(sys.executable).parent / program), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    print(done.stdout, end="")
    if done.returncode:
        yield f"{program}:\n{done.stdout}{done.stderr}"


def main() -> int:
    """Write the manifests, or check."""
    if "--write" in sys.argv[1:]:
        MANIFESTS.mkdir(exist_ok=True)
        for name, text in render().items():
            (MANIFESTS / name).write_text(_HEAD + text.strip() + "\n", encoding="utf-8")
        return 0
    problems = list(check())
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
