"""Show how a document is built: headings, lengths, lead sentences, and its text as Markdown."""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from moe_core import BaseTool, Document, Library, ToolContext, ToolError, ToolResult
from moe_core.contracts.evidence import Section
from moe_core.text.sentences import split_sentences
from moe_core.text.tokens import find_terms

_MAX_LEAD_CHARS = 300


class DocumentOutlineParams(BaseModel):
    """Which document, and in which form."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    document: str = Field(
        "",
        max_length=1000,
        description="Id of the document, or a part of its beginning or end that fits no other; "
        "may be left out when there is only one",
    )
    format: Literal["markdown", "json"] = Field("markdown", description="Form of the outline")
    include_text: bool = Field(False, description="Add the document's whole text, as Markdown")
    max_chars: int = Field(20_000, ge=100, le=1_000_000, description="Characters of text at most, with include_text")


class DocumentOutline(BaseTool):
    """Show a document's headings with their lengths and lead sentences, or its text as Markdown."""

    name = "document_outline"
    description = "Show a document's headings with their lengths and lead sentences, or its text as Markdown"
    category = "documents"
    capabilities = ("outline", "structure", "summary", "document_format", "content")
    effects = ()

    async def execute(self, wanted: DocumentOutlineParams, context: ToolContext) -> ToolResult:
        """Outline one document."""
        if context.library is None:
            raise ToolError("there are no documents to outline", tool=self.name, hint="give some with --docs PATH")
        document = _find_document(context.library, wanted.document)
        sections = [_describe_section(document, section) for section in document.sections]
        result: dict[str, Any] = {
            "document": document.document_id,
            "title": document.title,
            "media_type": document.media_type,
            "words": _count_words(document.text),
            "chars": len(document.text),
        }
        if wanted.format == "json":
            result["lead"] = _find_lead(document, 0, len(document.text), document.title)
            result["sections"] = sections
        else:
            result["markdown"] = _render_outline(document, sections)
        if wanted.include_text:
            text = render_markdown(document)
            result["text"] = _cut(text, wanted.max_chars)
            result["is_text_cut"] = len(text) > wanted.max_chars
        return ToolResult(data=result, statement=result.get("markdown", ""))


def render_markdown(document: Document) -> str:
    """The document's text with its headings marked as Markdown; Markdown stays as it is."""
    if document.media_type == "text/markdown":
        return document.text.strip() + "\n"
    parts: list[str] = []
    place = 0
    for section in document.sections:
        if section.start < place:
            continue
        parts.append(_drop_title_line(document.text[place : section.start], section.title))
        parts.append(f"{'#' * min(6, max(1, section.level))} {section.title}")
        place = section.start + _title_length(document.text, section)
    parts.append(document.text[place:])
    if not document.sections and document.title:
        parts.insert(0, f"# {document.title}")
    return "\n\n".join(stripped for part in parts if (stripped := part.strip())) + "\n"


def _title_length(text: str, section: Section) -> int:
    """How many characters the heading's own line takes at the section's start; 0 when it is not there."""
    line = text[section.start : section.end].partition("\n")[0]
    return len(line) if line.strip().strip("#").strip() == section.title.strip() else 0


def _drop_title_line(text: str, title: str) -> str:
    """Text before a section, without the heading where it stands just before the section's start."""
    stripped = text.rstrip()
    head, _, last = stripped.rpartition("\n")
    return head if last.strip() == title.strip() else text


def _find_document(library: Library, name: str) -> Document:
    documents = library.documents()
    if not documents:
        raise ToolError("there are no documents to outline", hint="give some with --docs PATH")
    if not name:
        if len(documents) == 1:
            return documents[0]
        raise ToolError("several documents are there: say which", hint=_name_some(documents))
    folded = name.casefold()
    tests = (
        lambda item: item.document_id == name,
        lambda item: item.document_id.casefold() == folded,
        lambda item: item.document_id.casefold().endswith(folded) or item.document_id.casefold().startswith(folded),
        lambda item: item.title.casefold() == folded,
        lambda item: folded in item.document_id.casefold(),
    )
    for test in tests:
        found = [item for item in documents if test(item)]
        if len(found) == 1:
            return found[0]
        if found:
            raise ToolError(f"{name!r} fits {len(found)} documents", hint=_name_some(found))
    likely = _find_by_words(documents, name)
    if likely is not None:
        return likely
    raise ToolError(f"no document is named {name!r}", hint=_name_nearest(documents, name))


def _find_by_words(documents: Sequence[Document], name: str) -> Document | None:
    """The only document whose id and title hold every word of the name, as people write names from memory."""
    wanted = set(find_terms(name))
    found = [item for item in documents if wanted <= set(find_terms(f"{item.document_id} {item.title}"))]
    return found[0] if wanted and len(found) == 1 else None


def _name_nearest(documents: Sequence[Document], name: str) -> str:
    """The ids most like the name; a whole id or its last part may be what was meant."""
    keys: dict[str, str] = {}
    for item in documents:
        keys.setdefault(item.document_id.casefold(), item.document_id)
        keys.setdefault(item.document_id.casefold().rpartition("/")[2], item.document_id)
    near = get_close_matches(name.casefold(), keys, n=5, cutoff=0.5)
    found = list(dict.fromkeys(keys[key] for key in near))[:3]
    return f"did you mean {' or '.join(repr(item) for item in found)}?" if found else _name_some(documents)


def _name_some(documents: Sequence[Document]) -> str:
    names = ", ".join(repr(item.document_id) for item in documents[:5])
    return f"there are {names}" + (f" and {len(documents) - 5} more" if len(documents) > 5 else "")


def _describe_section(document: Document, section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "level": section.level,
        "start": section.start,
        "end": section.end,
        "words": _count_words(document.text[section.start : section.end]),
        "lead": _find_lead(document, section.start, _own_end(document, section), section.title),
    }


def _own_end(document: Document, section: Section) -> int:
    """Where the section's own text ends: at its first sub-section."""
    inner = (item.start for item in document.sections if section.start < item.start < section.end)
    return min(inner, default=section.end)


def _find_lead(document: Document, start: int, end: int, title: str) -> str:
    """The first sentence that is neither a heading nor a row of a table."""
    for first, last in split_sentences(document.text, start, end):
        sentence = " ".join(document.text[first:last].split())
        if (
            sentence.strip("# ") != title.strip()
            and not sentence.startswith(("#", "|"))
            and any(map(str.isalpha, sentence))
        ):
            return _cut(sentence, _MAX_LEAD_CHARS)
    return ""


def _render_outline(document: Document, sections: Sequence[dict[str, Any]]) -> str:
    lines = [f"# {document.title or document.document_id}", ""]
    lines.append(f"`{document.document_id}` · {_count_words(document.text):,} words · {len(sections)} headings")
    if not sections:
        lead = _find_lead(document, 0, len(document.text), document.title)
        return "\n".join([*lines, "", lead]).rstrip() + "\n"
    top = min(section["level"] for section in sections)
    lines.append("")
    for section in sections:
        indent = "  " * (section["level"] - top)
        lines.append(f"{indent}- **{section['title']}** ({section['words']:,} words)")
        if section["lead"]:
            lines.append(f"{indent}  {section['lead']}")
    return "\n".join(lines) + "\n"


def _count_words(text: str) -> int:
    return len(re.findall(r"\w+(?:[-'’.]\w+)*", text))


def _cut(text: str, max_chars: int) -> str:
    """At most that many characters, cut between words."""
    if len(text) <= max_chars:
        return text
    return text[: max_chars - 1].rsplit(None, 1)[0] + "…"
