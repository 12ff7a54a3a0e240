"""Personas as JSON: the stored form, the short one, and everything that is wrong with either."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from moe_core import Persona, Tier, Traits
from moe_core.loading.persona_forms import PersonaError, load_schema, read_persona, write_persona

WHOLE = {
    "persona_id": "ann",
    "traits": {"depth": 9, "patience": 2},
    "expertise": ["law"],
    "activation_cost": 0,
    "historical_performance": {"observations": 3},
    "metadata": {"description": "Digs.", "traversal": "beam", "tier": "stable", "motto": "Dig."},
}
WORDS = st.text("abcdefgh", min_size=1, max_size=8)
PERSONAS = st.builds(
    Persona,
    name=WORDS,
    description=st.text(max_size=20),
    traits=st.builds(
        Traits,
        depth=st.integers(1, 9),
        scepticism=st.integers(1, 9),
        further=st.dictionaries(WORDS, st.integers(1, 9), max_size=3),
    ),
    expertise=st.lists(WORDS, max_size=3).map(tuple),
    activation_cost=st.floats(0, 1e6),
    traversal=WORDS,
    tier=st.sampled_from(Tier),
    historical_performance=st.dictionaries(WORDS, st.integers(0, 99), max_size=2),
    metadata=st.dictionaries(WORDS, st.text(max_size=5), max_size=2),
)


def faults_of(data: object) -> tuple[str, ...]:
    with pytest.raises(PersonaError) as caught:
        read_persona(data)
    return caught.value.faults


def test_the_schema_is_a_sound_one_of_the_draft_and_asks_for_all_six():
    schema = load_schema()
    Draft202012Validator.check_schema(schema)
    assert set(schema["required"]) == set(schema["properties"]) == set(WHOLE)


@given(PERSONAS)
def test_a_persona_comes_back_from_its_stored_form_which_fits_the_schema(persona):
    stored = json.loads(json.dumps(write_persona(persona)))
    assert list(Draft202012Validator(load_schema()).iter_errors(stored)) == []
    assert read_persona(stored) == persona


def test_the_stored_form_is_read():
    ann = read_persona(WHOLE)
    assert (ann.name, ann.traits.depth, ann.traits.find("patience")) == ("ann", 9, 2)
    assert (ann.tier, ann.traversal, ann.metadata) == (Tier.STABLE, "beam", {"motto": "Dig."})
    assert ann.historical_performance == {"observations": 3}


def test_the_short_form_is_completed():
    bob = read_persona({"name": "bob", "traits": {"patience": 7.0}, "motto": "Rest.", "meta": {"born": 1871}})
    assert bob == Persona(name="bob", traits=Traits(further={"patience": 7}), metadata={"motto": "Rest.", "born": 1871})


@pytest.mark.parametrize("key", list(WHOLE))
def test_each_of_the_six_is_needed_in_the_stored_form(key):
    less = {name: value for name, value in WHOLE.items() if name != key}
    if key == "persona_id":
        assert faults_of(less) == ("at $: 'persona_id' is a required property",)
    else:
        assert faults_of(less) == (f"at $: '{key}' is a required property",)


def test_all_faults_are_told_at_once_each_with_its_place():
    wrong = {
        **WHOLE,
        "persona_id": "../ann",
        "traits": dict.fromkeys("abcdefghij", 10),
        "expertise": ["", 3],
        "activation_cost": -1,
        "metadata": {"tier": "great"},
        "shoe_size": 43,
    }
    faults = faults_of(wrong)
    places = {fault.split(": ")[0] for fault in faults}
    assert places == {
        "at $", "at $.persona_id", "at $.expertise[0]", "at $.expertise[1]", "at $.activation_cost",
        "at $.metadata.tier",
        *(f"at $.traits.{name}" for name in "abcdefghij"),
    }  # fmt: skip


@pytest.mark.parametrize("value", [True, 4.5, "9", None, 0, 10])
def test_a_trait_is_a_whole_number_from_one_to_nine(value):
    (fault,) = faults_of({"name": "ann", "traits": {"patience": value}})
    assert fault.startswith("at $.traits.patience: ")


@pytest.mark.parametrize("name", ["", "a/b", "..", ".a", "a\n", "a b", "1a", "a" * 65, "a\\b", None, 3])
def test_a_name_that_could_leave_its_folder_is_none(name):
    assert any(fault.startswith("at $.name: ") for fault in faults_of({"name": name}))


@pytest.mark.parametrize("cost", [float("nan"), float("inf")])
def test_a_cost_is_finite(cost):
    assert any("activation_cost" in fault for fault in faults_of({"name": "ann", "activation_cost": cost}))


def test_slips_are_told_in_the_short_form_only():
    faults = faults_of({"name": "ann", "expertize": [], "traits": {"dept": 3}})
    assert faults == ("at $.expertize: the unknown key 'expertize'", "at $.traits.dept: the unknown trait 'dept'")
    assert read_persona({**WHOLE, "traits": {"dept": 3}}).traits.further == {"dept": 3}


@pytest.mark.parametrize("data", [None, 3, "ann", [], [WHOLE]])
def test_what_is_no_object_is_no_persona(data):
    assert faults_of(data)


def test_what_a_name_is_is_told_in_words():
    (fault,) = faults_of({"name": "a b"})
    assert fault == "at $.name: \"a b\" is no name: a letter, then letters, digits, '_', '.' or '-'"
