"""Ollama's runtime options: their names, their types and what their text means."""

import math
from collections.abc import Mapping

from moe_core.text.late_pattern import LatePattern

_INTEGERS = """num_keep seed num_predict top_k repeat_last_n num_ctx num_batch num_gpu main_gpu num_thread
    draft_num_predict mirostat num_gqa max_tokens"""
_FLOATS = """top_p min_p typical_p temperature repeat_penalty presence_penalty frequency_penalty
    mirostat_tau mirostat_eta"""
_BOOLEANS = "use_mmap penalize_newline low_vram f16_kv logits_all vocab_only use_mlock numa"

OPTION_TYPES: Mapping[str, type] = {
    **dict.fromkeys(_INTEGERS.split(), int),
    **dict.fromkeys(_FLOATS.split(), float),
    **dict.fromkeys(_BOOLEANS.split(), bool),
    "stop": list,
}
"""What each option's value is; `stop` collects texts."""

DEPRECATED_OPTIONS = frozenset(
    """mirostat mirostat_tau mirostat_eta penalize_newline low_vram f16_kv logits_all vocab_only use_mlock
    numa num_gqa""".split()
)
"""Options that Ollama still reads, and no longer heeds."""

_TRUE = frozenset({"1", "t", "T", "TRUE", "true", "True"})
_FALSE = frozenset({"0", "f", "F", "FALSE", "false", "False"})
_INTEGER = LatePattern(r"[+-]?[0-9]{1,19}")
_FLOAT = LatePattern(r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,4})?")


def parse_option(name: str, text: str) -> bool | int | float | str:
    """Turn an option's text into its value; one text of `stop` stays text.

    Raises:
        ValueError: The text does not fit; the message says what would.
    """
    kind = OPTION_TYPES[name]
    if kind is bool:
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        raise ValueError("true or false")
    if kind is int:
        if _INTEGER.regex.fullmatch(text) and -(2**63) <= int(text) < 2**63:
            return int(text)
        raise ValueError("a whole number")
    if kind is float:
        if _FLOAT.regex.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        raise ValueError("a number")
    return text
