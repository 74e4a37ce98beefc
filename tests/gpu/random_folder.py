"""A model folder with random weights in the shape of Qwen2.5 1.5B: python random_folder.py FOLDER [tiny].

For machines that no model can be brought to. The tokenizer is one of bytes, so a document has as many tokens as bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from tiny_folder import make_folder

SHAPE = {
    "hidden_size": 1536,
    "intermediate_size": 8960,
    "num_hidden_layers": 28,
    "num_attention_heads": 12,
    "num_key_value_heads": 2,
    "vocab_size": 151936,
    "max_position_embeddings": 131072,
    "tie_word_embeddings": True,
    "eos_token_id": 2,
}


def write_weights(folder: Path) -> None:
    """Put random weights (normal, std 0.02) of that shape where the tiny ones are."""
    from transformers import AutoConfig, AutoModelForCausalLM

    torch.manual_seed(0)
    config = AutoConfig.for_model("qwen2", **SHAPE)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    for old in folder.glob("*.safetensors"):
        old.unlink()
    model.cpu().save_pretrained(folder)


if __name__ == "__main__":
    target = make_folder(Path(sys.argv[1]))
    if sys.argv[2:] != ["tiny"]:
        write_weights(target)
