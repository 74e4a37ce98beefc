"""What a request may say about the choice of tokens."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Choosing:
    """How tokens are chosen beside temperature and top-p; as it stands here, they are chosen as ever.

    Penalties are of the OpenAI API: taken off the logits of tokens that this reply holds already, once, and for every
    time. `num_logprobs`: how many likely tokens are noted for every one written; None notes none of them.
    """

    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    logit_bias: tuple[tuple[int, float], ...] = ()
    num_logprobs: int | None = None
    grammar: str | None = None

    @property
    def is_plain(self) -> bool:
        """Whether a sampler alone does it."""
        return self == Choosing()
