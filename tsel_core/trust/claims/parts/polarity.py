# ruff: noqa: E501 (tables of words)
"""Does one sentence deny what the other says? Negations by their scope, and words of opposite meaning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.denial import denies_in, has_denial_in, other_tongue
from tsel_core.trust.claims.parts.evidence import key_of
from tsel_core.trust.claims.parts.words import IRREGULAR, RUN, Token, english_tokens, is_japanese, japanese_clauses
from tsel_core.trust.passages import stem

_NEGATORS = frozenset("not no never none neither nor without nothing nobody unable".split())  # noqa: SIM905
_NOBODY = frozenset(("no", "neither", "nor", "none", "nobody"))
_MODALS = frozenset("shall will may must can should is are was were has have does did do would could".split())  # noqa: SIM905
_SCOPE = 8
# what is "excluded" or "prohibited" is denied
_BARS = frozenset("excluded prohibited forbidden barred banned waived disallowed".split())  # noqa: SIM905
_LEAVES = frozenset("permitted allowed possible acceptable admissible".split())  # noqa: SIM905
# "no greater than", "in no event exceed": a bound, which denies no more than the word itself
_BOUNDS = frozenset("greater more less fewer later earlier longer shorter higher lower larger smaller exceed exceeding".split())  # noqa: SIM905
_BOUND_REACH = 3
# a word of one side against a word of the other
_OPPOSITES_EN = """
approve:reject approve:refuse accept:reject accept:refuse agree:refuse agree:disagree adopt:reject increase:decrease increase:reduce raise:lower rise:fall
maximum:minimum exclusive:non-exclusive include:exclude allow:prohibit permit:prohibit allow:forbid permit:forbid
extend:shorten start:end begin:end commence:expire succeed:fail pass:fail orally:writing oral:written favour:against favor:against support:oppose for:against same:different valid:invalid
early:late earlier:later first:last hire:dismiss buy:sell lend:borrow win:lose internal:external public:confidential voluntary:mandatory optional:mandatory
smallest:largest lowest:highest shortest:longest smaller:larger smallest:maximum largest:minimum lowest:maximum highest:minimum
terminate:continue renew:terminate open:closed found:missing gross:net surcharge:discount surcharge:rebate pass:fail limited:unlimited keep:return
"""
_OPPOSITES_JA = """
税込:税別 税込:税抜 当月:翌月 有料:無料 自費:無償 全額:半額 高い:安い 多い:少ない 長い:短い 早い:遅い 増え:減 上が:下が 残って:執行済 残って:使われ 残って:支出 貸す:借り 貸し出:借り 合格:不合格 可決:否決 賛成:反対 承認:却下 承認:否認 延長:短縮 有償:無償 増額:減額 増加:減少 値上げ:値下げ 開始:終了 開始:満了 有効:無効 以上:以下 以上:未満 以前:以後 以前:以降 以内:以降 以内:以上 含む:除く 含み:除き
可能:不可能 許可:禁止 認める:認めない 公開:非公開 独占的:非独占的 最大:最小 上限:下限 成功:失敗 合格:不合格 採用:不採用 継続:終了 更新:終了 移転:留保 送信:受信 売主:買主
"""
_PAIRS_EN = [tuple(p.split(":")) for p in _OPPOSITES_EN.split()]
_PAIRS_JA = [tuple(p.split(":")) for p in _OPPOSITES_JA.split()]
# these hold ない and deny nothing
_NO_DENIAL_JA = lazy_pattern(r"なければな(?:らない|りません|らず)|なくてはな(?:らない|りません)|ないといけ(?:ない|ません)|やむを得ない|のみならず|だけで(?:は)?なく|に限らず|にかかわらず|少な|違いな[いく]|かもしれ(?:ない|ません)|ないし|ないか|しかない|(?<=[をがはも])なく[しすさせ]|(?<=[0-9０-９一二三四五六七八九十か][月年日週])(?:間)?前まで[^。、]{0,12}ない(?:とき|場合)")
_DENIAL_JA = lazy_pattern(r"ない|なかった|なく|なければ|なしに|なし(?=で|、|。|$)|ません|ず(?=[、。にる]|$)|ぬ(?=[、。]|$)|不要|不可|禁止|禁じ|免れ|拒否|拒絶")
_REFUSED_JA = ("否決", "却下", "見送", "不採用")
_EXCEPTED_JA = lazy_pattern(r"この限りで(?:は)?な(?:い|く)|除き(?:ます)?|除いて|除かれ(?:ます|る)?|適用しない|適用しません")
_WITHOUT_JA = lazy_pattern(r"([\u3400-\u9fff]{2,})(?:を|も)?(?:する|し|せ|行う|行わ)?(?:ことなく|ないで|なしに|なしで|なし(?=[、。でと])|ずに)")
_OTHER_VERB_JA = lazy_pattern(r"ても|でも|(?![行受持得認許])[\u3400-\u9fff](?![はがをにでのとも])[\u3041-\u3093]")
_ON_LEAVE_JA = lazy_pattern(r"(?:承諾|同意|許可|了承)(?:が(?:あ(?:れば|る場合|るとき|った場合)|得られ)|を(?:得(?:れば|て|た|ら)|受け)|した場合|する場合|(?:した|する)とき|があって)[^。]*(?:でき(?:る|ます)|可能|られ(?:る|ます)|よい|認め)")
_END = 6  # characters at the end of a Japanese sentence: its last predicate
_TAIL = 16  # characters behind a Japanese predicate in which its denial stands
_NOUN_BEFORE = r"\b(?:an?|the|any|no|each|some|such|certain|all|both|either|every|this|that|its|their|third|other|written|prior|giving|of|for|by|or|and)\s+"
# a question of whether leave is needed: a ban on doing it without leave says yes to it
_OF_LEAVE = lazy_pattern(
    r"\b(?:consent|approval|permission|required|needed|necessary|without|unless|except)\b|承諾|同意|必要", re.I
)
_WITHOUT = lazy_pattern(
    r"\bwithout\s+(?:\w+\s+|\w+['’]s\s+){0,4}?(?:consent|approval|permission|authori[sz]ation)\b(?:\s+(?:of|from)(?:\s+the)?\s+\w+)?"
    r"|(?:事前の)?(?:書面による)?(?:承諾|同意|許可)(?:を得ず(?:に)?|を得ないで|なく|なしに)",
    re.I,
)


# "12% off hire, not off sales"
_CONTRAST = lazy_pattern(r",\s+not\s+(?:(?:off|on|for|in|at|to|from|by|with|of)\s+)?(?:(?:the|an?|your|our|its)\s+)?(?P<what>[\w-]+(?:\s[\w-]+)?)(?=\s*[.;,)]|\s*$)", re.I)


def denies(claim: str, evidence: str) -> str:
    """The word that one of the two denies and the other does not; "" when they go together."""
    tongue = other_tongue(claim, evidence)
    if tongue:
        return denies_in(claim, evidence, tongue)
    if is_japanese(claim) and is_japanese(evidence):
        if _PAST_JA.search(claim) is None or _PAST_JA.search(evidence) is None:
            claim, evidence = without_limits(claim), without_limits(evidence)  # 10冊以内 is 10冊を超えない
        return _denies_ja(claim, evidence)
    return _denies_en(english_tokens(claim), english_tokens(_without_contrast(claim, evidence)))


_LIMIT = lazy_pattern(
    r"\b(?:not|no) (?:be )?(?:less|more|fewer|later|earlier|sooner|longer|shorter|greater|higher|lower) than\b"
    r"|を(?:(?:超え|越え|下回ら|上回ら)(?:ない|ず|ぬ)|(?:超え|越え|下回り|上回り)ません|(?:超え|越え|下回っ|上回っ)てはな(?:らない|りません|らず))",
    re.I,
)
_PAST_JA = lazy_pattern(r"超え|越え|上回|下回")


def without_limits(text: str) -> str:
    """A text without the words of a limit that hold a "not": "no later than", を超えない."""
    return _LIMIT.sub(" ", text)


# "on six months' notice, but no such notice may be given in the first year"
_NO_SUCH = lazy_pattern(r"[,;]? (?:but|save that|provided that|and) no such \w+ (?P<what>[^.;]{4,160})", re.I)
_SAYS = frozenset("shall will must have been given made taken done with from into that this such under when which whom before after".split())  # noqa: SIM905
_LONG_WORD = 4  # letters


def _without_contrast(claim: str, evidence: str) -> str:
    """A sentence without "..., not off sales" or "but no such ..." at its end, where a claim says nothing of what is told apart there."""
    such = _NO_SUCH.search(evidence)
    if such is not None:
        own = {w.lower() for w in re.findall(rf"[A-Za-z]{{{_LONG_WORD},}}", such["what"])} - _SAYS
        if not any(re.search(rf"\b{re.escape(w)}", claim, re.I) for w in own):
            evidence = evidence[: such.start()] + evidence[such.end() :]
    match = _CONTRAST.search(evidence)
    if match is None or any(re.search(rf"\b{re.escape(w)}", claim, re.I) for w in match["what"].split()):
        return evidence
    return evidence[: match.start()] + evidence[match.end() :]


def has_denial(text: str) -> bool:
    """Whether a text denies anything itself."""
    tongue = other_tongue(text, "")
    if tongue:
        return has_denial_in(text, tongue)
    if is_japanese(text):
        return _DENIAL_JA.search(_NO_DENIAL_JA.sub("", text)) is not None
    return any(token.word in _NEGATORS for token in english_tokens(text))


_FAMILIES = (
    frozenset(("end", "expire", "conclude", "terminate", "finish", "until", "through", "lapse", "cease", "stop")),
    frozenset(("start", "begin", "commence", "open", "from", "since")),
)


def opposite(claim: str, evidence: str) -> str:
    """ "賛成 / 反対" when the claim says the opposite of a word of the evidence; "" otherwise."""
    if is_japanese(claim) and is_japanese(evidence):
        for one, two in (p for pair in _PAIRS_JA for p in (pair, pair[::-1])):
            if _has(claim, one, two) and _has(evidence, two, one) and not _has(claim, two, one) and not _has(evidence, one, two):
                return f"{one} / {two}"
        return ""
    ours, theirs = ({t.stem for t in english_tokens(text)} | {t.word for t in english_tokens(text)} for text in (claim, evidence))
    for one, two in (p for pair in _PAIRS_EN for p in (pair, pair[::-1])):
        known = next((f - {two} for f in _FAMILIES if one in f), {one})  # "concluding" stands for "expires"
        if _in(one, ours) and _in(two, theirs) and not _in(two, ours) and not any(_in(w, theirs) for w in known):
            return f"{one} / {two}"
    return ""


def _has(text: str, word: str, other: str) -> bool:
    """Whether a text holds a word, not as a part of its opposite (可能 in 不可能) or of another word (前 in 名前)."""
    plain = text.replace(other, "") if word in other else text
    return word in plain


def _in(word: str, stems: set[str]) -> bool:
    return not {word, f"{word}d", f"{word}ed", stem(word)}.isdisjoint(stems)


def _denies_en(claim: Sequence[Token], evidence: Sequence[Token]) -> str:
    if _twice(claim) and not any(t.word in _NEGATORS for t in evidence):
        return ""  # "nobody may drive without a certificate": only those who have one may
    shared = {t.stem for t in claim if t.content} & {t.stem for t in evidence if t.content}
    barred = _barred(evidence, claim)
    plain = not any(t.word in _NEGATORS | _LESS for t in claim)
    if plain and len(barred & shared) > 1 and not any(t.word in _NEGATORS for t in evidence):
        return min(barred & shared)  # "is liable for lost profit" beside "liability for lost profit is excluded"
    # what the document does "without" something may be left out of a claim
    for one, two, negators in ((claim, evidence, _NEGATORS), (evidence, claim, _NEGATORS - {"without"})):
        there = _denied(two) | (barred if one is claim else set())
        again: Counter[str] = Counter()
        wide = any(t.word in _NOBODY and t.word != "no" for t in one)  # "neither children nor staff may enter"
        for scope in _scopes(one, negators):
            near = [stem for stem in scope if stem in shared]
            if near and not there & set(near[:1] if len(scope) <= _SCOPE and not wide else near):
                return near[0] if len(scope) <= _SCOPE else near[-1]
            again.update(set(near))
        # "is not cancelled, and does not entitle to cancel" of a sentence that denies the second alone
        if one is claim and not wide:
            often = Counter(stem for scope in (*_scopes(two), barred) for stem in set(scope))
            more = (stem for stem, times in again.items() if times > often[stem])
            stated = sorted(stem for stem in more if _says(two, stem) > often[stem])
            if stated:
                return stated[0]
    return ""


_LESS = frozenset("except unless limited only excluding apart save other".split())  # noqa: SIM905


def _says(tokens: Sequence[Token], wanted: str) -> int:
    """How often a text has a word."""
    return sum(token.stem == wanted for token in tokens)


def _twice(tokens: Sequence[Token]) -> bool:
    """Whether a text denies a denial: nobody ... without."""
    words = {t.word for t in tokens}
    return "without" in words and bool(words & (_NOBODY | {"nobody", "not", "never"}))


def _barred(tokens: Sequence[Token], other: Sequence[Token]) -> set[str]:
    """Stems before "is excluded", "is prohibited" and the like: as good as denied, where the other text has not the word."""
    theirs, found = {t.stem for t in other}, set()
    for i, token in enumerate(tokens):
        if token.word in _BARS and token.stem not in theirs and i and tokens[i - 1].word in _MODALS | {"be", "been"}:
            for before in reversed(tokens[:i]):
                if before.word in ".;:":
                    break
                if before.content:
                    found.add(before.stem)
    return found


def denied_scopes(text: str) -> list[list[str]]:
    """For each denial of an English text the stems of what it may deny, in order."""
    return list(_scopes(english_tokens(text)))


def denied_words(text: str) -> set[str]:
    """Stems of the English words that a text denies."""
    return _denied(english_tokens(text))


def key_stems(stems: Iterable[str]) -> set[str]:
    """Stems in the form in which words of a question are kept."""
    return {key_of(IRREGULAR.get(stem, stem)) for stem in stems}


def _denied(tokens: Sequence[Token]) -> set[str]:
    return {stem for scope in _scopes(tokens) for stem in scope}


def _scopes(tokens: Sequence[Token], negators: frozenset[str] = _NEGATORS) -> Iterator[list[str]]:
    """For each negation the stems of the words that it may deny, in order."""
    for i, token in enumerate(tokens):
        if token.word not in negators or (token.word == "no" and i + 1 < len(tokens) and tokens[i + 1].word in ",."):
            continue
        if token.word == "not" and i + 1 < len(tokens) and tokens[i + 1].word in ("only", "later"):
            continue
        bound = next((t.stem for t in tokens[i + 1 : i + 1 + _BOUND_REACH] if t.word in _BOUNDS), None)
        if bound is not None:
            yield [bound]
            continue
        scope: list[str] = []
        if token.word == "not" and any(t.word in _LEAVES for t in tokens[i + 1 : i + 3]):
            scope += _subject(tokens, i)  # "subcontracting is not permitted"
        passed = False
        # "shall not, whatever is put between, disclose": what is put between may be long
        open_ended = i + 1 < len(tokens) and tokens[i + 1].word == ","
        for j in range(i + 1, len(tokens) if open_ended else min(len(tokens), i + 1 + _SCOPE)):
            word = tokens[j].word
            # "may, but is not required to, mark": the verb stands behind the comma
            if word in ".;:!?\n" or word in ("but", "unless", "except") or (word == "," and scope and not open_ended):
                break
            if word in _MODALS and scope and not open_ended and word not in ("be", "have", "has"):
                if token.word not in _NOBODY or passed:
                    break
                passed = True  # "neither party may terminate" denies that one terminates
            if tokens[j].content:
                scope.append(tokens[j].stem)
        yield scope


def _subject(tokens: Sequence[Token], at: int) -> list[str]:
    """The stems before a verb, back to the last mark."""
    found: list[str] = []
    for token in reversed(tokens[max(0, at - _SCOPE) : at]):
        if token.word in ".;:,":
            break
        if token.content:
            found.append(token.stem)
    return found[::-1]


def _denies_ja(claim: str, evidence: str) -> str:
    if _ON_LEAVE_JA.search(claim) and _WITHOUT.search(evidence) and not _WITHOUT.search(claim):
        return ""  # with leave it may be done: so says the ban on doing it without
    ours, theirs = (_NO_DENIAL_JA.sub("", _EXCEPTED_JA.sub("除く", text)) for text in (claim, evidence))
    if not any(word in ours for word in _REFUSED_JA):
        theirs = re.sub("|".join(_REFUSED_JA), "禁止", theirs)  # 否決: it is not done
    lacking = _lacking(ours, theirs)
    if lacking:
        return lacking
    places: dict[str, list[bool]] = {}  # by a word: whether it is denied, at each place
    for clause in japanese_clauses(ours):
        runs = [m for m in RUN.finditer(clause) if _has_run(m.group(), theirs)]
        if not runs:
            continue
        last = runs[-1]
        denial = _DENIAL_JA.search(clause[last.end() :][:_TAIL])
        if denial is not None and _OTHER_VERB_JA.search(clause[last.end() :][: denial.start()]):
            continue  # 催告をしても払わない denies no 催告, 税は含まれない no 税
        denied = denial is not None
        word = last.group()
        if word not in places:
            places[word] = [_denied_at(theirs, m.end()) for m in re.finditer(re.escape(word), theirs)]
        if places[word] and denied not in places[word]:
            return word
    return ""


def _lacking(claim: str, evidence: str) -> str:
    """What is done without (催告をしないで, 催告なしに) on one side alone; what a ban on "without" demands is on both."""
    ours, theirs = ({m[1] for m in _WITHOUT_JA.finditer(text)} for text in (claim, evidence))
    for run in ours - theirs:
        if _has_run(run, evidence) and not re.search(rf"{run}(?:を|は|が|も)?(?:要し?な|要さな|必要(?:とし)?(?:は|が)?(?:な|あり)|不要|せ|し?な)", evidence):
            return run
    for run in theirs - ours:
        if re.search(rf"{run}(?:を)?(?:した|し(?=、|て)|の)(?:上|後|うえ|あと)", claim):
            return run
    return ""


def _has_run(run: str, text: str) -> bool:
    """Whether a text has a word; one of a single kanji not as a part of another word (払 in 支払)."""
    return run in text if len(run) > 1 else re.search(rf"(?<![\u3400-\u9fff]){run}(?![\u3400-\u9fff])", text) is not None


def denied_runs(runs: Collection[str], text: str) -> set[str]:
    """Those of Japanese words that a text denies wherever it has them."""
    plain = _NO_DENIAL_JA.sub("", text)
    ends = {run: [m.end() for m in re.finditer(re.escape(run[-2:]), plain)] for run in runs}
    return {run for run, places in ends.items() if places and all(_denied_at(plain, at) for at in places)}


def ends_denied(text: str) -> bool:
    """Whether the last predicate of a Japanese sentence is denied; what stands before it may hold a "not" of its own."""
    if not is_japanese(text):
        return False
    last = _NO_DENIAL_JA.sub("", re.sub(r"(?:です|でしょう)?か?[。．?？」\s]*$", "", text))
    return _DENIAL_JA.search(last[-_END:]) is not None


def _denied_at(text: str, at: int) -> bool:
    tail = re.split(r"[、。，；;]", text[at : at + _TAIL])[0]
    return _DENIAL_JA.search(tail) is not None or re.search(r"[不非未無]$", text[max(0, at - 3) : at - 2]) is not None


def denied(question: str, statement: str) -> str:
    """What of a yes/no question a statement denies: its verb, not a noun beside it; "" where it denies nothing asked.

    "May X assign without consent?" is denied by "shall not be assigned without consent": both speak of the same case.
    """
    if _WITHOUT.search(question) and _WITHOUT.search(statement):
        question, statement = _WITHOUT.sub(" ", question), _WITHOUT.sub(" ", statement)
    return "" if _OF_LEAVE.search(question) else denied_verb(question, statement)


def denied_verb(question: str, statement: str) -> str:
    """The same without looking for consent in the question."""
    what = denies(question, statement)
    return what if what and _is_asked(what, question) else ""


def _is_asked(what: str, question: str) -> bool:
    """Whether a denied word (its stem) is what a question asks about, and not a noun beside it."""
    if not what.isascii():
        return True
    return re.search(rf"{_NOUN_BEFORE}{re.escape(what)}", question, re.I) is None
