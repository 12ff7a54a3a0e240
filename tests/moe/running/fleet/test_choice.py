"""Which executor is meant."""

import pytest

from moe.running.fleet.choice import open_executor
from moe_core.contracts.errors import NameUnknownError
from moe_core.contracts.executor import ExecutorPlace
from moe_core.testing import memory_registry
from plugins.executors.inline import InlineExecutor


class HouseQueue(InlineExecutor):
    """A third party's."""

    name = "house"


REGISTRY = memory_registry(executors=[InlineExecutor, HouseQueue])


def test_auto_is_one_that_is_there(tmp_path):
    assert open_executor(REGISTRY, "auto", ExecutorPlace(folder=tmp_path)).name == "inline"


def test_a_third_party_s_executor_is_opened_by_its_name_with_its_place(tmp_path):
    place = ExecutorPlace(folder=tmp_path)
    executor = open_executor(REGISTRY, "house", place)
    assert (type(executor), executor.place) == (HouseQueue, place)


def test_an_unknown_executor_is_refused_with_the_near_ones(tmp_path):
    with pytest.raises(NameUnknownError, match="executor") as told:
        open_executor(REGISTRY, "inlin", ExecutorPlace(folder=tmp_path))
    assert "inline" in str(told.value.hint) + str(told.value.near)
