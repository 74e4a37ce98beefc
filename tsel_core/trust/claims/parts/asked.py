# ruff: noqa: E501 (tables of words)
"""What a yes/no question asks: the statement it makes of a thing, its words, and whether it asks for leave or for a ban."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.text.main_question import asks_yes_no_en, usual_form
from tsel_core.text.plain_asking import asks_yes_no_ja
from tsel_core.text.values import Value, extract_values
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.held import without
from tsel_core.trust.claims.parts.roles import is_party, named_parties, plain_parties
from tsel_core.trust.claims.parts.words import IRREGULAR, RUN, english_tokens, is_japanese
from tsel_core.trust.question_match import judged_statement

_AUX = lazy_pattern(r"^(?:and |or |so |but |then )?(do|does|did|can|could|may|might|must|shall|should|will|would|has|have|had|is|are|was|were)(n['’]t)?\s+", re.I)
_BE = ("is", "are", "was", "were", "has", "have", "had")
_PARTICIPLE = lazy_pattern(r"\b(?:\w{3,}ed|\w+en|made|paid|kept|held|sent|sold|borne|bound|owed|built|bought|due|free|able|liable)\b", re.I)
# what is said of any duty, right or clause, whatever it is about
FRAME = frozenset(
    ["need", "needed", "obliged", "obligation", "obligated", "obligations", "required", "require", "requires", "duty", "duties", "bound", "entitled", "allowed", "permitted", "permission", "right", "rights", "able", "possible", "free", "liable", "commitment", "commit", "clause", "clauses", "provision", "provisions", "agreement", "contract", "term", "terms", "party", "parties", "get", "have", "there", "also", "still", "just", "any", "either", "neither", "each", "both", "provide", "provided", "contain", "include", "document", "say", "state", "time", "times", "always"]
)
_FRAME_JA = lazy_pattern(r"本契約(?:書)?|契約上|日前|定め|規定|条項|記載|当事者|必要|認め?|可能|義務|場合|許可?|禁止|禁")
LEAVE = lazy_pattern(r"\b(?:consents?|approvals?|approved?|approves|permission|authori[sz]ation)\b|承諾|同意|許可|承認", re.I)
_NEEDED = lazy_pattern(r"\b(?:required|needed|necessary|needs?|requires?)\b|必要|要しますか", re.I)
_WITHOUT = lazy_pattern(r"\bwithout\b|なしに|なしで|なく|得ず|得ないで", re.I)
_WITH = lazy_pattern(r"\bwith (?:the )?(?:prior |written |express )*(?:(?:\w+ )?\w+['’]s )?(?:prior |written |express )*(?:consent|approval|permission|authori[sz]ation)\b|\bif (?:the )?\w+ (?:consents|agrees|approves|permits)\b|(?:承諾|同意|許可|承認)(?:が|さえ)?(?:あれば|ある場合|を得れば|を得て|を得た場合)", re.I)
_LEAVE_WORDS = frozenset("notice notif notify consent approval approv permission authorization authorisation prior writing written without".split())  # noqa: SIM905
_HANDED_ON = lazy_pattern(r"\b(?:assign|transfer|sublet|subcontract|delegat)", re.I)
_TO_OTHERS = frozenset(("third", "other", "else", "anyone", "somebody", "someone"))
_BANNED = lazy_pattern(r"\b(?:forbidden|prohibited|restricted|barred|banned|precluded|prevented|not (?:allowed|permitted))\b|禁止|禁じられ|してはな(?:りません|らない)か|してはいけませんか", re.I)
MUST = lazy_pattern(r"\b(?:must|obliged|obligated|obligation|required|duty|bound|(?:does|do|did) .{1,60}? (?:have|need) to)\b|なければな|義務|必要があ|必要です|ないといけ", re.I)
_EXISTS = lazy_pattern(r"^(?:is|are) there\b|^(?:does|do) (?:the|this) (?:contract|agreement|document|lease|deed|m?nda|policy|terms) (?:have|contain|include|provide)\b|(?:定め|規定|条項|記載)(?:は|が)?(?:あり|存在)", re.I)
# 取り消す and 取消し, 立ち入る and 立入り: what stands between two characters of a verb
_BETWEEN = lazy_pattern(r"(?<=[\u3400-\u9fff])[ちりきしいけみえれめび](?=[\u3400-\u9fff])")
_BEGINNING = 4  # letters by which a word is looked for; of Japanese two characters
_HAS_DUTY, _WHOSE_DUTY = lazy_pattern(r"(?:義務|権利|権限|責任)[はが]?あり"), lazy_pattern(r"^([^、。]{1,10}?)には?(?=[^、。])")
_ALONE = 0.4  # weight of a character that stands alone


@dataclass(frozen=True)
class Asked:
    """A yes/no question (or a statement that is true or false) taken apart.

    `banned`: asks whether it is forbidden, so that a ban says yes. `leave`: "needed" where it asks whether consent is
    needed, "without" and "with" where it asks for the thing without it and with it, "" otherwise.
    """

    question: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "question", usual_form(self.question))

    @cached_property
    def statement(self) -> str:
        """As a statement: who does it stands before what is done."""
        text = named_parties(plain_parties(judged_statement(self.question) or self.question.strip().rstrip("?？")))
        if is_japanese(text):
            text = squeezed(text)
            return _WHOSE_DUTY.sub(r"\1は", text) if _HAS_DUTY.search(text) else text
        aux = _AUX.match(text)
        if aux is None or judged_statement(self.question):
            return text
        rest, word = text[aux.end() :], aux[1].lower() + (" not" if aux[2] else "")
        if not word.startswith(_BE):
            first = re.match(r"(?:the |an? |any |each |either |neither )?[\w'’-]+\s+", rest, re.I)
            cut = first.end() if first else 0
            return f"{rest[:cut]}{'' if word.startswith(('do', 'did')) and not aux[2] else f'{word} '}{rest[cut:]}"
        verb = _PARTICIPLE.search(rest)
        cut = verb.start() if verb else 0
        return f"{rest[:cut]}{word} {rest[cut:]}"

    @cached_property
    def banned(self) -> bool:
        """Whether a ban is asked for."""
        return _BANNED.search(self.question) is not None

    @cached_property
    def leave(self) -> str:
        """What is asked about consent."""
        if LEAVE.search(self.question) is None:
            return ""
        if _WITHOUT.search(self.question):
            return "without"
        if _WITH.search(self.question):
            return "with"
        return "needed" if _NEEDED.search(self.question) else ""

    @property
    def exists(self) -> bool:
        """Whether it is asked if there is such a clause at all."""
        return _EXISTS.search(self.question.strip()) is not None

    @property
    def must(self) -> bool:
        """Whether a duty is asked for."""
        return MUST.search(self.question) is not None and not self.leave

    @cached_property
    def values(self) -> tuple[Value, ...]:
        """Dates, amounts and numbers of the question."""
        return tuple(v for v in extract_values(self.statement) if v.kind != "name")

    @cached_property
    def words(self) -> dict[str, float]:
        """What it is about, by what is compared: English beginnings of words, Japanese runs; parties and values apart."""
        bare = without(self.statement, self.values)
        if is_japanese(bare):
            runs = (m.group() for m in RUN.finditer(_FRAME_JA.sub("、", LEAVE.sub("、", bare) if self.leave else bare)))
            return {run: 1.0 if len(run) > 1 else _ALONE for run in runs if not is_party(run)}
        left_out = FRAME | (_LEAVE_WORDS if self.leave else frozenset())
        if self.leave and _HANDED_ON.search(self.question):
            left_out |= _TO_OTHERS  # who it is handed on to goes without saying
        tokens = [t for t in english_tokens(re.sub(r"\b[A-Z][A-Za-z]+", lambda m: " " if is_party(m.group().lower()) else m.group(), bare)) if t.content and t.word not in left_out and t.stem not in left_out]
        return {key_of(IRREGULAR.get(t.word, t.stem)): 1.0 for t in tokens if not _BANNED.match(t.word)}

    @property
    def beginnings(self) -> list[str]:
        """Its words as they stand in a text in whatever form."""
        return [word.removeprefix("~")[: 2 if is_japanese(word) else _BEGINNING] for word in self.words]

    def missing(self, text: str) -> list[str]:
        """Those of its words that a sentence (with its headings) does not have."""
        if is_japanese(self.statement):
            return [run for run in self.words if held_ja(run, text) < 0.5]
        there = {key_of(IRREGULAR.get(t.word, t.stem)) for t in english_tokens(text)}
        return [word for word in self.words if word not in there]

    def share(self, text: str) -> float:
        """Share (0..1) of its words that a sentence has; 1 where it has none but parties and values."""
        total = sum(self.words.values())
        if not total:
            return 1.0
        if is_japanese(self.statement):
            return sum(w * held_ja(run, text) for run, w in self.words.items()) / total
        lost = self.missing(text)
        return 1 - sum(self.words[word] for word in lost) / total


def squeezed(text: str) -> str:
    """A Japanese text with its compound verbs in one form, and 途中 as 中途."""
    return _BETWEEN.sub("", text).replace("途中", "中途")


def held_ja(run: str, text: str) -> float:
    """How much of a run of characters a sentence has, by pairs; 自動更新 stands in 自動的に更新する."""
    text = squeezed(text)
    halves = [run[i : i + 2] for i in range(0, len(run), 2)]
    if run in text or (len(run) > 2 and len(run) % 2 == 0 and all(half in text for half in halves)):
        return 1.0
    pairs = [run[i : i + 2] for i in range(len(run) - 1)]
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def asks_yes_no(question: str) -> bool:
    """Whether a question is answered by Yes or No, True or False."""
    if judged_statement(question):
        return True
    text = question.strip()
    if is_japanese(text):
        return asks_yes_no_ja(text)
    return asks_yes_no_en(text)
