"""The API for programs: OpenAPI 3.1."""

from ninja import NinjaAPI

from focalpoint import __version__

api = NinjaAPI(title="Focalpoint", version=__version__, urls_namespace="api")
