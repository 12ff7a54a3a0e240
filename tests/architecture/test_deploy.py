"""What is deployed refuses root and writable roots, takes secrets by reference, and starts what there is."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from moe.cli.group import cli
from moe.configuration import load_settings
from moe_core.loading.locations import Locations, find_bundled_root

ROOT = Path(__file__).parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
OBJECTS = [
    one
    for path in sorted((ROOT / "deploy" / "kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(path.read_text(encoding="utf-8"))
]
OWN = {name: one for name, one in COMPOSE["services"].items() if "moe" in str(one["image"])}


def find_pods() -> Iterator[tuple[str, dict[str, Any]]]:
    for one in OBJECTS:
        if "template" in one.get("spec", {}):
            yield one["metadata"]["name"], one["spec"]["template"]["spec"]


PODS = dict(find_pods())
CONTAINERS = {
    f"{pod}/{one['name']}": one
    for pod, spec in PODS.items()
    for one in (*spec.get("initContainers", ()), *spec["containers"])
}


@pytest.mark.parametrize("name", PODS)
def test_pods_are_nobodys_and_have_no_account_of_the_cluster(name: str) -> None:
    spec = PODS[name]
    security = spec["securityContext"]
    assert (security["runAsNonRoot"], security["seccompProfile"]) == (True, {"type": "RuntimeDefault"})
    assert security["runAsUser"] > 0
    assert spec["automountServiceAccountToken"] is False


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_write_nothing_of_their_image_and_gain_nothing(name: str) -> None:
    security = CONTAINERS[name]["securityContext"]
    assert security["readOnlyRootFilesystem"] is True
    assert security["allowPrivilegeEscalation"] is False
    assert security["capabilities"] == {"drop": ["ALL"]}
    assert "privileged" not in security
    assert CONTAINERS[name]["resources"]["limits"]["memory"]
    mounts = {one["name"]: one for one in CONTAINERS[name]["volumeMounts"]}
    assert mounts["database"]["readOnly"] is True


@pytest.mark.parametrize("name", [name for name in CONTAINERS if name.endswith("/moe")])
def test_containers_that_go_on_are_probed(name: str) -> None:
    container = CONTAINERS[name]
    ports = {one["name"] for one in container["ports"]}
    for probe, path in (("startupProbe", "ready"), ("readinessProbe", "ready"), ("livenessProbe", "live")):
        asked = container[probe]["httpGet"]
        assert asked["path"] == f"/health/{path}"
        assert asked["port"] in ports


def test_no_secret_stands_in_a_manifest() -> None:
    assert "Secret" not in {one["kind"] for one in OBJECTS}
    for container in CONTAINERS.values():
        assert {one["name"]: one["value"] for one in container["env"]}["MOE_SYSTEM__DATABASE"].startswith("file:/run/")
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            is_secret = re.search("password|secret|database$", name, re.IGNORECASE) is not None
            assert not is_secret or str(value).removeprefix("file:").startswith("/run/secrets/"), name


def test_each_kind_that_guards_is_there() -> None:
    kinds = [one["kind"] for one in OBJECTS]
    wanted = {"StatefulSet", "Deployment", "Service", "PodDisruptionBudget", "HorizontalPodAutoscaler", "NetworkPolicy"}
    assert wanted <= set(kinds)
    labels = [spec["template"]["metadata"]["labels"] for one in OBJECTS if "template" in (spec := one.get("spec", {}))]
    for one in OBJECTS:
        if one["kind"] in ("PodDisruptionBudget", "NetworkPolicy"):
            chosen = one["spec"].get("selector") or one["spec"]["podSelector"]
            assert any(chosen["matchLabels"].items() <= told.items() for told in labels), "it guards no pod"


@pytest.mark.parametrize("name", OWN)
def test_own_services_of_compose_refuse_root_and_writable_roots(name: str) -> None:
    service = OWN[name]
    assert int(service["user"].partition(":")[0]) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]
    assert not [port for port in service.get("ports", ()) if not port.startswith("127.0.0.1:")]


def test_compose_has_all_that_is_wanted_and_each_waits_for_what_is_there() -> None:
    services = COMPOSE["services"]
    assert {"api", "worker", "postgres", "rabbitmq", "prometheus", "grafana"} <= set(services)
    assert services["worker"]["deploy"]["replicas"] == 2
    for service in services.values():
        assert set(service.get("depends_on", ())) <= set(services)
        assert set(service.get("secrets", ())) <= set(COMPOSE["secrets"])
        for volume in service.get("volumes", ()):
            source = volume.partition(":")[0]
            is_ours = source.startswith("./")
            assert not is_ours or (ROOT / source).exists(), source
            assert is_ours or source.startswith("$") or source in COMPOSE["volumes"]


def list_commands() -> list[list[str]]:
    """What containers start, as words after `moe`."""
    commands = [service["command"] for service in OWN.values() if "entrypoint" not in service]
    return commands + [one["args"] for one in CONTAINERS.values() if "args" in one]


@pytest.mark.parametrize("words", list_commands(), ids=" ".join)
def test_commands_have_the_options_that_they_are_started_with(words: list[str]) -> None:
    shown = CliRunner().invoke(cli, [words[0], "--help"]).output
    options = [word.partition("=")[0] for word in words[1:] if word.startswith("--")]
    assert options
    assert all(f"{option} " in shown for option in options)


def test_variables_are_settings_that_there_are(tmp_path: Path) -> None:
    settings = [one["environment"] for one in OWN.values()]
    settings += [{one["name"]: one["value"] for one in container["env"]} for container in CONTAINERS.values()]
    nowhere = Locations(bundled=find_bundled_root(), user=tmp_path, project=None, index=tmp_path / "index")
    for environ in settings:
        loaded = load_settings(nowhere, environ={name: str(value) for name, value in environ.items()}, overrides={})
        assert loaded.config.system.database.startswith("file:")


def test_the_image_has_all_that_a_server_or_worker_may_be_set_to() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    there_are = set(project["optional-dependencies"])
    script = (ROOT / "deploy" / "image" / "install.sh").read_text(encoding="utf-8")
    installed = re.search(r"^extras=\$\{3:-([a-z,]+)\}$", script, re.MULTILINE)
    assert installed is not None
    assert set(installed[1].split(",")) == there_are - {"all", "dense", "news", "reader"}


def test_the_image_is_nobodys_healthy_and_made_by_the_script_that_is_tried() -> None:
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines()
    last = "\n".join(lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :])
    assert re.search(r"^USER [1-9]\d*:[1-9]\d*$", last, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", last, re.MULTILINE)
    assert "pip install" not in "\n".join(lines)
    assert "deploy/image/install.sh /opt/moe /source" in "\n".join(lines)
    kept = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = {"config", "modelfiles", "moe", "moe_core", "moe_kit", "plugins", "pyproject.toml", "README.md", "LICENSE"}
    assert {f"!{name}" for name in (*wanted, "deploy/image")} <= set(kept)
