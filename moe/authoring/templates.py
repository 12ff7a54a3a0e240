"""The module that a new plugin begins with, by kind."""

from collections.abc import Mapping

_HEAD = '''"""{summary}"""

from moe_core import {imports}

MOE_API_VERSION = 1
'''
_HOOK = """

@hookimpl
def {hook}():
    return [{brings}]
"""
_TOOL = '''

class {cls}(BaseTool):
    """{summary}"""

    name = "{name}"
    capabilities = ("{name}",)
    effects = ()  # it only computes; else of "net", "fs.write", "exec", "secrets"
    repeats = "safe"

    def execute(self, text: str) -> ToolResult:
        """Do the work.

        Args:
            text: What to work on.
        """
        words = len(text.split())
        return ToolResult(data={{"words": words}}, statement=f"The text has {{words}} words.", value=str(words))
'''
_MODEL = '''

class {cls}(ModelProvider):
    """{summary}"""

    name = "{name}"
    summary = "{summary}"
    is_language_model = False  # it speaks to none yet

    async def generate(self, request: ModelRequest) -> ModelReply:
        quoted = " ".join(item.text for item in request.grounding.evidence) or request.grounding.question
        return ModelReply(text=quoted, usage=Usage(requests=1), model=request.model, is_language_model=False)

    async def generate_structured(self, request: ModelRequest, schema) -> ModelReply:
        raise InvalidOutputError("it answers in prose only", provider=self.name, model=request.model)

    async def health(self) -> Health:
        return Health(ok=True)

    async def models(self) -> list[str]:
        return ["{name}"]
'''
_TRAVERSAL = '''

class {cls}(TraversalStrategy):
    """{summary}"""

    name = "{name}"
    summary = "{summary}"

    def __init__(self, question: str = "") -> None:
        self._words = set(question.lower().split())

    def begin(self, question: str, graph: KnowledgeGraph) -> "{cls}":
        return {cls}(question)

    def evaluate_node_relevance(self, persona: Persona, node: Node) -> float:
        return len(self._words & set(node.text.lower().split())) / (len(self._words) or 1)

    def decide_traversal(self, current, available, persona: Persona) -> list[Node]:
        rated = sorted(available, key=lambda node: (-self.evaluate_node_relevance(persona, node), node.node_id))
        return rated[:1]
'''
_SCORER = '''

class {cls}(Scorer):
    """{summary}"""

    name = "{name}"
    summary = "{summary}"

    async def score(self, subject: ScorerInput) -> float:
        wanted = set(subject.question.lower().split())
        return len(wanted & set(subject.output.lower().split())) / (len(wanted) or 1)
'''
_PERSONA = """
{constant} = Persona(
    name="{name}",
    description="{summary}",
    traits=Traits(depth=7, precision=7),  # each from 1 to 9; 5 is neutral
    expertise=("{name}",),
    tier=Tier.ACTIVE,
)
"""
_RETRIEVER = '''

class {cls}Index:
    def __init__(self, corpus: Corpus) -> None:
        self._words = [set(passage.text.lower().split()) for passage in corpus.passages]

    def search(self, query: str, *, k: int) -> list[Found]:
        wanted = set(query.lower().split())
        found = [Found(number, float(len(words & wanted))) for number, words in enumerate(self._words)]
        return sorted((one for one in found if one.score), key=lambda one: -one.score)[: max(0, k)]


class {cls}(Retriever):
    """{summary}"""

    name = "{name}"
    summary = "{summary}"

    def build(self, corpus: Corpus) -> {cls}Index:
        return {cls}Index(corpus)
'''
_LOADER = '''

class {cls}(Loader):
    """{summary}"""

    name = "{name}"
    summary = "{summary}"
    label = "{name}"
    suffixes = (".{name}",)

    def load(self, path, document_id: str) -> Loaded:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise DocumentError(f"{{document_id}} is no text", path=document_id) from error
        if not text.strip():
            raise DocumentError(f"{{document_id}} is empty", path=document_id)
        document = Document(
            document_id=document_id, title="", text=text, source=document_id, media_type="text/plain"
        )
        return Loaded(documents=(document,))
'''

# By kind: what is imported, the hook, what the hook returns, and the module's middle.
TEMPLATES: Mapping[str, tuple[str, str, str, str]] = {
    "tool": ("BaseTool, ToolResult, hookimpl", "moe_tools", "{cls}", _TOOL),
    "model": (
        "Health, InvalidOutputError, ModelProvider, ModelReply, ModelRequest, Usage, hookimpl",
        "moe_model_providers",
        "{cls}",
        _MODEL,
    ),
    "traversal": ("KnowledgeGraph, Node, Persona, TraversalStrategy, hookimpl", "moe_traversals", "{cls}", _TRAVERSAL),
    "scorer": ("Scorer, ScorerInput, hookimpl", "moe_scorers", "{cls}", _SCORER),
    "persona": ("Persona, Tier, Traits, hookimpl", "moe_personas", "{constant}", _PERSONA),
    "retriever": ("Corpus, Found, Retriever, hookimpl", "moe_retrievers", "{cls}", _RETRIEVER),
    "loader": ("Document, DocumentError, Loaded, Loader, hookimpl", "moe_loaders", "{cls}", _LOADER),
}
PROJECT = """[build-system]
requires = ["flit_core>=3.9,<5"]
build-backend = "flit_core.buildapi"

[project]
name = "{distribution}"
version = "0.1.0"
description = "{summary}"
requires-python = ">=3.11"
dependencies = ["moe-core"]

[project.entry-points."moe.plugins"]
{name} = "{module}"
"""
TEST = '''"""The plugin keeps moe's contract."""

import {module}
from moe_core.testing import check_plugin


def test_it_keeps_the_contract():
    check_plugin({module}{samples})
'''


def write_module(kind: str, words: Mapping[str, str]) -> str:
    """The module's text.

    Args:
        kind: One of `TEMPLATES`.
        words: name, cls, constant and summary.
    """
    imports, hook, brings, middle = TEMPLATES[kind]
    parts = _HEAD + middle + _HOOK
    return parts.format(**words, imports=imports, hook=hook, brings=brings.format(**words))
