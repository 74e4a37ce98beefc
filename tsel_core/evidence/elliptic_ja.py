# ruff: noqa: E501 (one pattern a line)
"""A Japanese question that leans on the one before it, put whole by its words alone: 「じゃあ西館は？」「その支払いは？」.

The default model answers such a question when it is asked to write it anew (docs/dev/unseen-questions.md).
"""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_LEAD = lazy_pattern(r"^(?:(?:では|じゃあ|じゃ|それでは|それなら|ちなみに|それと|あと(?!何)|また(?=[、\s])|なら|で|なお|ところで)[、,\s]*)+")
_END = lazy_pattern(r"[。．.?？!！\s]+$")
_ASKS = r"(?:いつ|誰|だれ|どなた|どこ|どちら|どれ|どの|どう|どんな|いくら|いくつ|なぜ|なんで|どうして|何|なに|なん)"
_TOPIC = lazy_pattern(rf"^(?P<topic>(?:(?!{_ASKS})[^、。]){{1,30}}?)(?:について|に関して)?(?:は|って)(?!じ)[、\s]*(?P<rest>.*)$")
_SUBJECT = lazy_pattern(rf"^(?P<topic>(?:(?!{_ASKS})[^、。はを]){{1,20}}?)(?:が(?![るりっられ])|を)(?P<rest>.+)$")
# 「西館は？」「雨の場合は？」「10月からは？」: nothing is said of it
_BARE = lazy_pattern(rf"^(?P<what>(?:(?!{_ASKS})[^、。]){{1,24}}?)(?:(?:のほう|の方)?(?:は|も)|について(?:は)?|に関して(?:は)?)(?:どう(?:です|でしょう|なります|なる)?か?|いかがですか)?$")
_IF = lazy_pattern(r"^(?P<what>[^、。]{1,30}?(?:なら|だと|だったら|たら|れば|の場合|場合|とき|時))(?:は|には)?(?:どう(?:です|でしょう|なります|なる)?か?)?$")
_GIVEN = lazy_pattern(r"(?:たら|れば|た場合|るとき|たとき)(?:は|に|には)?、?[^、。]{2,}")  # 故障したら誰に連絡する
_HAPPENS = lazy_pattern(r"^[^、。]*[\u3400-\u9fff\u30a1-\u30faー]{2,}[にで][^、。]+(?:たら|れば|場合|とき|時)(?:は|には)?、?どう")  # 納期に遅れたらどうなりますか
_WHEN = lazy_pattern(r"^(?:今|去|昨|来|再来|前|次|本|先|毎|翌|当)(?:年度?|月|週|回|期|日)|^(?:現在|今|普段|平日|週末|休日|祝日|夜|朝|昼|午前|午後|[月火水木金土日]曜日?|[0-9０-９]{1,2}月|[0-9０-９]{4}年度?|全部で|全体で|実際)$")
_OTHER = lazy_pattern(r"^(?P<which>(?:前|今|次|元|以前|先代)の|新しい|古い|もう(?:一人|一つ)の|別の|ほかの|他の)(?:人|方|もの|ほう|やつ|の)$")
_CASE = lazy_pattern(r"(?:から|まで|以降|以後|以前|より前|の場合|場合|とき|時|たら|なら|だったら|だと|には|では|に|で|へ|と)$")
_ATTRIBUTE = lazy_pattern(r"(?:値段|価格|料金|金額|費用|代金|単価|電話番号|内線|番号|住所|場所|会場|日時|日付|時間|期間|期限|納期|締め?切り?|支払い?|支払期限|理由|原因|担当者?|責任者|手数料|送料|窓口|連絡先|人数|定員|名前|名称|条件|保証|更新|解約|対象|目的|広さ|大きさ|重さ|色|数|台数|枚数|割合|利率|上限|予算|司会|議題|内容|手順|方法|持ち物|服装|罰則|違約金|敷金|保証金|税|消費税|売り?上げ?)$")
_OF_SUM = lazy_pattern(r"(?:料|賃|費|額|日|給|与|価格|値段|期間|期限|時間|保証|休み?|有休|休暇|手当|賞与|ボーナス|割引|罰金|敷金|定員|担当者?|責任者|仕事|上限|予算|番号|売上)$")
_NOT_ITS = lazy_pattern(r"その(?:他|うち|ほか|後(?!は)|まま|つど|都度|場で)|それぞれ|これまで|これから|ここ(?:数|[0-9０-９]|最近)|この(?:契約|文書|資料|書類|覚書|会議|議事録|規則|規程|通知|案内|報告|見積|紙|中で)|同じ(?:く|よう)")
_ITS = lazy_pattern(r"(?P<person>その(?:人|方|者|ひと|会社|社|店|業者|部署)|彼女|彼(?!岸)|同氏|同社)|(?P<of>その|この|あの|同じ)|(?P<it>それら?|これら?|あれ|そちら|こちら|そっち|そこ|ここ)")
_PARTICLES = "はがをもにへでとの"
_NAMED = lazy_pattern(r"^(?:[^、。は]{1,20}は、?)?(?P<name>[^、。]{1,20}?)(?:さん|氏|様)?(?:です|でした|になります|である|が[^。]{1,20})?[。．\s]*$")
_WHO = lazy_pattern(r"誰|だれ|どなた|どこ|何という|どの(?:会社|店|人|部署)")


