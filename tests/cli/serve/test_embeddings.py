"""/v1/embeddings and Ollama's, with a tiny model of sentence-transformers that is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from serve_support import KEY, openai
from uvicorn_support import ServerThread

from tsel_core.errors import ModelError, UsageError

pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed (the embeddings extra)")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random BERT of two layers, mean pooling, vectors of length one."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    base = tmp_path_factory.mktemp("base")
    vocab = {word: n for n, word in enumerate(["[PAD]", "[UNK]", "the", "fee", "is", "lease", "ends"])}
    made = Tokenizer(models.WordLevel(vocab, unk_token="[UNK]"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=made, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(base)
    torch.manual_seed(3)
    small = BertConfig(
        vocab_size=7, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32,
    )  # fmt: skip
    BertModel(small).save_pretrained(base)
    words = Transformer(str(base), max_seq_length=8)
    path = base.parent / "tiny-vectors"
    SentenceTransformer(modules=[words, Pooling(16), Normalize()], device="cpu").save(str(path))
    return path


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[SimpleNamespace]:
    from fastapi import FastAPI

    from tsel_cli.serve.embeddings import Embedder, embedding_routes
    from tsel_cli.serve.openai.errors import handle_errors
    from tsel_cli.serve.openai.models import model_routes

    app, embedder = FastAPI(), Embedder(folder, "cpu")
    handle_errors(app)
    model_routes(app, "tiny", embedder.name)
    embedding_routes(app, embedder)
    thread = ServerThread(app)
    client = openai.OpenAI(base_url=thread.address + "/v1", api_key=KEY, max_retries=0)
    yield SimpleNamespace(client=client, url=thread.address, model=embedder.model)
    thread.stop()


def test_vectors_are_those_of_the_model(served: Any) -> None:
    texts = ["the fee is", "the lease ends"]
    wanted = served.model.encode(texts)
    for form in ("float", "base64"):  # the client decodes base64 where none is asked for
        more = {"encoding_format": "float"} if form == "float" else {}
        found = served.client.embeddings.create(model="tiny-vectors", input=texts, **more)
        assert [row.index for row in found.data] == [0, 1]
        for row, vector in zip(found.data, wanted, strict=True):
            assert row.embedding == pytest.approx(vector.tolist(), abs=1e-6)
    assert found.usage.prompt_tokens == 6
    assert found.model == "tiny-vectors"
    assert {m.id for m in served.client.models.list()} == {"tiny", "tiny-vectors"}
    assert served.client.embeddings.create(model="tiny-vectors", input="fee", dimensions=16).data[0].index == 0


def test_ollamas_client_gets_the_same(served: Any) -> None:
    ollama = pytest.importorskip("ollama", reason="ollama is not installed (the dev extra)")
    client, wanted = ollama.Client(host=served.url), served.model.encode(["the fee"])[0].tolist()
    assert client.embed("tiny-vectors", ["the fee"]).embeddings[0] == pytest.approx(wanted, abs=1e-6)
    assert client.embeddings("tiny-vectors", "the fee").embedding == pytest.approx(wanted, abs=1e-6)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"model": "tiny"}, "the model for embeddings is 'tiny-vectors'"),
        ({"input": [1, 2]}, "tokens mean nothing to this one"),
        ({"input": ""}, "empty"),
        ({"input": []}, "1 to 2048 texts"),
        ({"input": ["fee", "fee " * 9]}, "text 1 has 9 tokens, the model for embeddings reads 8"),
        ({"dimensions": 4}, "16 dimensions"),
        ({"encoding_format": "int8"}, "float or base64"),
    ],
)
def test_what_cannot_be_done_is_said(change: dict[str, Any], said: str, served: Any) -> None:
    with pytest.raises(openai.APIStatusError, match=said) as caught:
        served.client.embeddings.create(**({"model": "tiny-vectors", "input": "fee"} | change))
    assert caught.value.status_code in (400, 404)


def test_a_folder_that_is_no_such_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tsel_cli.serve.embeddings import Embedder

    with pytest.raises(ModelError, match="no model of sentence-transformers"):
        Embedder(tmp_path, "cpu")
    (tmp_path / "modules.json").write_text("[]")
    with pytest.raises(ModelError, match="cannot be loaded"):
        Embedder(tmp_path, "cpu")
    monkeypatch.setitem(__import__("sys").modules, "sentence_transformers", None)
    with pytest.raises(UsageError, match="needs the sentence-transformers package") as caught:
        Embedder(tmp_path, "cpu")
    assert "sentence-transformers" in caught.value.hint
