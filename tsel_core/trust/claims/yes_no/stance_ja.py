# ruff: noqa: E501 (tables of words)
"""Which way a Japanese clause decides about a thing: the same as stance.py, for 甲は…してはならない and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.trust.claims.parts.asked import squeezed
from tsel_core.trust.claims.parts.roles import is_party
from tsel_core.trust.claims.parts.words import RUN

# what stands for something else: (pattern, in its place)
_PLAIN = tuple(
    (lazy_pattern(pattern), by)
    for pattern, by in (
        (r"(消費税|税)(?:等)?(?:別途?|抜き)", r"\1を含まない"),
        (r"(消費税|税)(?:等)?込み?", r"\1を含む"),
        (r"(?:申出|申し出|申入れ|意思表示|通知)(?:が)?(?:され)?ない(?:とき|場合|限り)は?", "自動場合は"),
        (r"(?:事前の|何らの)?(催告|通知|予告|承諾|同意|許可)(?:を要せず(?:に|して)?|なしに|なしで|なく|を(?:得ず|経ず|せず)に?|することなく)|無(催告)(?:で)?", r"【\1\2】"),
        (r"自動的に", "自動"),
        (r"契約期間(?:の途中|中)(?:で|に)|(?:契約の|期間の)?途中で|満了(?:する)?前に", "中途、"),
        (r"とみな[すし]|とな(?:る|り)", "とする"),
        (r"なければな(?:らない|りません|らず)|なくてはな(?:らない|りません)|ないといけ(?:ない|ません)", "必要とする"),
        (r"差し?支え(?:は)?(?:ない|ありません|なし)|妨げ(?:ない|ません)", "できる"),
        (r"のみならず|だけで(?:は)?なく|に限らず|にかかわらず|やむを得ない|少なくとも|少なくない|違いな[いく]|かもしれ(?:ない|ません)", ""),
        (r"のみとし|としてのみ|にのみ|のみに", "のみ"),
    )
)
# sense, pattern of words for it, pattern of words of opposite sense; "+": any clause has a stance on it
_SENSES = (
    ("+leave", r"でき(?:る|ます)|られます|可能|認め(?:る|ます|られ)|許(?:可|す|され)|よい|構わない|自由", r"禁止|禁じ|禁ず|不可(?!抗)|ては(?:なら|いけ)(?:ない|ません|ず)?"),
    ("+duty", r"必要|要す[るれ]?|要しま|義務|要(?=$|で)", r"不要|任意|免除|免れ"),
    ("+there", r"あ(?:る|り|れ)|存在|付(?:く|き|す|さ|け)|設け|とする|行(?:う|い|わ)|実施|やり|や(?:る|ります)", r"なし(?!に|で[^す])|見送|中止|取りやめ|取り?止め|やめ(?:る|ます|まし)|廃止"),
    ("part", r"含(?:む|み|ま|め)|対象(?!外)|適用|及(?:ぶ|ぼ)|範囲", r"除(?:く|き|外)|対象外|範囲外|適用外"),
    ("last", r"存続|継続|続(?:く|き|け)|効力を有", r"失効|消滅|終了(?!後|前|時|日|の)"),
    ("renew", r"更新", r""),
    ("change", r"変(?:わ|更|動)|改定", r"据え?置"),
    ("charge", r"有償|有料", r"無償|無料"),
    ("present", r"出席|参加", r"欠席|不参加"),
    ("rise", r"増(?:え|加|額|や)|値上げ|引上げ|引き上げ|上が", r"減(?:っ|少|額|ら|り)|値下げ|引下げ|引き下げ|下が|少な(?:い|く)"),
    ("pass", r"(?<!不)合格", r"不合格"),
    ("choose", r"承認|可決|採用|決ま(?:り|る|っ)|決定|賛成", r"却下|否決|不採用|反対|未定|保留"),
)  # fmt: skip
_KNOWN = tuple((key, sign, lazy_pattern(p)) for key, for_it, against in _SENSES for sign, p in ((-1, against), (1, for_it)) if p)
ONLY_BY = lazy_pattern(r"(甲|乙|丙|丁|[\u3400-\u9fff]主|[\u3400-\u9fff]{1,2}人)(?:から|が)?のみ(?=[がは、行す])")
_DENIAL = lazy_pattern(r"ない(?!し|よう)|なかった|ません|ず(?=[、。にとる]|$)|ぬ(?=[、。]|$)|なく(?=[、。]|$)")
_DENIED_VERB = lazy_pattern(rf"([\u3400-\u9fff])[\u3041-\u3096]{{0,4}}?(?:{_DENIAL.pattern})")
_ASIDE = lazy_pattern(r"(?:とき|場合|限り|なら|れば|たら|際|後|除き|除いて)(?:に|は|には|において|においては|も|にも|でも|であっても)?$")
_BACK = lazy_pattern(r"この限りで(?:は)?(?:ない|ありません|なく)")
_FRAME = lazy_pattern(r"(?:本|この)?契約(?:書)?(?!期間|金)|又は|及び|若しくは|並びに|かつ|[^、。]{1,8}以外の|(?:他|別|ほか)の|契約上|定め|規定|条項|記載|当事者|場合|日前|以下|本件|当該|前項|各自|双方|業務上")


@dataclass(frozen=True, slots=True)
class StanceJa:
    """What a clause is about (`runs` of characters), which way it decides, its senses; see stance.Stance.

    `back`: この限りでない, it turns what the sentence before says.
    """

    runs: frozenset[str]
    sign: int
    senses: frozenset[str]
    text: str = ""
    aside: bool = False
    back: bool = False
    against: frozenset[str] = frozenset()  # the senses of which it has the opposite
    denied: str = ""  # the characters of verbs that it denies: 止 of 止めません


def stance_ja_of(text: str) -> StanceJa:
    """The stance of one clause."""
    rest, sign, senses, against = plain_ja(text), 1, set(), set()
    back = _BACK.search(rest) is not None
    rest = _BACK.sub("", rest)
    for key, turn, words in _KNOWN:
        if words.search(rest):
            senses.add(key)
            if turn < 0:
                sign = -sign
                against.add(key)
            rest = words.sub("、" if _DENIAL.match("ない") and turn < 0 else "〓", rest)
    sign *= -1 if len(_DENIAL.findall(rest)) % 2 else 1
    bare = _FRAME.sub("、", _DENIAL.sub("、", rest).replace("〓", "、"))
    without = {f"-{m}" for m in re.findall(r"【(.+?)】", bare)}
    runs = {squeezed(m.group()) for m in RUN.finditer(re.sub(r"【.+?】", "、", bare)) if not is_party(m.group())}
    runs = {run for run in runs if len(run) > 1 or run in "雨雪犬猫花車鍵"}
    aside, denied = _ASIDE.search(text.strip()) is not None, "".join(_DENIED_VERB.findall(rest))
    return StanceJa(frozenset(runs | without), sign, frozenset(senses), text, aside, back, frozenset(against), denied)


def plain_ja(text: str) -> str:
    """A text with its set phrases in one form."""
    for pattern, by in _PLAIN:
        text = pattern.sub(by, text)
    return text


def stances_ja(sentence: str) -> Iterator[StanceJa]:
    """The stance of each clause of a sentence: parts of one predicate stay together."""
    parts = [p for p in re.split(r"(?<=[。；])|(?<=(?:とき|場合|限り)は)、?|(?<=(?:れば|には|ても|でも))、|(?<=し)、(?!又は|若しくは|及び|かつ|並びに)|(?<=ず)、|(?<=れ)、|(?<=除き)、|(?<=除いて)、|、?(?:ただし|但し)、?|[（(）)]", plain_ja(sentence)) if p and p.strip("、。 　")]
    for part in parts:
        yield stance_ja_of(part.strip("、。 　\n"))
