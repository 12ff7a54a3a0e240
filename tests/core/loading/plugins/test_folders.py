from moe_core.contracts.persona import Tier

TOOL = """
from moe_core import BaseTool

class YourTool(BaseTool):
    async def execute(self, params: dict) -> dict:
        return {"got": params}
"""


def test_one_file_with_a_five_line_class_is_a_tool(tree):
    path = tree.write("plugins/tools/handy/your_tool.py", TOOL)
    entry = tree.build().tools.get("your_tool")
    assert (entry.category, entry.source.origin, entry.source.location) == ("handy", "project", str(path))
    assert entry.full_id == "project/plugins/tools/handy/your_tool.py:your_tool"
    assert entry.schema == {"type": "object"}


def test_a_tools_own_words_win_over_what_is_derived(tree):
    tree.write(
        "plugins/tools/handy/your_tool.py",
        '''
        from pydantic import BaseModel
        from moe_core import BaseTool

        class Wanted(BaseModel):
            text: str

        class YourTool(BaseTool):
            """Count things.

            More words.
            """

            name = "counter"
            category = "numbers"
            capabilities = ("counting",)
            Params = Wanted

            async def execute(self, params):
                return {}
        ''',
    )
    entry = tree.build().tools.get("counter")
    assert (entry.summary, entry.category, entry.capabilities) == ("Count things.", "numbers", ("counting",))
    assert entry.schema["required"] == ["text"]


def test_every_kind_of_class_is_found_without_a_hook_in_any_folder(tree):
    tree.write(
        "plugins/scorers/all.py",
        """
        from moe_core import *

        class S(Scorer):
            name = "short"
            summary = "Likes it short."
            async def score(self, subject): return 1.0

        class R(Retriever):
            "Finds nothing."
            name = "nothing"
            def build(self, passages): ...

        class T(TraversalStrategy):
            name = "stay"
            def begin(self, question, graph): return self
            def evaluate_node_relevance(self, persona, node): return 0.0
            def decide_traversal(self, current, available, persona): return []

        class M(ModelProvider):
            name = "my-server.v1"
            async def generate(self, request): ...
            async def generate_structured(self, request, schema): ...
            async def health(self): ...
            async def models(self): ...
        """,
    )
    registry = tree.build()
    assert not registry.problems
    assert registry.scorers.get("short").summary == "Likes it short."
    assert registry.retrievers.get("nothing").summary == "Finds nothing."
    assert registry.traversals.names() == ["stay"]
    assert registry.model_providers.names() == ["my-server.v1"]
    assert registry.plugins[0].brings == {
        "scorer": ("short",),
        "retriever": ("nothing",),
        "traversal": ("stay",),
        "model_provider": ("my-server.v1",),
    }


def test_only_concrete_public_classes_of_the_module_itself_count(tree):
    tree.write(
        "plugins/tools/family.py",
        """
        from abc import abstractmethod
        from moe_core import BaseTool
        from moe_core.testing.doubles import RecordingTool

        class Base(BaseTool):
            @abstractmethod
            def part(self): ...
            async def execute(self, params): return {}

        class _Private(Base):
            def part(self): ...

        class Child(Base):
            def part(self): ...

        Alias = Child
        """,
    )
    registry = tree.build()
    assert registry.tools.names() == ["child"]
    assert not registry.problems


def test_a_class_that_a_hook_returns_too_counts_once(tree):
    tree.write(
        "plugins/tools/both.py",
        TOOL + "from moe_core import hookimpl\n@hookimpl\ndef moe_tools():\n    return [YourTool, YourTool]\n",
    )
    registry = tree.build()
    assert [entry.name for entry in registry.tools] == ["your_tool"]
    assert not registry.problems


def test_a_generator_an_other_name_and_an_optional_hook_are_fine(tree):
    tree.write(
        "plugins/personas/hooks.py",
        """
        from moe_core import Persona, hookimpl

        @hookimpl(specname="moe_personas")
        def first():
            yield Persona(name="ann")

        @hookimpl(specname="moe_personas")
        def second():
            return (Persona(name="bob"),)

        @hookimpl(optionalhook=True)
        def moe_of_the_future():
            return []
        """,
    )
    registry = tree.build()
    assert registry.personas.names() == ["ann", "bob"]
    assert not registry.problems


def test_the_api_version_of_this_moe_is_accepted(tree):
    tree.write("plugins/tools/your_tool.py", "MOE_API_VERSION = 1\n" + TOOL)
    assert tree.build().tools.names() == ["your_tool"]


def test_a_modelfile_in_its_folder_is_an_agent(tree):
    path = tree.write("modelfiles/belters/gardens.moe", "FROM mistral:7b\nROLE belter\nCAPABILITY gardens\n")
    entry = tree.build().belters.get("gardens")
    assert entry.source.location == str(path)
    assert entry.capabilities == ("gardens",)


def test_a_broken_modelfile_is_named_with_its_line(tree):
    tree.write("modelfiles/good.moe", "FROM mistral:7b\nROLE drummer\n")
    path = tree.write("modelfiles/bad.moe", "FROM mistral:7b\nROLE captain\n")
    registry = tree.build()
    assert registry.drummers.names() == ["good"]
    (problem,) = registry.problems
    assert problem.reason == "modelfile"
    assert problem.location.startswith(f"{path}:")


def test_a_modelfile_that_is_no_text_is_a_problem(tree):
    tree.write("modelfiles/binary.moe", b"\xff\xfe\x00\x9f")
    (problem,) = tree.build().problems
    assert problem.plugin == "project/modelfiles/binary.moe"


