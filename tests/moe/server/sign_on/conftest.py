"""An issuer of tokens."""

from collections.abc import Iterator

import pytest

from oidc_issuer import OidcIssuer


@pytest.fixture
def issuer() -> Iterator[OidcIssuer]:
    made = OidcIssuer()
    yield made
    made.stop()
