"""Turning a grounding into the messages that a language model reads."""

import re
from collections.abc import Mapping
from functools import lru_cache
from string import Formatter

from moe_core.contracts.errors import ConfigError
from moe_core.contracts.messages import Grounding, Message, Purpose
from moe_core.contracts.wire import encode_json

_FENCE = re.compile(r"-{4,}")
_NAMES = ("question", "instruction", "evidence", "choices", "findings")


def build_messages(templates: Mapping[str, str], system: str, grounding: Grounding) -> tuple[Message, ...]:
    """The system prompt and the step's template, filled in.

    Raises:
        ConfigError: The template of this purpose has a placeholder nobody fills.
    """
    if grounding.purpose is Purpose.CHAT:
        user = grounding.question
    else:
        template = templates.get(grounding.purpose, "{instruction}\n\n{evidence}\n\n{choices}\n\n{findings}")
        check_template(grounding.purpose, template)
        user = template.format_map(_values(grounding))
    system_message = (Message(role="system", content=system),) if system else ()
    return (*system_message, Message(role="user", content=user))


@lru_cache(64)
def check_template(name: str, template: str) -> None:
    """Raise a ConfigError that names what is wrong with a template, if anything is."""
    where = f"structured_prompts.{name}"
    try:
        fields = [field for _, field, _, _ in Formatter().parse(template) if field is not None]
    except ValueError as error:
        raise ConfigError(f"{where}: {error}", key=where, hint="write a literal brace twice: {{ or }}") from error
    unknown = sorted(set(fields) - set(_NAMES))
    if unknown:
        raise ConfigError(
            f"{where}: nobody fills {{{unknown[0]}}}",
            key=where,
            hint=f"there are {', '.join('{' + known + '}' for known in _NAMES)}; a literal brace is written twice",
        )


def _values(grounding: Grounding) -> dict[str, str]:
    evidence = [_defuse(f"[{item.evidence_id}] {item.title}\n{item.text}") for item in grounding.evidence]
    choices = [
        f"- {choice.name}: {choice.summary} ({', '.join(choice.capabilities)})"
        + (f"\n  parameters: {encode_json(choice.schema).decode()}" if choice.schema else "")
        for choice in grounding.choices
    ]
    findings = [_defuse(encode_json(finding).decode()) for finding in grounding.findings]
    return {
        "question": grounding.question,
        "instruction": grounding.instruction or grounding.question,
        "evidence": "\n\n".join(evidence) or "(none)",
        "choices": "\n".join(choices) or "(none)",
        "findings": "\n".join(findings) or "(none)",
    }


def _defuse(text: str) -> str:
    """The templates fence data with runs of hyphens; data must not close its own fence."""
    return _FENCE.sub("- - -", text)
