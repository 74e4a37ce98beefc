# ruff: noqa: E501 (one pattern a line)
"""Requests, assignments and undertakings in Japanese."""

from __future__ import annotations

import re
from dataclasses import replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.meetings.actions import Context, Task, cut_deadline
from tsel_core.sweep.meetings.verbs_ja import plain

_LEAD = lazy_pattern(
    r"^(?:(?:はい|うん|ええ|では|それでは|それなら|だったら|でしたら|じゃあ?|そうですね|わかりました|分かりました|承知しました|了解です|かしこまりました|申し訳ありません|すみません|また|なお|あと|それと|まず)[、。,\s]*)+"
)
_REQUEST = lazy_pattern(
    r"(?:お願い(?:し|でき|いたし|致し)|して?ください|てください|下さい|いただけ(?:ますか|ませんか|ないでしょうか)|いただきます|いただきたい|もらえ(?:ますか|ませんか)|もらいま(?:す|しょう)|頼めますか|頼みます|お願いです|ようにお願い|やってもら|行ってもら|することに(?:なり|し)|するということで|お願いね|よろしく|(?:て|で)(?:もらえ|いただけ|頂け|くれ)(?:る|ます|ません|ないか|ないです)(?:か(?:な|ね)?|でしょうか)?[。？?]*$|(?:て|で)もらって(?:も)?(?:いい|よい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?[。？?]*$|お願いして(?:も)?(?:いい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?[。？?]*$|(?:てお|と)いて(?:ね|よ|くれ)?[。]?$|といて[。]?$|(?:てほしい|てもらいたい|なければなりません|ないといけません|ないといけない|必要があります|ことになっています|宿題です|頼むよ?[。]?$|頼んだよ?[。]?$)|(?<=[しってべきいりみえけげせてねめれ])て(?:ね|くれ)?[。]?$|の?(?:連絡|返事|確認|手配|準備|用意|報告|対応)を[。]?$)"
)
_DOING = lazy_pattern(r"(?:が|に)(?:担当|対応|実施|確認|作成|連絡|準備|調整|手配|報告)(?:し|する|します)|担当は")
_SELF = lazy_pattern(
    r"(?:し|いたし|致し|しておき|やっておき|りに行き|送り|出し|お出しし|直し|作り|行い|調べ|伝え|書き|まとめ|進め|取り|聞き|届け|渡し|待機させ|開き|回り|直させ|するようにし|(?:て|で)(?:おき|み|き|まいり)|[っべめれせえけてねげきい]とき|んどき|見積もり|仕上げ|揃え|整え|送っておき|出しておき|連絡しておき)ます(?:ので|ね|よ)?[。.]?$|(?:お時間をください|させていただきます|してまいります)[。.]?$"
)
# plain speech: 俺が行ってくるわ, やっとくよ
_SELF_PLAIN = lazy_pattern(r"(?:(?:て|で)(?:おく|みる|くる)|[っべめれせえけてねげきい]とく|んどく|(?:す|や|行|送|出|作|見|書|聞|話|取)[るくす])(?:わ|よ|ね|から)+[。]?$")
_ANY_VERB = lazy_pattern(
    r"(?<!あり)(?<!い)(?<!おり)(?<!なり)(?<!でき)(?<!れ)(?<!ござい)(?<!思い)(?<!来)ます(?:ので|ね|よ)?[。.]?$|引き受け(?:ます|る)"
)
_OF_SELF = lazy_pattern(
    r"(?:私|わたし|僕|俺|自分|こちら|当方|当社|弊社|(?<!の)うち|当部|我々|わたくし|[\u4e00-\u9fff]{2,6}部)(?:のほう|の方|のところ)?(?:が|で|から|は|に)"
)
_TAKES = lazy_pattern(r"(?:私|わたし|僕|俺|自分|こちら|当方|うち)(?:のほう|の方)?(?:が|で)(?P<noun>[^、。]{3,30}?)を$")
_NOT_WORK = lazy_pattern(
    r"(?:開会|閉会|開議|散会|休憩|再開|お諮り|採決|審議|審査|付託|指名|許可|議題と|確認して)(?:を|と|に)?(?:し|いたし|致し)|(?:説明|答弁|発言|意見)を(?:求め|許し|願い)|(?:決定|確定|承認|賛同|支持|決め|推し|推薦|見送り|変更|却下|説明|提案|賛成|反対|質問|失礼|始め|終わり|移り|お話し|話し|話を|共有|報告|紹介|訂正|確認させ|思い|思って|続け|進行|期待|感謝|お待ち|補足|撤回|取り下げ|理解|同意|合意|延長|一致|改め|決め直|採用し)"
    r"(?:に|を|と|で)?(?:し|いたし|致し|させていただき)?ます|(?:と|(?<!よう)に)します|(?:と|(?<!よう)に)いたします|開始します|いきます|ことにします|ことにいたします|休憩"
)
_NOT_REQUEST = lazy_pattern(
    r"いつ(?:まで|頃|ごろ)?に?.*か$|どう(?:し|す)|何を|もう一度お願い|続けてください|ご覧ください|見てください|教えてください|聞いてください|お聞かせ|お話しください|説明(?:を|して)?(?:お願い|ください|いただけ)|ご意見|お待ちください|議事録に残して|(?:から|状況を|件|話を)お願いします|お問い合わせ|よろしくお願いいたします[。]?$|お手元|お静かに|ご確認ください$|始めてください|発言|報告をお願い|ご説明"
)
_QUESTION = lazy_pattern(r"(?:でしょうか|ですか|ますか|ませんか)[。？?]*$|[？?]$")
_CAN_ASK = lazy_pattern(
    r"(?:(?:て|で)(?:もらえ|いただけ|頂け|くれ)(?:る|ます|ません|ないか|ないです)(?:か(?:な|ね)?|でしょうか)?[。？?]*$|(?:て|で)もらって(?:も)?(?:いい|よい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?[。？?]*$|お願いして(?:も)?(?:いい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?[。？?]*$|てくれ(?:る|ます|ません)か?[。？?]*$|お持ちいただけ|お願いできますか|頼めますか|いただけ(?:ますか|ませんか|ないでしょうか)|もらえ(?:ますか|ませんか)|お願いできませんか|お願いできないでしょうか)"
)
_PAST = lazy_pattern(
    r"(?:(?<!ことになり)ました|でした|ていた|済み(?:です)?|(?<!ことに)なりました)[。]?$|^(?:先週|昨日|前回|先月|昨年)"
)
_QUOTES = lazy_pattern(r"(?:たい|ない|いい|らしい|ですか|ますか|ません|です|ます|だ|よ|ね)って$")  # 辞めたいって: what somebody said
_TAIL = (
    (lazy_pattern(r"(?:するという?ことで(?:お願いします)?|することに(?:なりました|します))$"), "する"),
    (
        lazy_pattern(
            r"(?:を|の)?(?:ように)?(?:お願い(?:できますか|できませんか|します|いたします|致します|しますね|できないでしょうか|です)|やって(?:いただけますか|もらえますか|ください)|行って(?:ください|もらえますか|いただきます|いただけますか)|頼みます)$"
        ),
        "",
    ),
    (
        lazy_pattern(
            r"して(?:おいて)?(?:ください|もらえますか|もらえませんか|いただけますか|いただけませんか|いただきます|もらいます|ほしいです|いただけないでしょうか)$"
        ),
        "する",
    ),
    (lazy_pattern(r"して(?:おいて)?(?:くれますか|くれる|くれませんか|ね)?$"), "する"),
    (lazy_pattern(r"(?<=[てで])おいて(?:ね|よ|くれ|ください|いただけますか|もらえますか|いただけませんか|もらえませんか|くれる|もらえる|ほしい(?:です)?)*$"), ""),
    (lazy_pattern(r"(?:して)?お(?P<v>[^、。]{1,4})いただけますか$"), r"\g<v>ます"),
    (lazy_pattern(r"(?:は|を|が)?(?:です|ます)?よね$"), ""),
    (lazy_pattern(r"(?<=っ)といて(?:ね|よ|くれ)?$|(?<=[いんりしきせべ])といて(?:ね|よ|くれ)?$"), "て"),
    (
        lazy_pattern(
            r"ご(?P<v>[\u4e00-\u9fff]{2,4})(?:して)?(?:いただけますか|いただけませんか|ください|(?:を)?お願いします|願います)$"
        ),
        r"\g<v>する",
    ),
    (lazy_pattern(r"(?<!時間)を(?:いただけますか|いただけませんか|ください|出してもらえますか)$"), "を出す"),
    (lazy_pattern(r"て(?:おいて)?(?:ください|もらえますか|いただけますか|いただきます|もらいます)$"), "て"),
    (lazy_pattern(r"(?:を)?(?:やって|して)おきます$"), "する"),
    (lazy_pattern(r"(?<=[てで])(?:もらえ|いただけ|頂け|くれ)(?:る|ます|ません|ないか|ないです)(?:か(?:な|ね)?|でしょうか)?$|(?<=[てで])もらって(?:も)?(?:いい|よい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?$"), ""),
    (lazy_pattern(r"(?:を)?お願いして(?:も)?(?:いい|よろしい|大丈夫)(?:です)?(?:か(?:な|ね)?)?$"), ""),
    (lazy_pattern(r"(?<=[てで])(?:(?:おき|み|き|まいり)ます|おく|みる|くる)(?:わ|よ|ね|から)*$"), ""),
    (lazy_pattern(r"(?<=[っべめれせえけてねげきい])と(?:きます|く)(?:わ|よ|ね|から)*$"), "て"),
    (lazy_pattern(r"(?<=[るくす])(?:わ|よ|ね)+$"), ""),
    (lazy_pattern(r"(?:する)?ようにします$"), "する"),
    (lazy_pattern(r"(?:いたし|致し|し)ます$"), "する"),
    (lazy_pattern(r"ますので(?:、?(?:まで)?お時間をください)?$"), "ます"),
)
_REASON = lazy_pattern(r"^[^、]{4,}(?:ますので|ですので|ますから|ですから)、(?=[^、]*[をか])")  # 一覧をお渡ししますので、
_SU_VERBS = lazy_pattern(r"(?<=[出直話渡回返移示探押消戻流残足写貸訳外起越通試])する$")  # 出してください is 出す


