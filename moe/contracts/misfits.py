"""What does not fit in what somebody gave, in plain words."""

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any

# By the kinds of pydantic's errors; {…} are the facts that it tells of each.
_WORDS = {
    "missing": "is missing",
    "missing_argument": "is missing",
    "missing_keyword_only_argument": "is missing",
    "unexpected_keyword_argument": "is unknown here",
    "extra_forbidden": "is unknown here",
    "json_invalid": "is no JSON",
    "string_type": "must be text",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dataclass_type": "must be an object",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be below {lt}",
    "less_than_equal": "must be at most {le}",
    "string_pattern_mismatch": "must have the form {pattern}",
}


def name_near(name: str, known: Sequence[str]) -> str:
    """What to say after an unknown name: "; did you mean …?", or which there are; "" where there are none."""
    near = get_close_matches(name, known, n=3, cutoff=0.55)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(known)}" if known else ""


def describe_misfit(error: Mapping[str, Any]) -> str:
    """One of pydantic's errors, without its name for what is meant: "must be a list"."""
    words = _WORDS.get(error["type"])
    if words is not None:
        try:
            return words.format_map(error.get("ctx") or {})
        except KeyError:
            pass
    message = str(error["msg"]).removeprefix("Value error, ")
    return message[:1].lower() + message[1:]
