"""The same names for type checkers."""

from httpx import URL as URL
from httpx import AsyncBaseTransport as AsyncBaseTransport
from httpx import AsyncClient as AsyncClient
from httpx import AsyncHTTPTransport as AsyncHTTPTransport
from httpx import ConnectError as ConnectError
from httpx import HTTPError as HTTPError
from httpx import InvalidURL as InvalidURL
from httpx import LocalProtocolError as LocalProtocolError
from httpx import RemoteProtocolError as RemoteProtocolError
from httpx import Request as Request
from httpx import Response as Response
from httpx import create_ssl_context as create_ssl_context
