"""/v1/models, and what this server has no model for."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException


def model_routes(app: FastAPI, model: str) -> None:
    """Add them to the application."""
    about = {"id": model, "object": "model", "created": 0, "owned_by": "tsel"}

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [about]}

    @app.get("/v1/models/{name:path}")
    async def one_model(name: str) -> dict[str, Any]:
        if name != model:
            raise HTTPException(404, f"there is no model {name[:80]!r}")
        return about

    @app.post("/v1/embeddings")
    async def embeddings() -> dict[str, Any]:
        raise HTTPException(501, "this server has no model for embeddings: it reads whole documents instead")
