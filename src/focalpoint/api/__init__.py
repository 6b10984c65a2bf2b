"""The API for programs: OpenAPI 3.1, one resource for each record type."""

from ninja import NinjaAPI

from focalpoint import __version__
from focalpoint.api import (
    attachments,
    errors,
    identity,
    intake,
    leads,
    records,
    registers,
    search,
)
from focalpoint.api.auth import docs_for_signed_in, session_or_token

api = NinjaAPI(
    title="Focalpoint",
    version=__version__,
    description=(
        "Records of a Firearms Focal Point. Every answer holds what the token's owner "
        "may see, and nothing tells of the rest: absent and forbidden look the same."
    ),
    auth=session_or_token,
    urls_namespace="api",
    docs_decorator=docs_for_signed_in,
    openapi_extra={"info": {"license": {"name": "EUPL-1.2"}}},
)
errors.install(api)
api.add_router("/v1", leads.router)
api.add_router("/v1", records.router)
api.add_router("/v1", attachments.router)
api.add_router("/v1", identity.router)
api.add_router("/v1", search.router)
api.add_router("/v1", intake.router)
api.add_router("/v1", registers.router)
api.add_router("", errors.router)