_MOST_PARTS = 8  # people of one sentence with a part each: more are words that repeat themselves
UNREAL = lazy_pattern(r"^もし|もし.*(?:たら|れば|なら)、|宝くじ|頭に入れ|覚えておき|考えておき|気をつけ|楽しみに")


def find_tasks(text: str, context: Context) -> list[Task]:
    """Tasks of a Japanese sentence."""
    bare = _LEAD.sub("", text.strip()).rstrip("。.？? ")
    if not bare or UNREAL.search(bare) or _PAST.search(bare) or _NOT_REQUEST.search(bare) or _QUOTES.search(bare):
        return []
    two = _two(bare, context)
    if two:
        return two
    found = _named(bare, context) or _of_speaker(bare, text, context)
    return found or _any_named(bare, context) or _of_nobody(bare, context) or _by_due(bare, text, context)


def _two(text: str, context: Context) -> list[Task]:
    """Two people, each with their part: ロペスさんが下書きして、千葉さんが清書する、という形でお願いできますか."""
    name = context.people.pattern()
    parts = re.split(rf"(?<=[てでし])、(?={name.replace('?P<name>', '?:')}が)", text)
    if not 2 <= len(parts) <= _MOST_PARTS or _NOT_WORK.search(text):
        return []
    made = []
    lead = ""
    for part in parts:
        match = re.search(rf"{name}が(?P<task>.+?)(?:、という.*)?$", part)
        if match is None:
            return []
        lead = lead or re.sub(r"[はを、]+$", "", part[: match.start()])
        words = re.sub(r"(?<=[^、])(?:して|し)$", "する", match["task"])
        words = words if "を" in words or not lead else f"{lead}を{words}"
        made.append(_task(context.people.resolve(match["name"]), words, 0.85, asked=True))
    return made


