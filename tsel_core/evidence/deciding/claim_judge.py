"""The model's own judgement of a claim by a sentence of the document: yes, no or not stated, by logits."""

from __future__ import annotations

from tsel_core.evidence.asking.asker import Asker
from tsel_core.prompts.library import prompt_list, prompt_text
from tsel_core.text.language import Lang, detect_lang
from tsel_core.trust.claims.parts.claim import ClaimJudge

MAX_EVIDENCE_CHARS = 1200


def claim_judge(asker: Asker, lang: Lang | None = None) -> ClaimJudge:
    """What `tsel_core.trust` asks where the rules do not decide: (claim, evidence) -> how likely it is stated (0..1).

    Only the sentence is shown, not the document: a claim is judged by what is printed beside it. A judgement costs the
    tokens of the pair.
    """

    def ask(claim: str, evidence: str) -> float:
        words = lang or detect_lang(evidence)
        options = prompt_list("judge", "claim_options", words)
        passages = [evidence[:MAX_EVIDENCE_CHARS]]
        shares = asker.choose(prompt_text("judge", "claim", words), options, passages, claim, alone=True, once=True)
        return shares[0]

    return ask
