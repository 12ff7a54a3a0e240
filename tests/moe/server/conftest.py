"""Who asks the server, with keys and without."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from moe.server.keys.key import ADMIN, RUNS_READ, USUAL_SCOPES
from moe.server.keys.store import KeyStore
from oidc_issuer import AUDIENCE, OidcIssuer
from served_project import ServedProject


@pytest.fixture(scope="session")
def client(served: ServedProject) -> Iterator[httpx.Client]:
    """Asks that server."""
    with served.open_client() as client:
        yield client


@dataclass(frozen=True)
class Keys:
    """The keys of a server that demands them."""

    ann: str
    bob: str
    reader: str
    chief: str
    late: str
    hasty: str
    single: str


@pytest.fixture(scope="session")
def vouching() -> Iterator[OidcIssuer]:
    """Who vouches for that server's users."""
    issuer = OidcIssuer()
    yield issuer
    issuer.stop()


@pytest.fixture(scope="session")
def keyed(served: ServedProject, vouching: OidcIssuer) -> Iterator[ServedProject]:
    """Another project, whose server demands keys, or tokens of an issuer."""
    project = ServedProject(served.folder.parent, "keyed")
    project.keys = Keys(**make_keys(project.folder / ".moe"))
    scopes = '{staff: ["runs:read", "runs:write"]}'
    users = (f"issuer={vouching.url}", f"audience={AUDIENCE}", f"scopes={scopes}")
    project.start("--workers", "1", settings=tuple(f"server.oidc.{one}" for one in users))
    yield project
    project.stop()


def make_keys(workspace: Path) -> dict[str, str]:
    """One key of each kind."""
    store = KeyStore.open(workspace, lambda: workspace.mkdir(parents=True, exist_ok=True))
    wanted = {
        "ann": {},
        "bob": {},
        "reader": {"scopes": (RUNS_READ,)},
        "chief": {"scopes": (ADMIN,)},
        "late": {"expires": 1000.0},
        "hasty": {"rate": "3/day"},
        "single": {"concurrency": 1},
    }
    made = {name: store.create(name, **{"scopes": USUAL_SCOPES, **more})[1] for name, more in wanted.items()}
    store.close()
    return made
