"""/v1/embeddings and /api/embed: vectors of texts, where a model for them was named; else they are refused."""

from __future__ import annotations

import asyncio
import base64
import logging
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from tsel_cli.serve.desk import json_body
from tsel_core.errors import ModelError, UsageError
from tsel_core.installing import adding

_MOST = 2048  # texts of a request, as the OpenAI API has it
_NONE = "no model for embeddings is configured here; start the server with --embeddings FOLDER"


@dataclass(frozen=True, slots=True)
class Vectors:
    """One vector a text, and how many tokens were read."""

    rows: list[list[float]]
    raw: list[bytes]  # the same as float32, little endian
    num_tokens: int


class Embedder:
    """A sentence-transformers model of a folder: pooling, norm and prompt are its own. Nothing is fetched or cut."""

    def __init__(self, folder: Path, device: str) -> None:
        if not (folder / "modules.json").is_file():
            raise ModelError(f"{folder}: no model of sentence-transformers", "name the folder that holds modules.json")
        try:
            from sentence_transformers import SentenceTransformer
            from transformers.utils.logging import disable_progress_bar
        except ImportError as error:
            hint = adding("sentence-transformers")
            raise UsageError("--embeddings needs the sentence-transformers package", hint) from error
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        disable_progress_bar()
        try:
            self.model = SentenceTransformer(str(folder), device=device, local_files_only=True, trust_remote_code=False)
        except Exception as error:
            why = f"{type(error).__name__}: {str(error)[:200]}"
            hint = "fetch it again, or name another"
            raise ModelError(f"{folder}: the model cannot be loaded: {why}", hint) from error
        self.name = folder.resolve().name
        self._lock = threading.Lock()

    def vectors(self, texts: list[str]) -> Vectors:
        """The vectors of texts. Raises UsageError for one that is longer than the model reads."""
        with self._lock:  # counting, too: whether a tokenizer cuts is a state of its machine, and encoding has it cut
            most, counts = self.model.max_seq_length, [len(self.model.tokenizer(text)["input_ids"]) for text in texts]
            for number, count in enumerate(counts):
                if most is not None and count > most:
                    said = f"text {number} has {count:,} tokens, the model for embeddings reads {most:,}"
                    raise UsageError(said, "send shorter texts; nothing is cut here")
            found = self.model.encode(texts, convert_to_numpy=True, show_progress_bar=False).astype("<f4")
        return Vectors(found.tolist(), [row.tobytes() for row in found], sum(counts))


def embedding_routes(app: FastAPI, embedder: Embedder | None) -> None:
    """Add them to the application; they come before the routes that refuse what is not there."""

    @app.post("/v1/embeddings")
    async def embeddings(request: Request) -> Response:
        body = await _body(request)
        found = await _vectors(embedder, _texts(body.get("input")), body)
        form = body.get("encoding_format") or "float"
        if form not in ("float", "base64"):
            raise HTTPException(400, "encoding_format must be float or base64")
        rows = [base64.b64encode(raw).decode() for raw in found.raw] if form == "base64" else found.rows
        data = [{"object": "embedding", "index": at, "embedding": row} for at, row in enumerate(rows)]
        usage = {"prompt_tokens": found.num_tokens, "total_tokens": found.num_tokens}
        name = "" if embedder is None else embedder.name
        return JSONResponse({"object": "list", "data": data, "model": name, "usage": usage})

    @app.post("/api/embed")
    async def embed(request: Request) -> dict[str, Any]:
        body = await _body(request)
        found = await _vectors(embedder, _texts(body.get("input")), body)
        return {"model": body.get("model"), "embeddings": found.rows, "prompt_eval_count": found.num_tokens}

    @app.post("/api/embeddings")
    async def embed_one(request: Request) -> dict[str, Any]:
        body = await _body(request)
        found = await _vectors(embedder, _texts(body.get("prompt")), body)
        return {"embedding": found.rows[0]}


async def _body(request: Request) -> dict[str, Any]:
    body = await json_body(request)
    if not isinstance(body, dict):
        raise HTTPException(400, "the body must be an object")
    return body


async def _vectors(embedder: Embedder | None, texts: list[str], body: dict[str, Any]) -> Vectors:
    if embedder is None:
        raise HTTPException(501, _NONE)
    wanted = body.get("model")
    if wanted not in (embedder.name, f"{embedder.name}:latest"):
        raise HTTPException(404, f"the model for embeddings is {embedder.name!r}, not {str(wanted)[:80]!r}")
    if body.get("dimensions") not in (None, embedder.model.get_embedding_dimension()):
        raise HTTPException(400, f"vectors of this model have {embedder.model.get_embedding_dimension()} dimensions")
    return await asyncio.to_thread(embedder.vectors, texts)


def _texts(given: Any) -> list[str]:
    texts = [given] if isinstance(given, str) else given
    if not isinstance(texts, list) or not texts or len(texts) > _MOST:
        raise HTTPException(400, f"input must be a text, or a list of 1 to {_MOST} texts")
    if not all(isinstance(text, str) for text in texts):
        raise HTTPException(400, "input must be text: numbers of another model's tokens mean nothing to this one")
    if not all(texts):
        raise HTTPException(400, "a text of the input is empty")
    return texts
