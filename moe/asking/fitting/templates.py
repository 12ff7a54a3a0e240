"""What may stand in a template of config/structured_prompts.yaml, checked when the configuration is read."""

from collections.abc import Mapping
from difflib import get_close_matches
from functools import lru_cache
from string import Formatter
from types import MappingProxyType
from typing import Literal

import msgspec

from moe.asking.settings import AskingConfig
from moe_core.contracts.errors import ConfigError
from moe_core.contracts.messages import Purpose
from moe_core.loading.config.load import LoadedConfig

SECTION = "structured_prompts"

PlaceholderKind = Literal["text", "choices", "evidence", "findings"]
"""Text is the user's or a planner's and stands as it is; everything else is data and stands between fences."""


PERSONA = ("persona_name", "traits", "expertise")
"""What a template may say of the expert that speaks."""


class Placeholder(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a template may show.

    Attributes:
        kind: What it is filled with.
        is_required: The step is pointless without it.
    """

    name: str
    kind: PlaceholderKind
    is_required: bool = False


def _placeholders(required: str, optional: str = "") -> tuple[Placeholder, ...]:
    kinds: Mapping[str, PlaceholderKind] = {
        "question": "text",
        "instruction": "text",
        "choices": "choices",
        "evidence": "evidence",
        "findings": "findings",
        **dict.fromkeys(PERSONA, "text"),
    }
    wanted = required.split()
    return tuple(
        Placeholder(name=name, kind=kinds[name], is_required=name in wanted) for name in [*wanted, *optional.split()]
    )


PLACEHOLDERS: Mapping[Purpose, tuple[Placeholder, ...]] = MappingProxyType(
    {
        # Steps that decide what is done never see what documents or tools say; the findings of COMPLETE are earlier
        # questions and short answers.
        Purpose.COMPLETE: _placeholders("question findings", "instruction"),
        Purpose.PLAN: _placeholders("question choices", "instruction"),
        Purpose.DECOMPOSE: _placeholders("instruction choices", "question"),
        Purpose.CHOOSE_TOOLS: _placeholders("instruction choices", "question"),
        Purpose.EXECUTE: _placeholders("instruction evidence findings", "question"),
        Purpose.MERGE: _placeholders("instruction evidence findings", "question"),
        Purpose.SYNTHESISE: _placeholders("question evidence findings", "instruction"),
        Purpose.READ: _placeholders("question evidence", "instruction"),
        Purpose.COMMENT: _placeholders("question evidence", f"instruction {' '.join(PERSONA)}"),
        Purpose.JUDGE: _placeholders("question findings", "instruction"),
        Purpose.OBSERVE: _placeholders("question findings", "instruction evidence"),
    }
)


def check_templates(loaded: LoadedConfig[AskingConfig]) -> None:
    """Check all templates of a configuration.

    Raises:
        ConfigError: One is for no step, or has a placeholder that is unknown, not filled in its step, or missing;
            says in which file, and the nearest name.
    """
    for name, template in loaded.config.structured_prompts.items():
        key = f"{SECTION}.{name}"
        origin = loaded.get_origin(key)
        check_template(name, template, source=origin.source or str(origin))


@lru_cache(64)
def check_template(name: str, template: str, *, source: str = "") -> None:
    """Check one template; `name` is its step.

    Raises:
        ConfigError: As for `check_templates`.
    """
    if name not in PLACEHOLDERS:
        raise _fail(name, "there is no such step", source, _suggest(name, [str(purpose) for purpose in PLACEHOLDERS]))
    placeholders = PLACEHOLDERS[Purpose(name)]
    known = [placeholder.name for placeholder in placeholders]
    fields = _find_fields(name, template, source)
    for field in fields:
        if field not in known:
            what, hint = _explain_unknown(field, known)
            raise _fail(name, what, source, hint)
    for placeholder in placeholders:
        if placeholder.is_required and placeholder.name not in fields:
            raise _fail(
                name,
                f"{{{placeholder.name}}} is missing",
                source,
                f"put {{{placeholder.name}}} where the model shall read the {placeholder.name}",
            )


@lru_cache(64)
def compile_template(template: str) -> tuple[str, tuple[str, ...]]:
    """A checked template as a pattern for Python's %, and the placeholders that fill it, in order."""
    parts = [(words, name) for words, name, _, _ in Formatter().parse(template)]
    pattern = "".join([words.replace("%", "%%") + ("" if name is None else "%s") for words, name in parts])
    return pattern, tuple(name for _, name in parts if name is not None)


def write_plain_template(purpose: Purpose) -> str:
    """A template for a step whose own is not configured: every placeholder, in order."""
    return "\n\n".join(f"{{{placeholder.name}}}" for placeholder in PLACEHOLDERS[purpose])


def _find_fields(name: str, template: str, source: str) -> list[str]:
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        reason = str(error).replace("'", "").lower()
        raise _fail(
            name, f"a brace is out of place ({reason})", source, "write a literal brace twice: {{ or }}"
        ) from error
    fields = []
    for _, field, spec, conversion in parts:
        if field is None:
            continue
        if spec or conversion:
            written = f"{{{field}{f'!{conversion}' if conversion else ''}{f':{spec}' if spec else ''}}}"
            raise _fail(name, f"{written} asks for a format", source, f"write {{{field}}}; values stand as they are")
        fields.append(field)
    return fields


def _explain_unknown(field: str, known: list[str]) -> tuple[str, str]:
    """What is wrong with a field and what to do: a name of other steps, or of none."""
    steps = [
        str(purpose)
        for purpose, placeholders in PLACEHOLDERS.items()
        if field in (placeholder.name for placeholder in placeholders)
    ]
    listed = f"this step has {', '.join(f'{{{name}}}' for name in known)}"
    if steps:
        return f"{{{field}}} is not filled in this step, only in {', '.join(steps)}", f"take it out; {listed}"
    near = get_close_matches(field.lower(), known, n=1)
    meant = f"did you mean {{{near[0]}}}? " if near else ""
    return f"nobody fills {{{field}}}", f"{meant}{listed}; a literal brace is written twice"


def _suggest(name: str, known: list[str]) -> str:
    near = get_close_matches(name.lower(), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"


def _fail(name: str, what: str, source: str, hint: str) -> ConfigError:
    key = f"{SECTION}.{name}"
    where = f"{source}: " if source else ""
    return ConfigError(f"{where}{key}: {what}", source=source, key=key, hint=hint)
