"""Reader models by name and by path."""

import pytest

from moe_core.contracts.errors import ModelMissingError
from moe_kit.reading.reader_folder import FILES
from moe_kit.reading.reader_store import ReaderStore


@pytest.fixture
def store(tmp_path):
    for name in ("owner/whole", "owner/.begun", "owner/half"):
        (tmp_path / name).mkdir(parents=True)
        for file in FILES[: 1 if name.endswith("half") else None]:
            (tmp_path / name / file).write_text("{}")
    return ReaderStore(root=tmp_path)


def test_only_whole_models_are_listed(store):
    assert store.list_names() == ["owner/whole"]


def test_a_model_is_found_by_its_name_or_its_path(store, tmp_path):
    assert store.find_folder("owner/whole") == tmp_path / "owner" / "whole"
    assert store.find_folder(str(tmp_path / "owner" / "half")) == tmp_path / "owner" / "half"


def test_what_is_not_there_is_told_with_how_to_fetch_it(store):
    with pytest.raises(ModelMissingError) as told:
        store.find_folder("owner/other")
    assert told.value.hint == "moe models pull --provider reader owner/other"
    with pytest.raises(ModelMissingError) as told:
        store.find_folder("/nowhere/at/all")
    assert "optimum/" in told.value.hint


@pytest.mark.parametrize("name", ["", "mill", "../up", "a/..", "./a", "a/b/c", "a b/c", "a/b?x=1", "a/b\n"])
def test_no_name_leads_out_of_the_folder(store, name):
    with pytest.raises(ModelMissingError, match="no name of a model"):
        store.place(name)
