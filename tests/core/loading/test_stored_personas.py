"""Reading by the thousand agrees with reading by the schema, on what is right and on what is wrong."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moe_core.loading.persona_forms import PersonaError, read_persona
from moe_core.loading.stored_personas import decode_persona

WHOLE = {
    "persona_id": "ann",
    "traits": {"depth": 9, "patience": 2},
    "expertise": ["law"],
    "activation_cost": 0.5,
    "historical_performance": {"observations": 3},
    "metadata": {"description": "Digs.", "traversal": "beam", "tier": "stable", "motto": "Dig."},
}
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 12),
    st.floats(-1, 12),
    st.sampled_from(["", "ann", "a\n", "../a", "a" * 65, "stable", "great", [], [""], ["law"], {}, {"depth": 10}]),
)
PLACES = [(key,) for key in WHOLE] + [
    ("traits", "depth"),
    ("metadata", "tier"),
    ("metadata", "description"),
    ("shoes",),
]


def read_both(data):
    found = []
    for read in (read_persona, lambda value: decode_persona(json.dumps(value).encode())):
        try:
            found.append(read(data))
        except PersonaError as error:
            found.append(error.faults)
    return found


def test_a_whole_one_is_read_the_same():
    by_schema, at_once = read_both(WHOLE)
    assert by_schema == at_once
    assert at_once.name == "ann"


@given(
    changes=st.lists(st.tuples(st.sampled_from(PLACES), ODD), min_size=1, max_size=3),
    gone=st.sets(st.sampled_from(list(WHOLE)), max_size=1),
)
def test_whatever_is_changed_both_say_the_same(changes, gone):
    data = json.loads(json.dumps({key: value for key, value in WHOLE.items() if key not in gone}))
    for (key, *inner), value in changes:
        if not inner:
            data[key] = value
        elif isinstance(data.get(key), dict):
            data[key][inner[0]] = value
    by_schema, at_once = read_both(data)
    assert by_schema == at_once


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b'{"activation_cost": NaN}'])
def test_what_is_no_object_is_refused(data):
    with pytest.raises(ValueError, match=r"JSON|array|truncated"):
        decode_persona(data)
