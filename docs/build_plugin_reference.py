"""Writes docs/reference/plugin-api.md from the hooks and contracts: python docs/build_plugin_reference.py."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import moe_core
from moe_core import testing
from moe_core.contracts import hookspecs

VERSION = hookspecs.API_VERSION
PAGE = Path(__file__).parent / "reference" / "plugin-api.md"
GROUPS = {
    "Tools": ("tool", "tool_context", "tool_result", "secret_box", "effect"),
    "Model providers": ("model", "messages", "download"),
    "Traversals and graphs": ("traversal", "node"),
    "Scorers": ("scorer",),
    "Personas": ("persona",),
    "Retrievers": ("retriever",),
    "Loaders": ("loader",),
    "Executors": ("executor", "schedule"),
    "Transports": ("transports", "discovery"),
    "Documents and evidence": ("evidence", "location"),
    "Agents": ("agent",),
    "Errors": ("errors",),
    "Values": ("hookspecs", "wire"),
}
HEAD = f"""# The plugin API

What a plugin may import: everything here comes from `moe_core`, and what its tests need from `moe_core.testing`. Other
modules of moe may change with any version. This page is made from the code by `python docs/build_plugin_reference.py`;
[how to write a plugin](../how-to/write-a-plugin.md) shows it in use.

This is version {VERSION} of the API. A module may say so, as `MOE_API_VERSION = {VERSION}`, which is read before it is
imported: where moe has another version, it is refused by name. New names, and new fields with a usual value, come
without another version. Before a name goes or comes to mean something else, it warns for at least one minor release of
moe and names its replacement; then the version grows by one.
"""
BAR = r"\|"
SECTION = re.compile(r"^(Args|Attributes|Returns|Raises|Example):$", re.MULTILINE)


def build_page() -> str:
    """The page's text."""
    parts = [HEAD, "## Hooks\n\nA hook returns what the plugin brings and does no work.\n"]
    source = ast.parse(inspect.getsource(hookspecs)).body
    parts += [_write_function(node) for node in source if isinstance(node, ast.FunctionDef)]
    by_module: dict[str, list[str]] = {}
    for name in moe_core.__all__:
        by_module.setdefault(moe_core._PLACES[name], []).append(name)
    for title, modules in GROUPS.items():
        parts.append(f"## {title}\n")
        for module in modules:
            names = by_module.pop(module, [])
            parts += _write_names(f"moe_core.contracts.{module}", names)
    if by_module:
        raise SystemExit(f"GROUPS has no place for {', '.join(by_module)}")
    parts.append("## For tests: moe_core.testing\n")
    for name in testing.__all__:
        parts += _write_names(f"moe_core.testing.{testing._PLACES[name]}", [name])
    return "\n".join(parts)


def _write_names(module: str, names: list[str]) -> list[str]:
    """The chosen names of a module, in the order of its source."""
    imported = import_module(module)
    body = ast.parse(inspect.getsource(imported)).body
    found: list[str] = []
    for node, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(node, ast.ClassDef) and node.name in names:
            found.append(_write_class(node, _list_inherited(getattr(imported, node.name))))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in names:
            found.append(_write_function(node))
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            name = _read_target(node)[0]
            if name in names:
                found.append(f"### {name}\n\n`{ast.unparse(node)}`\n\n{_read_text(following)}\n")
    return found


def _write_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return f"### {node.name}\n\n{_write_signature(node)}\n\n{_write_doc(ast.get_docstring(node) or '')}"