def test_a_hook_brings_a_folder_of_modelfiles(tree, tmp_path):
    path = tree.write_at(tmp_path / "agents/deep/herbs.moe", "FROM mistral:7b\nROLE belter\n")
    source = "from pathlib import Path\nfrom moe_core import hookimpl\n@hookimpl\ndef moe_modelfiles():\n"
    tree.write("plugins/models/agents.py", f"{source}    return [Path({str(tmp_path / 'agents')!r})]\n")
    entry = tree.build().belters.get("herbs")
    assert entry.source.location == str(path)
    assert entry.source.plugin == "project/plugins/models/agents.py"


def test_personas_come_from_json_as_an_object_or_a_list(tree):
    tree.write(
        "plugins/personas/one.json", '{"name": "ann", "traits": {"depth": 9}, "tier": "active", "motto": "Dig."}'
    )
    tree.write("plugins/personas/two.json", b'\xef\xbb\xbf[{"name": "bob", "expertise": ["law"]}, {"name": "cy"}]')
    registry = tree.build()
    assert registry.personas.names() == ["ann", "bob", "cy"]
    ann = registry.personas.get("ann").value
    assert (ann.traits.depth, ann.traits.breadth, ann.tier, ann.metadata) == (9, 5, Tier.ACTIVE, {"motto": "Dig."})
    assert registry.personas.get("bob").capabilities == ("law",)


def test_one_bad_persona_of_a_list_does_not_take_the_others_with_it(tree):
    tree.write(
        "plugins/personas/list.json",
        """
        [{"name": "fine"},
         {"name": "steep", "traits": {"depth": 10}},
         {"name": "odd", "traits": {"dept": 3}},
         {"name": "slip", "expertize": ["law"]},
         {"description": "nobody"},
         "text"]
        """,
    )
    info = tree.info("project/plugins/personas/list.json")
    assert (info.state, info.brings) == ("active", {"persona": ("fine",)})
    messages = [problem.message for problem in info.problems]
    for words, message in zip(("steep", "odd", "slip", "name", "persona"), messages, strict=True):
        assert words in message
    assert "depth" in info.problems[1].hint
    assert "expertise" in info.problems[2].hint


def test_a_persona_may_be_written_in_its_stored_form(tree):
    tree.write(
        "plugins/personas/stored.json",
        """{"persona_id": "ann", "traits": {"patience": 7}, "expertise": [], "activation_cost": 2,
            "historical_performance": {}, "metadata": {"tier": "stable", "motto": "Dig."}}""",
    )
    tree.write("plugins/personas/half.json", '{"persona_id": "bob", "motto": "Dig.", "traits": {"patience": 0}}')
    registry = tree.build()
    ann = registry.personas.get("ann").value
    assert (ann.traits.find("patience"), ann.activation_cost, ann.tier, ann.metadata) == (
        7,
        2.0,
        Tier.STABLE,
        {"motto": "Dig."},
    )
    (problem,) = registry.problems
    for fault in ("'motto' was unexpected", "'expertise' is a required", "at $.traits.patience: 0 is less than"):
        assert fault in problem.message


def test_json_that_is_none_says_where(tree):
    tree.write("plugins/personas/bad.json", '{"name": "ann",\n "traits": }')
    tree.write("plugins/personas/number.json", "3")
    tree.write("plugins/personas/latin.json", b'{"name": "caf\xe9"}')
    tree.write("plugins/personas/deep.json", "[" * 100_000)
    problems = {problem.plugin.rsplit("/", 1)[-1]: problem for problem in tree.build().problems}
    assert "line 2" in problems["bad.json"].message
    assert problems["number.json"].reason == problems["deep.json"].reason == "json"
    assert problems["deep.json"].message == "is nested too deep"
    assert problems["latin.json"].reason == "encoding"


def test_a_file_at_the_same_place_replaces_and_stays_visible(tree):
    tree.write("plugins/tools/your_tool.py", TOOL, root="bundled")
    tree.write("plugins/tools/your_tool.py", TOOL + "\nCHANGED = True\n", root="user")
    registry = tree.build()
    assert registry.tools.get("your_tool").source.origin == "user"
    replaced = [info for info in registry.plugins if info.state == "replaced"]
    assert [info.source.plugin for info in replaced] == ["bundled/plugins/tools/your_tool.py"]
    assert str(tree.locations.user) in replaced[0].problems[0].message
    assert not registry.problems


def test_equal_names_from_other_files_collide_and_both_are_named(tree):
    tree.write("plugins/tools/one.py", TOOL, root="user")
    tree.write("plugins/tools/two.py", TOOL + "\nCHANGED = True\n")
    registry = tree.build()
    assert "your_tool" not in registry.tools
    (problem,) = registry.problems
    assert problem.reason == "collision"
    owners = ("user/plugins/tools/one.py:your_tool", "project/plugins/tools/two.py:your_tool")
    assert all(owner in problem.message and owner in registry.tools for owner in owners)
    assert "config/tools.yaml" in problem.hint


def test_a_bundled_name_cannot_be_taken_and_the_other_stays_known_by_its_full_id(tree):
    tree.write("plugins/tools/one.py", TOOL, root="bundled")
    tree.write("plugins/tools/two.py", TOOL + "\nCHANGED = True\n")
    registry = tree.build()
    assert registry.tools.get("your_tool").source.origin == "bundled"
    other = registry.tools.get("project/plugins/tools/two.py:your_tool")
    assert registry.tools.find_name(other) == other.full_id
    (problem,) = registry.problems
    assert (problem.reason, problem.plugin) == ("collision", "project/plugins/tools/two.py")
    assert other.full_id in problem.message
    chosen = tree.build({"tools": {"your_tool": {"use": problem.hint.split("use: '")[1].split("'")[0]}}})
    assert chosen.tools.get("your_tool").source == other.source
    assert not chosen.problems
