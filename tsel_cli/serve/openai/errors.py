"""Every error in the form of the OpenAI API, or of Ollama's where a request was for that."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException as StarletteHTTPException

from tsel_cli.i18n import in_language
from tsel_cli.serve.job import ServerEnds
from tsel_cli.serve.limits import Busy
from tsel_cli.serve.running import Gone
from tsel_core.errors import DocumentError, TselError


def error_body(message: str, hint: str, kind: str) -> dict[str, Any]:
    """The "error" object."""
    return {"message": f"{message}; {hint}" if hint else message, "type": kind, "param": None, "code": None}


def _failure(
    request: Request, status: int, message: str, hint: str = "", headers: dict[str, str] | None = None
) -> JSONResponse:
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": f"{message}; {hint}" if hint else message}, status, headers)
    kind = "invalid_request_error" if status < 500 and status != 429 else "server_error"
    return JSONResponse({"error": error_body(message, hint, kind)}, status, headers)


def handle_errors(app: FastAPI) -> None:
    """Answer every error of the application so."""

    @app.exception_handler(TselError)
    async def ours(request: Request, error: TselError) -> JSONResponse:
        missing = isinstance(error, DocumentError) and error.message.startswith("there is no file")
        status = 503 if isinstance(error, ServerEnds) else 404 if missing else 400
        lang = request.query_params.get("lang", "en")  # of the page's reader
        return _failure(request, status, in_language(error.message, lang), in_language(error.hint, lang))

    @app.exception_handler(Busy)
    async def busy(request: Request, error: Busy) -> JSONResponse:
        headers = {"Retry-After": str(error.retry_after)}
        return _failure(
            request, 429, "the server is busy: its queue is full", f"try again in {error.retry_after} s", headers
        )

    @app.exception_handler(Gone)
    async def gone(_request: Request, _error: Gone) -> Response:
        return Response(status_code=499)

    @app.exception_handler(StarletteHTTPException)
    async def theirs(request: Request, error: StarletteHTTPException) -> JSONResponse:
        return _failure(request, error.status_code, str(error.detail))