def _write_class(node: ast.ClassDef, inherited: dict[str, str]) -> str:
    bases = ", ".join(ast.unparse(base) for base in node.bases)
    doc = ast.get_docstring(node) or ""
    told = {**inherited, **_read_facts(doc, "Attributes")}
    rows: list[str] = []
    methods: list[str] = []
    for member, following in zip(node.body, [*node.body[1:], None], strict=True):
        if isinstance(member, ast.FunctionDef | ast.AsyncFunctionDef):
            if any(ast.unparse(decorator) == "property" for decorator in member.decorator_list):
                returned = ast.unparse(member.returns) if member.returns else ""
                rows.append(_write_row(member.name, returned, "", ast.get_docstring(member) or ""))
            elif not member.name.startswith("_") or member.name == "__init__":
                about = ast.get_docstring(member) or ("Make one." if member.name == "__init__" else "")
                methods.append(f"{_write_signature(member)}\n\n{_write_doc(about)}")
        elif isinstance(member, ast.Assign | ast.AnnAssign):
            name, kind = _read_target(member)
            if not name.startswith("_"):
                usual = _find_usual(member.value)
                rows.append(_write_row(name, kind, usual, told.pop(name, "") or _read_text(following)))
    left = {name: about for name, about in told.items() if name not in inherited}
    taken = [_write_row(name, "", "", about) for name, about in left.items()]  # what a constructor keeps
    table = ["| | type | usual | |", "|---|---|---|---|", *rows, *taken]
    heading = f"### {node.name}\n\n`class {node.name}{f'({bases})' if bases else ''}`\n"
    return "\n".join([heading, _write_doc(doc), *(["\n".join(table) + "\n"] if table[2:] else []), *methods])


def _list_inherited(of: type) -> dict[str, str]:
    """What the classes above it say of their attributes."""
    facts: dict[str, str] = {}
    for parent in reversed(of.__mro__[1:]):
        if parent.__module__.startswith("moe_core"):
            facts |= _read_facts(inspect.cleandoc(parent.__doc__ or ""), "Attributes")
    return facts


def _read_target(member: ast.Assign | ast.AnnAssign) -> tuple[str, str]:
    """The name that is assigned to, and its type as written."""
    if isinstance(member, ast.Assign):
        return ast.unparse(member.targets[0]), ""
    return ast.unparse(member.target), re.sub(r"^ClassVar\[(.*)\]$", r"\1", ast.unparse(member.annotation))


def _write_row(name: str, kind: str, usual: str, about: str) -> str:
    words = " ".join(about.split("\n\n", maxsplit=1)[0].split())
    cells = [*(f"`{cell}`" if cell else "" for cell in (name, kind, usual)), words]
    return f"| {' | '.join(cell.replace('|', BAR) for cell in cells)} |"


def _write_signature(node: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    start = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    taken = ast.unparse(node.args).removeprefix("self").removeprefix("cls").removeprefix(", ")
    returns = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    return f"`{start} {node.name}({taken}){returns}`"


def _write_doc(doc: str) -> str:
    """A docstring as Markdown; attributes apart, which have a table."""
    if not doc.strip():
        return "\n"
    text, *sections = SECTION.split(doc)
    parts = [text.strip() + "\n"]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        if title == "Example":
            code = dedent(body.strip("\n")).rstrip().replace("'''", '"""')
            parts.append(f"```python\n{code}\n```\n")
        elif title in ("Args", "Raises"):
            rows = [f"- `{name}`: {about}" for name, about in _read_facts(doc, title).items()]
            parts.append("\n".join([f"{title}:\n", *rows]) + "\n")
        elif title == "Returns":
            parts.append(f"Returns: {' '.join(body.split())}\n")
    return "\n".join(parts)


def _read_facts(doc: str, title: str) -> dict[str, str]:
    """The names and descriptions of one section of a docstring, continued lines joined."""
    sections = SECTION.split(doc)
    body = dict(zip(sections[1::2], sections[2::2], strict=True)).get(title, "")
    facts: dict[str, str] = {}
    for line in dedent(body.strip("\n")).splitlines():
        if line.startswith(" ") and facts:
            last = next(reversed(facts))
            facts[last] += f" {line.strip()}"
        elif ": " in line:
            name, about = line.split(": ", 1)
            facts.update(dict.fromkeys(name.split(", "), about))
    return facts


def _read_text(node: ast.stmt | None) -> str:
    """The words below an assignment."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return str(node.value.value) if is_text else ""  # type: ignore[union-attr]


def _find_usual(value: ast.expr | None) -> str:
    """The value that a field has when nobody sets it, as written."""
    if value is None:
        return ""
    text = ast.unparse(value)
    made = re.match(r"field\(default_factory=(lambda: )?(.*?)(?:, (?:repr|compare)=.*)?\)$", text)
    if made is None:
        return text
    return made[2] if made[1] else f"{made[2]}()"


if __name__ == "__main__":
    PAGE.write_text(build_page(), encoding="utf-8")
