from fractions import Fraction

import pytest

from moe_core.contracts.errors import PluginError
from moe_core.loading.plugins.references import resolve_reference


def test_a_reference_names_an_attribute_however_deep():
    assert resolve_reference("fractions:Fraction") is Fraction
    assert resolve_reference(" fractions:Fraction.from_float ") == Fraction.from_float


@pytest.mark.parametrize(
    "text", ["", "fractions", "fractions:", ":Fraction", "a b:c", "fractions:Fraction:x", "../x:y"]
)
def test_a_malformed_reference_is_refused_with_the_right_form(text):
    with pytest.raises(PluginError) as caught:
        resolve_reference(text)
    assert caught.value.reason == "reference"
    assert "package.module:Name" in (caught.value.hint or "")


def test_a_missing_attribute_is_refused_with_the_nearest_name():
    with pytest.raises(PluginError) as caught:
        resolve_reference("fractions:Fractoin")
    assert "Fraction" in (caught.value.hint or "")


def test_a_missing_module_says_what_to_install():
    with pytest.raises(PluginError) as caught:
        resolve_reference("no_such_module_anywhere.sub:Thing")
    assert caught.value.reason == "import"
    assert "no_such_module_anywhere" in caught.value.message


def test_a_module_that_exits_is_refused(tmp_path, monkeypatch):
    (tmp_path / "moe_test_exits.py").write_text("import sys\nsys.exit(4)\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(PluginError) as caught:
        resolve_reference("moe_test_exits:Thing")
    assert caught.value.reason == "exit"