def _named(text: str, context: Context) -> list[Task]:
    """Somebody is named and asked or said to do something."""
    name = context.people.pattern()
    honour = r"(?:さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|社長|専務|常務|先生|委員長|委員|リーダー)"
    anyone = rf"(?:{name}|(?P<other>[\u4e00-\u9fff]{{1,4}}){honour})"
    if re.search(r"(?:私|僕|俺|わたし)(?:の(?:ほう|方))?(?:から|が)", text) and not _REQUEST.search(text):
        return []  # 大野さんには私から話しておきます
    told_by = re.search(rf"^(?P<before>.+?さんに(?:は|も)?)[、]?{name}(?:のほう|の方)?から(?P<task>.+)", text)
    if told_by is not None and _REQUEST.search(text):
        words = told_by["before"] + told_by["task"]
        return [_task(context.people.resolve(told_by["name"]), words, 1.0, asked=True)]
    shapes = (
        (rf"^{anyone}(?:、|には|は|が|の方で|のほうで|にて)(?P<task>.+)", 1.0),
        (rf"(?m:^)(?P<before>.+?)(?:は|を|について)[、]?{anyone}(?:が|に|の方で|のほうで|から|さん)(?P<task>.+)", 1.0),
        (rf"(?m:^)(?P<before>.+?)の担当は{anyone}(?P<task>.*)", 1.0),
        (rf"(?m:^)(?P<before>.*?)(?:を|は|、)?{anyone}(?:に|へ|が)(?P<task>(?:お願い|担当|頼|依頼).*)", 1.0),
    )
    for shape, score in shapes:
        match = re.search(shape, text)
        if match is None:
            continue
        groups = match.groupdict()
        if not (_REQUEST.search(text) or _DOING.search(text) or _SELF.search(text)):
            return []
        if _QUESTION.search(text) and not _CAN_ASK.search(text):
            return []
        if _NOT_WORK.search(text) and not _REQUEST.search(text):
            return []
        who = context.people.resolve(groups.get("name") or groups.get("other") or "")
        before, after = groups.get("before") or "", match["task"]
        task = _task(who, _joined(before, after), score, asked=True)
        task = replace(task, vague=task.vague and not before)
        known = bool(groups.get("name")) or not context.people.by_call
        return [task if known else _with(task, 0.6)]
    return []


