"""The explorer's server: the page, its files, and the published maps as encoded payloads."""

import gzip
from collections.abc import Callable
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from clio_assets.errors import ClioError, HomeError, LakeError, contained
from clio_assets.explorer.releases import Releases, Replaced
from clio_assets.explorer.security import Access, Guard
from clio_assets.explorer.static_files import PAGE, StaticFiles

#: Example conversations of a cluster: id and the client's address -> what is sent.
Traces = Callable[[str, str], dict[str, object] | None]

#: Bytes about the map of a window and facet, of the release with a digest.
Published = Callable[..., bytes | Replaced | None]

#: Asked for again each time, and sent only where it changed.
_REVALIDATED = "private, no-cache"
#: The address names the release, so what it leads to never changes.
_KEPT = "private, max-age=86400, immutable"
_PAYLOAD = "application/octet-stream"

_NOT_FOUND = "There is nothing here; the explorer is at /."


def create_app(releases: Releases, access: Access, traces: Traces | None = None) -> ASGIApp:
    """The application. Without `traces` it has no route for them."""
    files = StaticFiles()
    routes = [
        Route("/", partial(_static, files, name=PAGE)),
        Route("/static/{name:path}", partial(_static, files)),
        Route("/data/index", partial(_index, releases)),
        Route("/data/map/{window}/{facet}", partial(_published, releases.map)),
        Route("/data/trends/{window}/{facet}", partial(_published, releases.trends)),
        Route("/healthz", _healthy),
    ]
    if traces is not None:
        routes.append(Route("/data/traces/{cluster}", partial(_traces, traces)))
    handlers = {HTTPException: _http_error, ClioError: _clio_error}
    return Guard(Starlette(routes=routes, exception_handlers=handlers), access)


def _static(files: StaticFiles, request: Request, name: str | None = None) -> Response:
    with contained("the explorer", "page", mute=False):
        found = files.get(request.path_params["name"] if name is None else name)
    if found is None:
        return PlainTextResponse(_NOT_FOUND, 404)
    return _unless_known(request, found.etag, partial(_encoded, request, found.gzipped, found.type))


def _encoded(request: Request, gzipped: bytes, media_type: str) -> Response:
    """Content as it is kept, which browsers take; whoever does not take gzip gets it plain."""
    headers = {"Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(gzip.decompress(gzipped), headers=headers, media_type=media_type)
    headers["Content-Encoding"] = "gzip"
    return Response(gzipped, headers=headers, media_type=media_type)


def _index(releases: Releases, request: Request) -> Response:
    with contained("the explorer", "index", mute=False):
        index = releases.index()
    return _unless_known(
        request, f'"{index.digest}"', partial(_encoded, request, index.data, _PAYLOAD)
    )


def _published(read: Published, request: Request) -> Response:
    """A map, or the topics of one, of the release that the page shows."""
    digest = request.query_params.get("release", "")
    with contained("the explorer", "map", mute=False):
        found = read(**request.path_params, digest=digest)
    if isinstance(found, Replaced):
        return JSONResponse({"digest": found.digest}, 409)
    if found is None:
        return PlainTextResponse("This map is not published.", 404)
    response = _encoded(request, found, _PAYLOAD)
    response.headers["Cache-Control"] = _KEPT
    return response


def _traces(traces: Traces, request: Request) -> Response:
    client = request.client.host if request.client else ""
    with contained("the explorer", "traces", mute=False):
        found = traces(request.path_params["cluster"], client)
    if found is None:
        return PlainTextResponse("There is no such published leaf.", 404)
    return JSONResponse(found)


def _healthy(request: Request) -> Response:
    del request
    return PlainTextResponse("ok")


def _unless_known(request: Request, etag: str, answer: Callable[[], Response]) -> Response:
    """The answer with its tag, or 304 to a browser that has it already."""
    known = request.headers.get("if-none-match", "")
    response = Response(status_code=304) if etag in known else answer()
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _REVALIDATED
    return response


def _http_error(request: Request, error: Exception) -> Response:
    """Starlette's own refusals, in plain words."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    return PlainTextResponse(_NOT_FOUND if status == 404 else "That cannot be asked.", status)


def _clio_error(request: Request, error: Exception) -> Response:
    """The platform's own errors: their messages hold no content and no paths."""
    del request
    unavailable = isinstance(error, HomeError | LakeError)
    return PlainTextResponse(f"{error}.", 503 if unavailable else 500)
