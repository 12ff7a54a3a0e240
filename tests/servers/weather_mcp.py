"""An MCP server for the tests: a forecast whose description is the first argument; the second is a port, or nothing."""

import base64
import os
import sys

from mcp.server import MCPServer
from mcp.types import ImageContent

server = MCPServer("weather")


def forecast(town: str, days: int = 1) -> str:
    if town == "Atlantis":
        raise ValueError("there is no such town")
    return f"{town}: rain for {days} days"


def variables() -> list[str]:
    """The names of all environment variables."""
    return sorted(os.environ)


def picture() -> ImageContent:
    """A picture of the sky."""
    return ImageContent(type="image", data=base64.b64encode(b"sky").decode(), mime_type="image/png")


if __name__ == "__main__":
    server.add_tool(forecast, description=sys.argv[1])
    server.add_tool(variables)
    server.add_tool(picture, structured_output=False)
    if len(sys.argv) > 2:
        server.run("streamable-http", port=int(sys.argv[2]))
    else:
        print("this is no part of the protocol", file=sys.stderr)
        server.run()