def refers_ja(question: str) -> bool:
    """Whether a question has a word for what was said before: それ, その; その他 and これまで are none."""
    return _ITS.search(_NOT_ITS.sub("", question)) is not None


def whole_ja(question: str, last_question: str, last_answer: str) -> str:
    """The question with what it leaves out named from the last one; as it is where it stands by itself.

    "" where the last question has no topic to take.
    """
    said, end = _END.sub("", _LEAD.sub("", question.strip())), "？"
    last = _END.sub("", _LEAD.sub("", last_question.strip()))
    topic, rest = _topic(last)
    if refers_ja(said):
        return _named(said, topic, last, last_answer) + end if topic else ""
    given = _IF.match(said)
    if given is not None and (re.search(r"[をが](?![るりっら])", given["what"]) or _HAPPENS.match(said)):
        return question  # it says what happens to what
    if given is not None:
        return _if(given["what"], topic, rest, last) + end
    bare = _BARE.match(said)
    if bare is not None:
        made = _put_in(bare["what"], topic, rest, last)
        return made + end if made else ""
    if _stands(said):
        return question
    if not topic:
        return ""
    return question if topic in said else f"{topic}は{said}{end}"


def _topic(text: str) -> tuple[str, str]:
    """What a question is about, and the rest behind は."""
    match = _TOPIC.match(text)
    if match is not None:
        return match["topic"].strip(), match["rest"].strip()
    match = _SUBJECT.match(text)
    return (match["topic"].strip(), text[match.end("topic") :]) if match is not None else ("", "")


def _stands(said: str) -> bool:
    """Whether a question says what it asks about: 「司会は誰」, 「鍵を返すのはいつ」; 「何時から」 and 「学生にも出る」 do not."""
    topic, rest = _topic(said)
    if _GIVEN.search(said):
        return True
    if _WHEN.fullmatch(topic):
        return False
    return bool(topic and rest) and not topic.endswith(("に", "で", "へ", "から", "まで", "と"))


def _named(said: str, topic: str, last: str, answer: str) -> str:
    """A question with its それ, その and その人 put in words."""
    thing = _thing(topic)
    name = _NAMED.match(answer.strip()) if _WHO.search(last) else None

    def put(match: re.Match[str]) -> str:
        if match["person"]:
            return name["name"] if name is not None else topic
        behind = said[match.end() : match.end() + 1]
        if match["of"]:
            attribute = re.match(r"[\u3400-\u9fff\u30a1-\u30faー]+", said[match.end() :])
            return f"{thing if attribute and _ATTRIBUTE.search(attribute.group()) else topic}の"
        return topic if behind in _PARTICLES or not behind else f"{topic}、"

    kept = {m.group(): f"\0{n}\0" for n, m in enumerate(_NOT_ITS.finditer(said))}
    for words, mark in kept.items():
        said = said.replace(words, mark)
    made = _ITS.sub(put, said, count=1)
    for words, mark in kept.items():
        made = made.replace(mark, words)
    return made


def _thing(topic: str) -> str:
    """Of 「天井灯の保証」 the thing, of which something else can be asked; any other topic whole."""
    owner, of, what = topic.rpartition("の")
    return owner if of and owner and (_ATTRIBUTE.search(what) or _OF_SUM.search(what)) else topic


def _if(what: str, topic: str, rest: str, last: str) -> str:
    """The last question under a condition, or what becomes of its topic then: 「工事が遅れた場合はどうなりますか」."""
    noun = re.search(r"の場合$|(?<![いた])(?:なら|だと|だったら)$", what) is not None
    if not topic:
        return f"{what}、{last}"
    return f"{topic}は{what}、{rest}" if noun and rest else f"{what}、{topic}はどうなりますか"


def _put_in(what: str, topic: str, rest: str, last: str) -> str:
    """The last question asked of something else, or something else asked of its thing."""
    if _CASE.search(what):
        return f"{what}は、{last}" if not topic else f"{topic}は{what}{rest}"
    if _ATTRIBUTE.search(what) and "の" in what:
        return f"{what}は"  # it says whose
    if _ATTRIBUTE.search(what):
        return f"{_thing(topic)}の{what}は" if topic and _thing(topic) not in what else f"{what}は"
    if _OF_SUM.search(what):
        return f"{what}は"  # another subject
    other = _OTHER.match(what)
    if other is not None and topic:
        return f"{other['which']}{re.sub(r'^(?:新しい|今の|前の|古い)', '', topic)}は{rest}"
    if not topic:
        noun = re.match(r"[\u3400-\u9fff々\u30a1-\u30faーA-Za-z0-9]+", last)
        return f"{what}{last[noun.end() :]}" if noun else ""
    owner, of, kept = topic.rpartition("の")
    if of and owner and kept:
        return f"{what}の{kept}は{rest}"
    if _OF_SUM.search(topic):
        return f"{what}の{topic}は{rest}"
    return f"{what}は{rest}" if last[len(topic) : len(topic) + 1] not in "がを" or not rest else f"{what}{rest}"