def _any_named(text: str, context: Context) -> list[Task]:
    """Somebody's name with さん beside work and a deadline or a request, in whatever words."""
    match = re.search(rf"{context.people.pattern()}(?=さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|先生|委員)", text)
    if match is None or (_QUESTION.search(text) and not _CAN_ASK.search(text) and "頼め" not in text):
        return []
    rest, when, plain = cut_deadline(text, "ja")
    asked = _REQUEST.search(text) or re.search(r"頼め|頼み|てもらいましょう|すること$|担当|のは", text)
    if not (plain or asked) or _NOT_WORK.search(text):
        return []
    rest = re.sub(
        rf"{context.people.pattern()}(?:さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|先生|委員)?(?:には|に|は|が|の担当で|の担当|です)?[、]?",
        "",
        rest,
    )
    rest = re.sub(r"(?:ですが|のは)?[、]?(?:頼めますか|頼みます|です|すること)?$", "", rest)
    return [
        _task(context.people.resolve(match["name"]), rest, 0.8 if plain and asked else 0.6, asked=True)
        if not when
        else _dated(context.people.resolve(match["name"]), rest, when, plain=plain and bool(asked))
    ]


# 先方にはお断りのメールを送ります
_SENDS = lazy_pattern(r"(?:メール|連絡|返事|案内|書類|お知らせ|見積もり|依頼|礼状|手紙|議事録|資料)を?(?:送り|出し|入れ|作り|書き|取り|回し|配り)ます(?:ね|よ)?$")
_BY_DUE = 0.77  # given, and marked
_WISH = lazy_pattern(
    r"(?:ほしい|欲しい|思い|思う|考えて|でしょう|はず|らしい|かも|から|ので|なら)(?:です|ます|ね|よ)*[。]?$|(?:[がは]|(?<!つ)も)[^、。]{0,8}(?:です|ですね)$"
)


def _by_due(text: str, whole: str, context: Context) -> list[Task]:
    """Whoever is named, or speaks of themselves, beside a plain deadline: a task, in whatever words it is given."""
    rest, when, plain = cut_deadline(text, "ja")
    match = re.search(rf"{context.people.pattern()}(?=さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|先生|委員)", text)
    own = _OF_SELF.search(text)
    if not plain or (match is None and own is None) or _NOT_WORK.search(text) or _WISH.search(text):
        return []
    if _QUESTION.search(whole) and (match is None or not _CAN_ASK.search(whole)):
        return []
    if match is not None:
        words = re.sub(
            rf"{context.people.pattern()}(?:さん|くん|ちゃん|氏|様|君|部長|課長|係長|主任|先生|委員)?(?:には|に|は|が|の|で|を)?[、]?",
            "",
            rest,
        )
        return [_with(_dated(context.people.resolve(match["name"]), words, when, plain=False), _BY_DUE)]
    words = _OF_SELF.sub("", rest, count=1)
    made = _task("speaker", words, _BY_DUE, asked=False)
    return [Task(made.who, made.what, when, made.score, made.status)]


