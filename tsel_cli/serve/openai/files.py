"""/v1/files: documents are read when they come, and known by an id."""

from __future__ import annotations

import asyncio
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import Response

from tsel_cli.serve.desk import Desk, owner_of_request
from tsel_cli.serve.limits import UPLOADS_AT_ONCE, Gate, read_upload


def file_routes(app: FastAPI, desk: Desk) -> None:
    """Add them to the application."""
    uploads, files = Gate(UPLOADS_AT_ONCE), desk.files

    @app.post("/v1/files")
    async def upload(request: Request) -> dict[str, Any]:
        with uploads.enter():
            found = await read_upload(request)
            if found is None:
                raise HTTPException(400, "the form needs a file")
            with desk.engine.watch.parsing():
                return (await asyncio.to_thread(files.add, *found, owner_of_request(request))).as_json()

    @app.get("/v1/files")
    async def list_files(request: Request) -> dict[str, Any]:
        found = [file.as_json() for file in files.list(owner_of_request(request))]
        return {"object": "list", "data": found, "has_more": False}

    @app.get("/v1/files/{file_id}")
    async def one_file(file_id: str, request: Request) -> dict[str, Any]:
        return files.get(file_id, owner_of_request(request)).as_json()

    @app.get("/v1/files/{file_id}/content")
    async def content(file_id: str, request: Request) -> Response:
        files.get(file_id, owner_of_request(request))
        raise HTTPException(400, "the bytes of a file are not kept, only what was read of it")

    @app.delete("/v1/files/{file_id}")
    async def delete(file_id: str, request: Request) -> dict[str, Any]:
        files.delete(file_id, owner_of_request(request))
        desk.engine.forget()  # the reading in memory may be of this file
        return {"id": file_id, "object": "file", "deleted": True}
