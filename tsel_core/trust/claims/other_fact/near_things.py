"""What stands near the asked thing and is another one: another owner, purpose, neighbour, holder, sum or day."""

from __future__ import annotations

from tsel_core.text.same_values import own_values, same_value
from tsel_core.text.values import extract_values
from tsel_core.trust.claims.other_fact.beside_it import of_one_beside
from tsel_core.trust.claims.other_fact.by_pronoun import of_what_was_named
from tsel_core.trust.claims.other_fact.contrast import told_of_contrast
from tsel_core.trust.claims.other_fact.day_asked import told_of_other_days
from tsel_core.trust.claims.other_fact.in_its_place import in_its_place
from tsel_core.trust.claims.other_fact.not_a_holder import not_a_holder
from tsel_core.trust.claims.other_fact.sum_named import another_sum
from tsel_core.trust.claims.other_fact.whose import done_by_another, of_another_owner
from tsel_core.trust.claims.parts.evidence import Sentence, Sentences
from tsel_core.trust.passages import features
from tsel_core.trust.question_match import content_words

_REACH = 5  # sentences before and behind one that may introduce it


def told_of_something_near(stated: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """What is asked about and what the sentence tells of instead ("contractor / customer"); "" where of the same."""
    words = sentences.index.text(sentence.span)
    before, headings, document = sentence.before, sentence.headings, sentences.index.whole
    return (
        _other_of_two(stated, question, sentence, sentences)
        or of_another_owner(question, words, headings, document)
        or done_by_another(question, words)
        or (of_what_was_named(question, words, before, headings, document) if sentence.speaker is None else "")
        or of_one_beside(question, words, before, headings, document)
        or in_its_place(stated, question, words, headings, document)
        or not_a_holder(stated, question, words, document)
        or another_sum(question, words, _near(sentence, sentences), sentences.texts)
        or told_of_other_days(question, words, f"{headings}\n{before}", sentences.texts)
    )


def _near(sentence: Sentence, sentences: Sentences) -> str:
    """Headings and the sentences around one, among them what introduces a list."""
    return "\n".join([sentence.headings, *(s.text for s in sentences.around(sentence, _REACH))])


def _other_of_two(stated: str, question: str, sentence: Sentence, sentences: Sentences) -> str:
    """The two of a contrast, where another sentence with the same value has what this one lacks and tells of the other.

    5日 of 「正社員が結婚するときは、5日」 stands in 「看護の休暇は…5日」, too, and パートの結婚 is asked for.
    """
    values, asked = own_values(stated, question), content_words(question).keys()
    if not values or not asked:
        return ""
    held = features(sentence.text).keys()
    for text in sentences.texts:
        if text == sentence.text or not (asked & features(text).keys()) - held:
            continue
        if all(any(same_value(v, w) for w in extract_values(text)) for v in values):
            found = told_of_contrast(question, text, sentence.headings)
            if found:
                return found
    return ""
