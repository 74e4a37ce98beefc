# ruff: noqa: E501 (tables of words)
"""A rule that a paper gives for a thing as such, by its noun: "Subletting is not permitted.", 「喫煙は禁止する。」.

"May the tenant sublet the unit?" shares one word with it: it is shown as the answer, unsure, for other clauses may except what
is asked. A rule for one place or one thing ("Smoking is not permitted in the lobby") says nothing of others, but it speaks of
what is asked, so that nobody may say that no passage does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import LEAVE, Asked, squeezed
from tsel_core.trust.claims.parts.evidence import Sentence
from tsel_core.trust.claims.parts.kinds import unnumbered
from tsel_core.trust.claims.parts.roles import parties, plain_parties
from tsel_core.trust.claims.parts.words import is_japanese
from tsel_core.trust.claims.yes_no.by_stance import what_is_asked
from tsel_core.trust.claims.yes_no.stance import Stance, alternatives, stance_of, stances

# how leave is asked for
_ASKS = lazy_pattern(r"^(?:and |so |but )?(?:may|can|could|might)\b|\b(?:allowed|permitted|permissible|prohibited|forbidden|banned|okay|ok)\b|(?:でき|出来|られ|[えけせてねべめれげ])(?:ます|る)か|(?:ても|でも)?(?:よい|いい|良い|構わない|かまわない|大丈夫)(?:です)?か|可能です?か|認め|許(?:可|さ)|禁止|禁じ", re.I)
_LIGHT = ("keep", "have", "bring", "own", "hold", "take", "use", "get", "put", "make", "do", "be", "drink", "eat", "consume", "burn", "light", "wear", "carry", "serve")
_WHO = r"(?:i|we|you|they|he|she|it|one|(?:the |an? |any |our |my |each |every )?[\w'’-]+(?: (?:of|from) (?:the )?[\w'’-]+)?)"
_DONE = lazy_pattern(rf"(?:and |so |but )?(?:(?:may|can|could|might) {_WHO}|(?:is|are|am) {_WHO} (?:allowed|permitted|free) to)\s+(?:also |still |ever |be )*([a-z]+)\b", re.I)
_WHAT = lazy_pattern(r"(?:and |so |but )?(?:is|are)\s+(?:the |any |an? )?(?:[\w-]+\s+){0,2}?([\w-]+)\s+(?:(?:for|of|in|on|at|by|inside|within)\b.*\s)?(?:allowed|permitted|permissible|prohibited|forbidden|banned|ok|okay)\b", re.I)
# the animal that is asked about, for a rule on animals
_PETS = lazy_pattern(r"\b(?:dogs?|cats?|rabbits?|hamsters?|birds?|parrots?|snakes?|pupp(?:y|ies)|kittens?|guinea pigs?|(?:gold)?fish)\b", re.I)
_EVERYWHERE = "anywhere premises building unit flat apartment house property room hall site grounds lease whatsoever strictly absolutely generally kind type sort form whole part thereof entire inside"
_IN = lazy_pattern(r"\b(?:in|inside|within|on|at|into)\s+(?:the |any |a |an |my |our |their |his |her |your |this )?(?:[a-z-]+ (?=[a-z-]+(?:[?.,;]|$)))?([a-z-]{3,})", re.I)
_ALLOWED = lazy_pattern(r"\s+(?:allowed|permitted|permissible|prohibited|forbidden|banned|okay|ok)\s*\?", re.I)
_OUTSIDE = lazy_pattern(r"\boutside\b|\boutdoors?\b|\bin front of\b|\bnear\b", re.I)
_UNDER = ("underl", "under-l")  # underlet, underlease
_OF_PAPER = lazy_pattern(r"\b(?:of|under) (?:this|the) (?:agreement|contract|lease|licence|license|deed|policy)\b", re.I)
_PAPER = lazy_pattern(r"\b(?:agreement|contract|lease|licence|license|deed|policy|it)\b", re.I)
_IN_JA = lazy_pattern(r"([\u3400-\u9fff\u30a1-\u30faー]{2,})(?:の(?:中|外|前|裏|上))?(?:で|にて)")
_HERE_JA = lazy_pattern(r"館内|室内|建物|構内|敷地|店内|社内|居室|個室|部屋|屋内")
# a line that forbids without a verb: "No smoking", "No pets on the premises"
_NO_NOUN = lazy_pattern(r"^\W*no\s+(?P<what>[a-z]+(?: or [a-z]+)?)\b(?P<rest>[^.]*)\.?$", re.I)
_BARS_JA = lazy_pattern(r"禁止|禁じ|禁ず|厳禁|できない|できません|認めない|認めません|認められ(?:ない|ません)|許(?:可し)?(?:ない|ません)|不可|てはならない|てはなりません|てはいけない|ご遠慮|お断り|しないこと|しないでください|断る")
_LETS = lazy_pattern(r"\b(?:may|can)\b(?! not)", re.I)
_LETS_JA = lazy_pattern(r"でき(?:る|ます)|可能|認める|認めます|認められ(?:る|ます)|許可する|差し支えない|構わない|よい(?=。|$)|自由")

# what a Japanese question says with a verb, and a rule with a noun
_WORDED_JA = {"転貸": ("又貸", "また貸"), "喫煙": ("禁煙", "たばこ", "タバコ"), "飲酒": ("酒",), "飼育": ("飼",), "駐車": ("車",), "駐輪": ("自転車",), "撮影": ("撮",), "譲渡": ("譲",), "宿泊": ("泊",)}
_NOUNS_JA = tuple(
    (lazy_pattern(asks), noun)
    for asks, noun in (
        (r"[又ま]た?貸し|また貸", "転貸"), (r"(?:たばこ|タバコ|煙草)(?:[をは]?(?:吸|喫)|(?=は|が|の))", "喫煙"), (r"(?:お?酒|アルコール|ビール)[をは]?飲", "飲酒"),
        (r"飼(?=[えうっいわお])", "飼育"), (r"(?:車|自動車|バイク)[をは]?(?:停|止|と(?=め)|置)", "駐車"), (r"自転車[をは]?(?:停|止|と(?=め)|置)", "駐輪"),
        (r"泊(?=[まめ])", "宿泊"), (r"(?:写真|動画|ビデオ)[をは]?(?:撮|と(?=[っれりる]))|撮(?=[っれりる])", "撮影"), (r"譲(?=[れるっりら])", "譲渡"), (r"働(?=[けくいき])", "就労"),
    )
)  # fmt: skip
_PETS_JA = lazy_pattern(r"犬|猫|ねこ|ネコ|いぬ|うさぎ|ウサギ|小鳥|インコ|ハムスター|動物")
_ACT_JA = lazy_pattern(r"[\u3400-\u9fff\u30a1-\u30faー]{2,}")
_EVERYWHERE_JA = lazy_pattern(r"^(?:館内|建物|敷地|敷地内|構内|室内|居室|物件|本物件|当館|全館|全面|原則|一切|行為|第三者|他人|当事者|対象|契約|権利|区画|住戸|部屋|業務|会員|利用者|入居者|居住者|入館者|来場者|従業員|社員|本[\u3400-\u9fff]{1,4}|店内|社内|全部|一部|厳禁|禁止|不可|認|許|可能|遠慮|断)$")


def ruled_on(asked: Asked, sentence: Sentence) -> int:
    """1 or -1 where a sentence allows or forbids what is asked about, of whatever thing and on whatever condition; else 0."""
    return _rule(asked, sentence)[0] if _may_be_ruled(asked) else 0


def is_rule_for(asked: Asked, sentence: Sentence) -> bool:
    """Whether such a sentence names nothing beside what is asked: it rules on it, be it on a condition."""
    sign, rest, _ = _rule(asked, sentence)
    return sign != 0 and not rest and not _turned_beside(asked, sentence)


def rule_words(asked: Asked) -> tuple[str, ...]:
    """How the words begin by which a rule on what is asked is found; () where none can be."""
    if not _may_be_ruled(asked):
        return ()
    if is_japanese(asked.statement):
        act = _act_ja(noun_form(asked.statement))
        pets = ("ペット", "動物") if _PETS_JA.search(asked.statement) else ()
        between = tuple(f"{act[0]}{kana}{act[1]}" for kana in "ちりきしいけみえれめび") if len(act) == 2 else ()  # 持ち込み
        return (act, *between, *_WORDED_JA.get(act, ()), *pets) if act else pets
    words = tuple(word for words in alternatives(_act(asked, _ours(asked))) for word in words)
    return (*words, *_UNDER) if any(word.startswith("subl") for word in words) else words


def forbids_it(asked: Asked, sentence: Sentence) -> bool:
    """Whether a sentence forbids or denies what leave is asked for, of whatever thing or part: "shall not underlet part"."""
    if not _may_be_ruled(asked) or is_japanese(sentence.text):
        return False
    act = _act(asked, _ours(asked))
    return any(s.sign < 0 and not s.aside and act & s.keys for s in stances(unnumbered(plain_parties(sentence.text))))


def _ours(asked: Asked) -> frozenset[str]:
    return what_is_asked(asked).keys | (stance_of("pets animals").keys if _PETS.search(asked.question) else frozenset())


def _may_be_ruled(asked: Asked) -> bool:
    return _ASKS.search(asked.question.strip()) is not None and not asked.leave and not asked.must and not asked.exists


def _rule(asked: Asked, sentence: Sentence) -> tuple[int, frozenset[str], frozenset[str]]:
    """(1: it allows, -1: it forbids, 0: neither; what it names beside what is asked; what of the question it does not)."""
    text = unnumbered(plain_parties(sentence.text)).strip()
    if not text or LEAVE.search(text):
        return 0, frozenset(), frozenset()
    named, there = parties(asked.statement), parties(text)
    if there - named:
        return 0, frozenset(), frozenset()
    return _rule_ja(asked, text) if is_japanese(text) else _rule_en(asked, text)


def _rule_en(asked: Asked, text: str) -> tuple[int, frozenset[str], frozenset[str]]:
    nothing: tuple[int, frozenset[str], frozenset[str]] = (0, frozenset(), frozenset())
    ours = _ours(asked)
    made = [s for s in _deciding(text) if not s.aside]
    act = _act(asked, ours)
    for stance in made:
        if act & stance.keys:
            rest = stance.keys - ours - stance_of(_EVERYWHERE).keys
            if _of_another_place(asked.question, text) or (_OF_PAPER.search(text) and not _PAPER.search(asked.question)):
                rest |= {"elsewhere"}
            lost = ours - stance.keys - act - stance_of(f"{_EVERYWHERE} {' '.join(_LIGHT)}").keys
            return stance.sign, rest, lost
    return nothing


def _of_another_place(question: str, text: str) -> bool:
    """Whether a rule names a place, and the question names other ones."""
    there = {m[1].lower() for m in _IN.finditer(text)}
    asked = {m[1].lower() for m in _IN.finditer(_ALLOWED.sub("?", question))}
    return bool(there) and (_OUTSIDE.search(question) is not None or (bool(asked) and not asked & there))


def _deciding(text: str) -> Iterable[Stance]:
    """The clauses that forbid or allow a thing that they name by a noun."""
    bare = _NO_NOUN.match(text)
    if bare is not None and not re.search(r"\b(?:shall|may|must|can|will|is|are|be)\b", bare["rest"], re.I):
        yield replace(stance_of(f"{bare['what']} {bare['rest']}"), sign=-1)
        return
    for stance in stances(text):
        if "+leave" in stance.senses:
            yield stance


def _act(asked: Asked, ours: frozenset[str]) -> frozenset[str]:
    """What is asked to be done; for "keep pets" the pets, for "are pets allowed" what stands before "allowed"."""
    everywhere = stance_of(_EVERYWHERE).keys
    pets = stance_of("pets animals").keys & ours
    verb = _DONE.match(asked.question.strip())
    if verb is None:
        what = _WHAT.match(asked.question.strip())
        return (stance_of(what[1]).keys & ours - everywhere) | pets if what else pets
    if verb[1].lower() in _LIGHT:
        what = re.search(r"^\s*(?:(?:an?|the|any|my|our|their|his|her|its|some)\s+)?((?:[\w-]+\s+){0,2}?[\w-]+)(?=\s+(?:in|on|at|into|to|for|with|from|onto|inside)\b|\W*$)", asked.question.strip()[verb.end() :])
        return (stance_of(what[1].split()[-1]).keys & ours - everywhere if what else frozenset()) | pets
    return stance_of(verb[1]).keys & ours


def _rule_ja(asked: Asked, text: str) -> tuple[int, frozenset[str], frozenset[str]]:
    question, text = noun_form(asked.statement), noun_form(text).replace("禁煙", "喫煙禁止")
    sign = -1 if _BARS_JA.search(text) else 1 if _LETS_JA.search(text) else 0
    runs = {squeezed(m) for m in _ACT_JA.findall(question)}
    there = {m for m in _ACT_JA.findall(text.replace("喫煙禁止", "喫煙、禁止"))} - {"禁止", "厳禁", "不可", "可能", "許可", "遠慮"}
    act = _act_ja(question)
    pets = "ペット" in question and any("ペット" in t or "動物" in t for t in there)
    if not sign or not (pets or (act and any(act in t for t in there))):
        return 0, frozenset(), frozenset()
    asked_in = [m for m in _IN_JA.findall(question) if not _EVERYWHERE_JA.match(m) and m != act]
    if _HERE_JA.search(text) and asked_in and not any(m in text for m in asked_in):
        return sign, frozenset(asked_in), frozenset()
    rest = frozenset(t for t in there if not _EVERYWHERE_JA.match(t) and not any(t in r or r in t for r in runs))
    return sign, rest, frozenset(r for r in runs if not any(r in t or t in r for t in there))


def noun_form(question: str) -> str:
    """A Japanese question with the nouns that rules have for its verbs, and the animals for the one that is named."""
    text = squeezed(question)
    for asks, noun in _NOUNS_JA:
        text = asks.sub(noun, text)
    return _PETS_JA.sub("ペット", text)


def _act_ja(question: str) -> str:
    """The noun before できますか, してもよいですか, 可能ですか: what is asked to be done."""
    found = re.findall(r"([\u3400-\u9fff\u30a1-\u30faー]{2,})(?=[\u3041-\u3096]{0,12}(?:か)?[。．?？]*$)", re.sub(r"(?:は|が)?(?:可能|許可|禁止)[^。?？]*", "", question))
    return found[-1] if found else ""


def _turned_beside(asked: Asked, sentence: Sentence) -> bool:
    """Whether a sentence beside it rules the other way on what is asked ("Assistance dogs are permitted.")."""
    own = _rule(asked, sentence)[0]
    for text in (sentence.before, sentence.behind):
        if text.strip() and _rule(asked, replace(sentence, text=text))[0] == -own != 0:
            return True
        lets = own < 0 and not is_japanese(text) and _LETS.search(text) is not None
        if lets and _act(asked, _ours(asked)) & stance_of(text).keys:
            return True
    return False

