"""The one model of the server, as Ollama lists and describes models."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tsel_core.prompts.messages import knows_tools

if TYPE_CHECKING:
    from tsel_core.session import Session

LATEST = ":latest"


def is_ours(name: Any, model: str) -> bool:
    """Whether a client's name is the server's model, with or without its tag."""
    return isinstance(name, str) and name.removesuffix(LATEST) in (model, "default", "tsel")


def now() -> str:
    """The time of a reply."""
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _details(session: Session) -> dict[str, Any]:
    info = session.info
    return {
        "parent_model": "",
        "format": "safetensors",
        "family": info.model_type,
        "families": [info.model_type],
        "parameter_size": f"{info.num_params / 1e9:.1f}B",
        "quantization_level": str(session.engine.loaded.dtype).removeprefix("torch.").upper(),
    }


def tag(session: Session, model: str) -> dict[str, Any]:
    """The model in a list."""
    info = session.info
    modified = datetime.fromtimestamp(info.path.stat().st_mtime, UTC).isoformat() if info.path.exists() else now()
    return {
        "name": model + LATEST,
        "model": model + LATEST,
        "modified_at": modified,
        "size": info.weight_bytes,
        "digest": info.sha256,
        "details": _details(session),
    }


def running(session: Session, model: str) -> dict[str, Any]:
    """The model in the list of loaded ones: it stays for as long as the server runs."""
    size = session.info.loaded_bytes(session.device)
    on_gpu = size if session.device != "cpu" else 0
    until = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    more = {"expires_at": until, "size_vram": on_gpu, "context_length": session.info.trained_window}
    return tag(session, model) | {"size": size} | more


def shown(session: Session) -> dict[str, Any]:
    """What `show` tells."""
    info, config, kind = session.info, session.engine_config, session.info.model_type
    template = getattr(session.tokenizer, "chat_template", None)
    return {
        "license": info.licence,
        "modelfile": "",
        "parameters": f"temperature 0\nnum_predict {config.max_new_tokens}",
        "template": template if isinstance(template, str) else "",
        "details": _details(session),
        "model_info": {
            "general.architecture": kind,
            "general.parameter_count": info.num_params,
            f"{kind}.context_length": info.trained_window,
            f"{kind}.embedding_length": info.hidden_size,
            f"{kind}.block_count": info.num_layers,
            f"{kind}.attention.head_count": info.num_heads,
            f"{kind}.attention.head_count_kv": info.num_kv_heads,
        },
        "capabilities": ["completion", *(["tools"] if knows_tools(session.tokenizer) else [])],
        "modified_at": tag(session, info.name)["modified_at"],
    }
