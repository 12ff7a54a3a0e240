import importlib.util
from pathlib import Path

import pytest

from moe_core import Retriever

PLUGIN = Path(__file__).parents[3] / "plugins" / "retrievers" / "lexical.py"


@pytest.fixture(scope="session")
def retriever() -> Retriever:
    spec = importlib.util.spec_from_file_location("lexical_under_test", PLUGIN)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.moe_retrievers()[0]()