def _dated(who: str, rest: str, when: str, *, plain: bool) -> Task:
    made = _task(who, rest, 0.85 if plain else 0.65, asked=True)
    return Task(made.who, made.what, when, made.score, made.status, made.vague and len(made.what) < 3)


def _joined(before: str, after: str) -> str:
    """ "費用の試算は" + "今月末まで行ってください" as one task: the object, then the rest."""
    before = re.sub(r"(?:は|を|について)$", "", before).strip("、 ")
    bare_due = cut_deadline(after, "ja")[0]
    if before and re.match(r"^[、で]*(?:お願い|行って|やって|担当|対応|頼)", bare_due.strip("、 ")):
        due = after.replace(bare_due, "") if bare_due and bare_due in after else after
        del due
        return f"{before}を{after}" if not after.startswith(("、", "で")) else f"{before}{after}"
    return f"{before}を{after}" if before else after


def _of_speaker(text: str, whole: str, context: Context) -> list[Task]:
    """Who speaks takes something over."""
    takes = _TAKES.match(text)
    if takes:  # では私が弁当の手配を。
        return [_task("speaker", takes["noun"], 0.8, asked=False)]
    verb = _ANY_VERB.search(text)
    does = bool(_SELF.search(text) or _SELF_PLAIN.search(text))
    does = does or bool(verb and (_OF_SELF.search(text) or cut_deadline(text, "ja")[2]))
    if not does or _QUESTION.search(whole) or _REQUEST.search(text):
        return []
    own = _OF_SELF.search(text)
    _, when, plain = cut_deadline(text, "ja")
    if _NOT_WORK.search(text) and not (plain and own):
        return []
    humble = re.search(
        r"いたします|致します|ておきます|(?:聞い|尋ね|問い合わせ|確認し|相談し|頼ん|話し|調べ|当たっ|連絡し|打診し|探し)てみます|[っべめれせえけてねげきいん](?:と|ど)(?:き|いて)ます|(?:て(?:おく|くる|みる)|[っべめれせえけてねげきいん](?:と|ど)く)(?:わ|よ|ね)|させていただきます|てまいります|お出しします|お送りします", text
    )
    score = (
        0.4
        + (0.4 if own or humble else 0.0)
        + (0.5 if plain else 0.35 if when else 0.0)
        + (0.2 if context.asked else 0.0)
    )
    if _SENDS.search(text):
        score = max(score, _BY_DUE)
    return [_task("speaker", _OF_SELF.sub("", text, count=1) if own else text, min(1.0, score), asked=False)]


def _of_nobody(text: str, context: Context) -> list[Task]:
    """A request to whoever answers."""
    del context
    if not _REQUEST.search(text) or (_QUESTION.search(text) and not _CAN_ASK.search(text)):
        return []
    _, _, plain = cut_deadline(text, "ja")
    return [_task("next", text, 0.8 if plain else 0.5, asked=True)]


def _task(who: str, words: str, score: float, *, asked: bool) -> Task:
    rest, when, _ = cut_deadline(words, "ja")
    what = rest.strip("、。 ").rstrip("。.？? ")
    what = re.sub(r"^(?:は|が|を|に|で|の)(?=[^\s])", "", what)
    if done := re.search(r"ん(?P<tail>ど(?:きます|く)(?:わ|よ|ね|から)*)$", what):
        what = plain(what[: done.start("tail")] + "で")
    for pattern, short in _TAIL:
        made = pattern.sub(short, what)
        if made != what:
            what = made
            break
    what = re.sub(r"(?<=[はがをの])す?ね?$|(?:で|くれ)(?:す|ます)よ?ね?$", "", what)
    what = _SU_VERBS.sub("す", re.sub(r"(?:を|は|、|で)+$", "", what).strip("、。 "))
    what = plain(_REASON.sub("", what))
    vague = not what or (len(what) < 8 and not re.search(r"[をはがとの]", what)) or bool(re.match(r"(?:それ|これ|その)", what))
    return Task(who, what, when, score, "asked" if asked else "undertaken", vague)


def _with(task: Task, score: float) -> Task:
    return Task(task.who, task.what, task.when, score, task.status, task.vague)
