"""What becomes of a passage that gives orders in an answer: named in JSON, warnings and receipt."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from order_forms import PLAIN_ORDER

from tsel_cli.i18n.translate import translate
from tsel_cli.render.receipt import order_lines
from tsel_core.answer import Answer, AttentionReport, Draft, Receipt
from tsel_core.document import Document, Unit, render_documents
from tsel_core.prompts.build import Prompt
from tsel_core.prompts.tasks import ask_task
from tsel_core.trust.finish import finish_answer

QUESTION = "What is the invoice number?"


def answered(text: str, *paragraphs: str, question: str = QUESTION) -> Answer:
    """The checked answer `text` to a question about a document of these paragraphs."""
    import numpy as np

    units = tuple(Unit(i, "paragraph", f"para {i + 1}", part) for i, part in enumerate(paragraphs))
    document = Document("contract.txt", "0" * 64, "txt", "paragraph", units)
    rendered = render_documents([document])
    nothing = np.zeros(0, dtype=np.int64)
    prompt = Prompt([], 0, 0, rendered, (document,), ask_task(question), nothing, nothing)
    draft = Draft(
        command="ask",
        text=text,
        lang="en",
        documents=(document,),
        model={"dtype": "float32"},
        receipt=Receipt(10, 10, len(units), len(units)),
        attention=AttentionReport("full", "full", "short", 1, 1, 1, "soft", None, None, None),
        timings={},
        prompt_tokens=0,
        completion_tokens=0,
        stop_reason="end",
    )
    return finish_answer(draft, prompt)


def orders(answer: Answer) -> list[dict[str, Any]]:
    return answer.as_json("1")["orders"]  # type: ignore[no-any-return]


def test_orders_are_named_in_json_warnings_and_receipt() -> None:
    answer = answered("4711", "The invoice number is 4711.", PLAIN_ORDER)
    (order,) = orders(answer)
    assert (order["label"], order["quote"]) == ("para 2", PLAIN_ORDER)
    assert any("para 2" in w and PLAIN_ORDER in w for w in answer.warnings)
    (line,) = order_lines(answer)
    assert line == f'ORDERS    para 2 gives orders to its reader or to this program: "{PLAIN_ORDER}"'
    for words in (line, *answer.warnings):
        assert translate(words).startswith(("指示文    para 2に、", "para 2に、"))


def test_a_document_without_orders_says_nothing_of_them() -> None:
    answer = answered("4711", "The invoice number is 4711.", "Delivery is in May.")
    assert (orders(answer), order_lines(answer), list(answer.warnings)) == ([], [], [])


def test_many_orders_are_counted() -> None:
    answer = answered("4711", "The invoice number is 4711.", *[f"{n}. {PLAIN_ORDER}" for n in range(6)])
    assert len(orders(answer)) == 6
    assert order_lines(answer)[3:] == ["ORDERS    3 more passages give orders"]
    assert len(order_lines(replace(answer, extra={"orders": orders(answer)[:2]}))) == 2
