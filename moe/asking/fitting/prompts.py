"""Turning a grounding into the messages that a language model reads."""

from collections.abc import Collection, Mapping

from moe.asking.fitting.fence import PromptFence, defuse_data, defuse_ids, defuse_text, to_line
from moe.asking.fitting.templates import PERSONA, PLACEHOLDERS, check_template, compile_template, write_plain_template
from moe.asking.fitting.tool_schemas import goes_into_format
from moe.asking.json.outline import write_outline
from moe_core.contracts.evidence import name_evidence
from moe_core.contracts.messages import Choice, Grounding, Message
from moe_core.contracts.wire import JsonObject, encode_json

_NOTHING = "(none)"
_NOBODY = dict.fromkeys(PERSONA, _NOTHING)
_SHOWN = {
    purpose: frozenset(placeholder.name for placeholder in placeholders)
    for purpose, placeholders in PLACEHOLDERS.items()
}


def build_messages(templates: Mapping[str, str], system: str, grounding: Grounding) -> tuple[Message, ...]:
    """The system prompt and the step's template, filled in.

    What comes from documents, tools, other agents and listings stands between fences whose mark it cannot know.

    Raises:
        ConfigError: The template of this step has a placeholder that nobody fills, or lacks one.
    """
    user = _write(templates, grounding) if grounding.purpose in PLACEHOLDERS else defuse_text(grounding.question)
    system_message = (Message(role="system", content=system),) if system else ()
    return (*system_message, Message(role="user", content=user))


def _write(templates: Mapping[str, str], grounding: Grounding) -> str:
    template = templates.get(grounding.purpose)
    if template is None:
        template = write_plain_template(grounding.purpose)
    check_template(grounding.purpose, template)
    question = defuse_text(grounding.question)
    is_whole = grounding.instruction in ("", grounding.question)
    texts = {"question": question, "instruction": question if is_whole else defuse_text(grounding.instruction)}
    said = grounding.persona
    texts |= {name: defuse_text(said.get(name, "")) or _NOTHING for name in PERSONA} if said else _NOBODY
    data = _write_data(grounding, _SHOWN[grounding.purpose])
    fence = PromptFence([*texts.values(), *data.values()])
    for name, text in data.items():
        texts[name] = fence.wrap(name, text)
    pattern, names = compile_template(template)
    return pattern % tuple([texts[name] for name in names])


def _write_data(grounding: Grounding, names: Collection[str]) -> dict[str, str]:
    """What comes from elsewhere, by placeholder."""
    written: dict[str, str] = {}
    evidence = grounding.evidence
    ids = [name_evidence(place) for place in range(len(evidence))]
    if "choices" in names:
        written["choices"] = "\n".join(map(_write_choice, grounding.choices)) or _NOTHING
    if "evidence" in names:
        passages = [
            f"[{name}] {defuse_ids(to_line(item.title), ids)}\n{defuse_ids(defuse_data(item.text), ids)}"
            for name, item in zip(ids, evidence, strict=True)
        ]
        written["evidence"] = "\n\n".join(passages) or _NOTHING
    if "findings" in names:
        cited = {item.evidence_id: name for name, item in zip(ids, evidence, strict=True)}
        findings = [_write_finding(finding, cited) for finding in grounding.findings]
        written["findings"] = "\n".join(findings) or _NOTHING
    return written


def _write_finding(finding: JsonObject, names: Mapping[str, str]) -> str:
    """A statement as a line with the names of what it cites; what is none, such as a tool's result, as JSON."""
    text, cited = finding.get("text"), finding.get("evidence", ())
    if not isinstance(text, str) or not isinstance(cited, list | tuple):
        return defuse_ids(defuse_data(encode_json(finding).decode()), names.values())
    marks = [f"[{names[name]}]" for name in cited if name in names]
    by = [f"(by the tool {to_line(str(finding['tool']))})"] if finding.get("tool") else []
    return " ".join([f"- {defuse_ids(to_line(text), names.values())}", *by, *marks])


def _write_choice(choice: Choice) -> str:
    line = to_line(f"- {choice.name}: {choice.summary} ({', '.join(choice.capabilities)})")
    if not choice.schema or goes_into_format(choice.schema):
        return line
    return f"{line}\n  parameters: {to_line(write_outline(choice.schema))}"
