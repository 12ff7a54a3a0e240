"""How large a context Ollama is asked for."""

from hypothesis import given
from hypothesis import strategies as st

from moe_kit.serving.ollama_facts import OllamaModel, choose_window, greatest_window, read_model

SIZES = st.integers(0, 300_000)


def test_a_model_is_read_from_its_description():
    value = {
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
        "parameters": 'stop "<|im_end|>"\nnum_ctx                        16384\ntemperature 0.6',
        "capabilities": ["completion", "thinking"],
    }
    found = read_model(value)
    assert (found.trained_tokens, found.num_ctx) == (40960, 16384)
    assert found.capabilities == {"completion", "thinking"}
    assert read_model({}) == OllamaModel()


@given(SIZES, SIZES, SIZES, SIZES, SIZES, st.integers(0, 2_000_000))
def test_the_context_never_shrinks_nor_exceeds_what_the_model_knows(trained, own, configured, used, asked, characters):
    model = OllamaModel(trained_tokens=trained, num_ctx=own)
    window = choose_window(model, {"num_ctx": asked}, configured=configured, used=used, characters=characters)
    assert window > 0
    assert not trained or window <= trained
    assert window >= (min(used, trained) if trained else used)
    assert not asked or window == (min(max(asked, used), trained) if trained else max(asked, used))


@given(SIZES, SIZES, SIZES, st.integers(0, 200_000))
def test_what_is_claimed_is_given_to_a_request_that_needs_it(trained, own, configured, tokens):
    model = OllamaModel(trained_tokens=trained, num_ctx=own)
    claimed = greatest_window(model, configured=configured, in_use=0)
    needed = min(tokens, claimed)
    window = choose_window(model, {"num_predict": 1}, configured=configured, used=0, characters=needed * 2)
    assert window >= needed
