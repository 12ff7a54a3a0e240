import pytest

from moe_core.contracts.errors import DocumentError
from moe_kit.documents.optional import load_optional


def test_a_missing_package_names_the_extra_that_brings_it() -> None:
    with pytest.raises(DocumentError) as caught:
        load_optional("no_such_package_here", extra="office", path="a.xlsx")
    assert caught.value.message.endswith("pip install 'moe-core[office]'")
