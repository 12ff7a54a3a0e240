"""A chain server that always wants the tools of the network, whatever it is offered."""

from chain_server import ChainServer, reply
from model_answers import Asked, Said

SECRET = "the survey of gable nineteen"
SEARCHES = [{"tool": name, "params": {"query": SECRET}} for name in ("web_search", "academic_search", "news")]
NAMES = ("web_search", "academic_search", "news", "http_api")


class WebServer(ChainServer):
    """Has a search Drummer and an API Drummer work on each question, and has them use nothing but the network."""

    api_url = ""

    def say(self, asked: Asked) -> Said:
        properties = asked.schema.get("properties", {}) if isinstance(asked.schema, dict) else {}
        if "tasks" in properties and "drummer" in properties["tasks"]["items"]["properties"]:
            tasks = [
                {"id": name, "drummer": name, "capability": "", "instruction": f"{name}: {SECRET}", "depends_on": []}
                for name in ("search", "api")
            ]
            return reply({"tasks": tasks})
        if "calls" in properties:
            call = {"tool": "http_api", "params": {"url": self.api_url}}
            return reply({"calls": [call] if any(f"api: {SECRET}" in text for text in asked.texts) else SEARCHES})
        return super().say(asked)
