"""The same doors for type checkers; tests/moe/test_rooms.py holds the two files together."""

from moe.asking.fitting.templates import check_templates as check_templates
from moe.asking.servers.download import pull_model as pull_model
from moe.asking.servers.examination import examine_servers as examine_servers
from moe.asking.servers.health import check_providers as check_providers
from moe.asking.servers.selection import ProviderSelector as ProviderSelector
from moe.asking.services import ModelServices as ModelServices
from moe.knowledge.checked_retriever import prepare_retriever as prepare_retriever
from moe.knowledge.graph.graphml import write_graphml as write_graphml
from moe.knowledge.graph.snapshot import take_snapshot as take_snapshot
from moe.knowledge.index.status import read_status as read_status
from moe.knowledge.index.store import IndexStore as IndexStore
from moe.knowledge.index.update.index_update import update_index as update_index
from moe.knowledge.index.verification import verify_index as verify_index
from moe.knowledge.library import DocumentLibrary as DocumentLibrary
from moe.running.citing.walked_graph import find_walked_graph as find_walked_graph
from moe.running.environment import RunEnvironment as RunEnvironment
from moe.running.live import follow_run as follow_run
from moe.running.run import Run as Run
from moe.running.tools.toolbox import run_tool as run_tool
from moe.storage.runs import RunStore as RunStore
from moe_core.loading.assembly import build_registry as build_registry
from moe_core.loading.modelfile.agent import build_agent as build_agent
from moe_core.loading.modelfile.load import load_agent as load_agent
from moe_core.loading.modelfile.load import load_modelfile as load_modelfile
