"""/v1/models: the model that answers, and the one for embeddings if there is one."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, HTTPException


def model_routes(app: FastAPI, *names: str) -> None:
    """Add them to the application."""
    about = {name: {"id": name, "object": "model", "created": 0, "owned_by": "tsel"} for name in names}

    @app.get("/v1/models")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": list(about.values())}

    @app.get("/v1/models/{name:path}")
    async def one_model(name: str) -> dict[str, Any]:
        if name not in about:
            raise HTTPException(404, f"there is no model {name[:80]!r}")
        return about[name]
