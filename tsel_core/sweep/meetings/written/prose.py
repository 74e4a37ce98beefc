# ruff: noqa: E501 (one pattern a line)
"""Sentences of written minutes that tell what was decided, left open, or taken over by somebody."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Kind, Status
from tsel_core.sweep.meetings.actions import UNNAMED, cut_deadline
from tsel_core.sweep.meetings.actions_en import VERBS, find_tasks, imperative
from tsel_core.sweep.meetings.written.owners import dated, owned, when_of
from tsel_core.sweep.meetings.written.roster import CALLS_JA, HONOUR_JA
from tsel_core.sweep.people import People

_PLAIN = 0.95

# --- English ---
_BODY = r"(?:governors?|trustees?|directors?|councillors?|members?|partners?|officers?|owners|shareholders|delegates|parents|staff|everyone|everybody|all|we|those present|the (?:\w+ )?(?:committee|board|council|group|panel|team|meeting|trust|society|club|partnership))"
_VERDICT = r"(?:agreed|resolved|approved|decided|adopted|accepted|carried(?! out)|ratified|endorsed|confirmed|signed off|settled|passed)"
_DECIDES_EN = lazy_pattern(
    rf"\b(?:(?:was|were|is|are|been)\s(?:\w+ly\s|then\s|also\s|further\s|therefore\s)?{_VERDICT}|{_BODY}\s(?:\w+ly\s|then\s|also\s|therefore\s|have\s|has\s|all\s)?{_VERDICT}|(?:had|has|have|raised) no objections?|(?:all|everyone|everybody)\s(?:ok(?:ay)?|happy|fine|agreed|in favou?r)\b|(?:motion|proposal|resolution|amendment)\b[^.;]{{0,40}}\b(?:carried|passed)|^(?:agreed|resolved|decided|approved)\b(?! minutes)|\bsettled on\b|^it was left (?:that|to)\b|\b\d+ (?:votes? )?(?:for|in favou?r),? (?:and )?\d+ against\b)", re.I
)
_CAPITALS = lazy_pattern(r"\b(?:RESOLVED|AGREED|CARRIED|APPROVED|DECIDED|PASSED)\b")
_REJECTS_EN = lazy_pattern(
    r"(?i)\b(?:(?:was|were|is|are|been|be)\s(?:\w+ly\s|therefore\s)?(?:refused|declined|rejected|turned down|dismissed|defeated|lost|(?:(?:discussed|considered|debated)(?: \w+)? (?:and|but) (?:was )?)?not (?:taken further|approved|accepted|agreed|supported|granted|pursued))|\b(?:was|were) (?:put|put to the vote|voted on|moved|tabled) (?:and|but) (?:was )?(?:lost|defeated|rejected)|(?:fell|was lost)\b(?=\sby|\s*[.;]|$)|(?:agreed|decided|resolved) not to|decided against|(?:declined|refused|rejected|turned down) the\b|(?:agreed|decided|resolved) (?:to|that) (?:\w+\s){0,6}?(?:decline|refuse|reject|turn down))"
)
_OPEN_EN = lazy_pattern(
    r"(?i)\b(?:no (?:decision|agreement|conclusion)s? (?:was |were |has been |could be )?(?:made|taken|reached)|(?:was|were|is|are|been|be) (?:deferred|postponed|adjourned|held over|parked|carried (?:over|forward)|left open|put on hold|brought back)|to be (?:brought back|decided|agreed|discussed (?:again|further|at|in|next)|revisited|reconsidered|confirmed)|(?:will|to) (?:be )?(?:discuss(?:ed)?|decide[d]?|revisit(?:ed)?|look(?:ed)? at|reviewed?|come back to (?:it|this)|return to (?:it|this))\b.{0,20}\b(?:again|next (?:time|week|month|meeting)|later|in the new year|at the next)|could not (?:agree|decide)|remains? (?:open|unresolved|undecided|to be)|no point (?:in )?deciding|^no (?:firm |final )?decision(?: yet| as yet| today| on this)?$|to be (?:considered|determined|settled|raised again|taken up|looked at|fixed)(?: (?:again|further))?(?: (?:at|in|on|by|when)\b.{0,30})?$|(?:was|were|and) left (?:over|open|until|for|to) ?(?:the |a |our )?(?:next|following|later|january|february|march|april|may|june|july|august|september|october|november|december|autumn|spring|summer|winter|$)|(?:nobody|no one) (?:is |was )?sure|still (?:open|unclear|undecided)|not yet (?:decided|agreed|resolved))\b"
)
_NO_ITEM_EN = lazy_pattern(
    r"(?i)\bapologies\b|\b(?:last|previous|earlier) (?:meeting|year|month)\b|\b(?:minutes|notes) (?:of|from)\b.*\b(?:approved|agreed|signed|accepted)|\b(?:had|has|have) (?:been )?(?:previously |already )|\bif\b.{0,40}\b(?:is|are|was|were) (?:approved|agreed|accepted)|\bas (?:agreed|decided|approved)\b|\bonce\b|\basked (?:why|whether|if|how|what|when|who)\b|\bproposed (?:that|to|raising|by)\b(?!.*\bcarried)"
)
# what must come first: "No order may be placed without the Board's approval", "agreed not to sign until ..."
_FIRST_EN = r"(?:until|unless|without|before|except)"
_NOT_BEFORE_EN = lazy_pattern(rf"(?i)\b(?:agreed|decided|resolved) (?:that [^.;]{{1,60}} )?not (?:to )?(?:be )?[a-z]+\b[^.;]*?\b{_FIRST_EN}\b")
_RULE_EN = lazy_pattern(
    rf"(?i)^\W*(?:no|neither|nothing|nobody|none)\b(?:[^.;,]|,(?=\d)){{0,80}}?\b(?P<must>may|shall|must|is to|are to|will|can)\s(?:be\s)?[^.;]*?\b{_FIRST_EN}\b"
    rf"|^(?:[^.;,]|,(?=\d)){{3,80}}?\b(?P<must_not>(?:may|shall|must) not|(?:is|are) not to|will not|cannot|can['’]t|won['’]t)\s(?:be\s)?[^.;]*?\b{_FIRST_EN}\b"
)
_SURE_RULE = lazy_pattern(r"(?i)(?:may|shall|must)(?: not)?|(?:is|are) (?:not )?to")
_REPORTED_EN = lazy_pattern(
    r"(?i)\b(?:report(?:ed|s)|said|says|explain(?:ed|s)|told|noted|warn(?:ed|s)|felt|thought|argued|stated|pointed out|asked|understood|reminded|suggest(?:ed|s)|propos(?:ed|es)|because|if|law|act|regulations?|according to|contract says|under (?:the|our|its) (?:lease|contract|rules|terms|policy|act|law))\b"
)
# "30 will be replaced this year, and the remaining 15 looked at again next year": one part decided, the other left open
_PARTS_EN = lazy_pattern(r"(?i)^(?P<now>.{12,}?)(?:[,;]? (?:and|but|while)|;)\s+(?:that )?(?P<later>(?:a decision on )?(?:the |all )?(?:rest|remaining|remainder|others?|balance)\b.+)$")
_PARTS_JA = lazy_pattern(r"^(?P<now>[^。]{4,}?(?:(?<!見直)(?<!先送)(?:[\u4e00-\u9fffァ-ヶー]{2}|と)し|[いきりげべめけせ]))、(?P<later>(?:残り|残る|残余|その他|それ以外|その余|他の|ほかの|一方)[^。]+)$")
# given, and marked
_DATE_OPEN = lazy_pattern(r"(?i)\b(?:date|time|day)s? to be (?:fixed|agreed|confirmed|set|settled)\W*$")  # of a task
# "a report on causes - Mr Amos, for the November meeting"; "The Clerk was asked for a survey, to come to the May meeting"
_WANTED = lazy_pattern(r"(?i)^.{0,60}?\b(?:asked|called|wished|pressed) for (?=an?\b|the\b|some\b|two\b|three\b|further\b|more\b|copies\b|details\b|figures\b)|^.{0,60}?\b(?:requested|asked to see) (?=an?\b|the\b)")
_WAS_ASKED = lazy_pattern(r"(?i)\s+(?:was|were) (?:then |also )?asked (?:for|to provide) (?P<what>(?:an?|the|some|two|three|further|more)\s[^.;]+)$")
# "asked for the order book to be split by region": whose task it is, nobody says
_TO_BE = lazy_pattern(r"(?i)^.{3,60}?\basked (?:for|that) (?P<what>(?:the|all|an?|future)\s[^.;]{3,60}?\sto be\s(?!able\b|in\b|more\b|at\b)[a-z]+(?:ed|t|n)\b[^.;]*)$")
_MEETING = lazy_pattern(r"(?i),?\s*\b(?:to come |to be ready |ready )?(?:to|for|at|before|by|in time for) (?P<when>(?:the|our|its) (?:next|following|(?-i:[A-Z])[a-z]+)(?: (?:board|committee|council|governors['’]?))? meeting)\W*$")
_STAYS_EN = lazy_pattern(r"(?i)\b(?:stays?|remains?) (?:as (?:it is|quoted|before|agreed|planned)|free|unchanged|the same|at \S*\d)")
_WAITS_EN = lazy_pattern(r"(?i)\bno (?:date|answer|reply|news|word) yet\b|\bstill (?:waiting|to hear)\b")
_SEP = r"(?:^|[,;:(]\s*|\.\s+|\s[-–—>→]+\s*|\b(?:and|so|but)\s)"
_GERUND = lazy_pattern(r"^(?P<verb>(?!be|hav|go|ask|say|look|com|report|chair|attend|leav|work)[a-z]{2,}ing)\b(?P<rest>[^.?!]*)")
_CLLR = lazy_pattern(r"\b(?:Cllrs?|Councillors?)\.?\s+")
_UNDERTAKES = lazy_pattern(r"\b(?:will|undertook|undertakes|agreed|offered|volunteered|was asked|is to|would)\b")
_NO_TASK = lazy_pattern(r"(?i)^(?:be\b|have\b|remain|note\b|attend\b|declare|speak|open the meeting|chair\b)")

# --- Japanese ---
_OPEN_JA = lazy_pattern(
    r"継続(?:して)?(?:審議|検討|協議|課題)|結論(?:は|を|に|が)?(?:出|至)(?:さ|ら|な|て|ず)|保留(?=$|[。、（(）)」\s]|[とにしさ中]|のまま|扱|事項|する(?:$|[。]|こと))|改めて[^。]{0,12}(?:諮|協議|検討|審議|議論)|次回[^。]{0,10}(?:持ち?越|再度|改めて|継続|再検討|検討|協議|議論|審議|決)|持ち帰|(?:見積|回答|返事|連絡|結果)(?:の|を)?(?:待ち|待って|待つ)|[\u4e00-\u9fff]待ち$|未定|未決|先送り|決め(?:ず|られ)|決まらな|まとまらな|要検討|検討(?:中|を続)"
)
_DECIDES_JA = lazy_pattern(
    r"(?:こと|もの)(?:と|に)(?:した|する|なった|決した|決まった|決めた|決定|いたし|致し|しました|なりました)|(?:承認|可決|了承|決定|合意|採択|決議|議決|確定)(?:され|した|しました|を得|となった|である|とする|事項)|(?:承認|可決|了承|決定|合意|採択|確定)[。\s]*$|(?:全員|満場|一同)[^。]{0,8}(?:賛成|一致|了承|同意)|異議なく|賛成多数|に(?:決まった|決めた|統一する|変更する|改める)|と(?:する|した)[。]?$"
)
_REJECTS_JA = lazy_pattern(
    r"見送(?:る|り|った|ら)|取り下げ(?:$|と|た|ら)|却下|否決|応じない|採用(?:し)?ない|不採用|行わない|実施しない|設けない|購入しない|導入しない|延長しない|認めない|取りやめ|やめる(?:こと|$)|中止(?:する|と)|断る"
)
# what somebody remarked: "まだ届いていないとの指摘があった" leaves nothing open
REMARK_JA = lazy_pattern(r"(?:との|という|旨の)(?:指摘|意見|質問|発言|懸念|要望|声)(?:が|も)(?:あった|出た|出された|ありました|示された)[。]?$")
# a decision, whatever stands before it (保留とすることを決議した)
_RESOLVES_JA = lazy_pattern(r"決定し(?:た|まし)|(?:決議|議決|可決|採択)(?:した|する|され|しました|いたし)")
# what is done about something that went wrong, by nobody who is named (再発防止として、…を1月から導入する)
_MEASURE_JA = lazy_pattern(r"^[^、。]{0,12}(?:再発防止|防止策|対策|対応|改善策|措置|是正)(?:として|のため)[、,](?P<what>[^。]+(?:導入|実施|開始|設置|変更|徹底|廃止|義務付け|点検)(?:する|します|する予定(?:である)?|することとする|することとした)|[^。]+(?:を|に)(?:毎[日朝週月回年])?行う)$")
_FROM_JA = lazy_pattern(r"(?P<when>(?:(?:来年|翌年|本年|[0-9０-９]{4}年)?[0-9０-９]{1,2}月(?:[0-9０-９]{1,2}日|末|中|上旬|中旬|下旬)?|来月|翌月|来週|来年度?|年度内|本日|即日)(?:から|より|までに|中に|に)|毎[日朝週月回年](?=[、\u4e00-\u9fff]))")
# "12月26日に実施", "加湿器：今回は買わない": given, and marked
_NOUN_JA = lazy_pattern(r"(?:[にを：:、]|から|まで)[^、。]{0,4}(?:実施|開催|購入|採用|導入|継続|廃止|延期|変更|更新|設置)(?:する)?(?:[（(][^（）()]*[)）])?$")
_NOT_NOW_JA = lazy_pattern(r"(?:今回|今年度?|当面)は[^。]{0,14}(?:ない|なし|見送り|せず)$")
# what must come first: 取締役会の承認を得るまで行わない, 理事会の決議なしに契約してはならない
_FIRST_JA = r"(?:まで(?:は|の間(?:は)?)?|(?:し|い|さ)?ない限り(?:は)?|なしに(?:は)?|なければ|なくして(?:は)?|前(?:に|は|には))[、]?"
_RULE_JA = lazy_pattern(rf"{_FIRST_JA}[^。]{{0,24}}?(?P<must>行わない|(?:し|締結し|実施し)ない|ならない|認めない|禁止(?:する|とする)?|できない|[ぁ-ん]ない)(?:こと(?:と|に)(?:した|する|なった|決した|決まった)|ものとする)?$")
_SURE_RULE_JA = lazy_pattern(r"行わない|(?:締結|実施)しない|ならない|認めない|禁止.*|できない")  # and not 部品が届くまで動かない
_TELLS_JA = lazy_pattern(r"(?:との|という|旨の|が)(?:報告|説明|意見|提案|質問|指摘|要望|発言|声|話|回答|答弁|懸念|補足)|(?:述べ|発言し|説明し|報告し|提案し|質問し|指摘し|要望し|求め|回答し|示され|示し)(?:た|、)|してはどうか")
_TASK_END_JA = lazy_pattern(
    r"(?:(?:こと|もの)(?:と|に|で)(?:した|する|なった|なりました|しました|決した|合意した|了承された)|(?:を|に)?(?:依頼|お願い|一任)(?:した|する|しました|すること.*)|(?:する|行う|作る|出す|送る|調べる|伝える|聞く|取る|集める|探す|詰める|直す|まとめる|進める|決める|配る|渡す|届ける|買う|書く|話す|諮る|回る|見る|引き受ける|受け持つ|あたる|当たる)|予定(?:である|です)?|(?:する|行う|[うくぐすつぬぶむる])こと|いただく|もらう|(?<!あ|い)(?:[うくぐすつぬぶむ]|[えけげせてねべめれり\u4e00-\u9fff]る)|(?:し|い|き|り|み|え|け|せ|て|め|れ)ます|作成|確認|提出|手配|連絡|準備|調整|調査|検討|修正|送付|共有|担当)[。]?$"
)
_LEAD_JA = lazy_pattern(r"^(?:(?:なお|また|ただし|協議の結果|審議の結果|検討の結果|その結果|併せて|あわせて|このため|そのため|よって)[、,]?)+")
_TAILS_JA = (
    (lazy_pattern(r"(?:することとなった|することとした|することになった|することとする|することに決まった|することで合意した)[。]?$"), "する"),
    (lazy_pattern(r"(?<=[うくぐすつぬぶむるい])(?:こと(?:と|に)(?:した|する|なった|決した|決まった|いたしました|しました|なりました))[。]?$"), ""),
    (lazy_pattern(r"(?:することで|ことで)(?:全員が賛成した|全員一致した|合意した|了承された|一致した|承認された)[。]?$"), "すること"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """What a sentence tells."""

    kind: Kind
    what: str
    status: Status
    who: str = ""
    when: str = ""
    score: float = _PLAIN


@dataclass(frozen=True, slots=True)
class _NobodyAsked:
    people: People
    asked: bool = False


def told(text: str, people: People, lang: str) -> list[Told]:
    """Items of a written sentence; [] where it only reports."""
    measure = _measure(text) if lang == "ja" else None
    if measure is not None and not tasks(text, people, lang):
        return [measure]
    found = tasks(text, people, lang)
    settled = None if found and _DATE_OPEN.search(text) else verdict(text, lang)
    if settled is not None and settled.kind == "open" and (parts := in_parts(text, lang)):
        return [*parts, *found]
    if settled is not None and not (found and settled.kind == "decision"):
        return [settled, *found]
    return found


def in_parts(text: str, lang: str) -> list[Told]:
    """What a sentence decides and what it leaves open of the same matter, [] where it does not do both."""
    bare = _LEAD_JA.sub("", text.strip()).strip(" 。") if lang == "ja" else text.strip(" .;")
    match = (_PARTS_JA if lang == "ja" else _PARTS_EN).match(short_ja(bare) if lang == "ja" else bare)
    if match is None:
        return []
    now, later = match["now"], match["later"]
    if lang != "ja":
        first = _verdict_en(now)
        settles = first is not None and first.kind == "decision"
        return [first, Told("open", later, "open")] if first is not None and settles and _OPEN_EN.search(later) else []
    if _OPEN_JA.search(now) or not _OPEN_JA.search(later) or not _DECIDES_JA.search(bare) or _TELLS_JA.search(now[-16:]):
        return []
    what = f"{now[:-1]}する" if now[-1] == "し" else short_ja(bare)
    return [Told("decision", what, "decided"), Told("open", later, "open")]


def _measure(text: str) -> Told | None:
    """A measure that is taken from a day on, whoever takes it."""
    match = _MEASURE_JA.match(text.strip(" 。"))
    when = _FROM_JA.search(match["what"]) if match else None
    if match is None or when is None:
        return None
    return Told("action", short_ja(match["what"].replace(when["when"], "", 1)), "asked", when=re.sub(r"(?:までに|中に|に)$", "", when["when"]))


def verdict(text: str, lang: str) -> Told | None:
    """What became of the matter that a sentence is about: open, turned down, decided; None for a report."""
    return _verdict_ja(text) if lang == "ja" else _verdict_en(text)


def _verdict_en(text: str) -> Told | None:
    if _NO_ITEM_EN.search(text) or text.rstrip().endswith("?"):
        return None
    if _OPEN_EN.search(text.strip(" .;")):
        return Told("open", text.strip(" .;"), "open")
    if _NOT_BEFORE_EN.search(text):
        return Told("decision", text.strip(" .;"), "decided")
    if _REJECTS_EN.search(text):
        return Told("decision", text.strip(" .;"), "rejected")
    rule = _RULE_EN.search(text) if not _REPORTED_EN.search(text) else None
    if rule is not None:
        plain = _SURE_RULE.fullmatch(rule["must"] or rule["must_not"]) is not None
        return Told("decision", text.strip(" .;"), "decided", score=_PLAIN if plain else 0.8)
    if _WAITS_EN.search(text):
        return Told("open", text.strip(" .;"), "open", score=0.8)
    if _STAYS_EN.search(text):
        return Told("decision", text.strip(" .;"), "decided", score=0.8)
    if _CAPITALS.search(text) or _DECIDES_EN.search(text):
        return Told("decision", text.strip(" .;"), "decided")
    return None


def _verdict_ja(text: str) -> Told | None:
    bare = _LEAD_JA.sub("", text.strip()).strip(" 。")
    if _OPEN_JA.search(bare) and not _RESOLVES_JA.search(bare) and not REMARK_JA.search(bare):
        return Told("open", bare, "open")
    settled = _DECIDES_JA.search(bare)
    rule = _RULE_JA.search(bare) if not _TELLS_JA.search(bare) else None
    if rule is not None and (settled or _SURE_RULE_JA.fullmatch(rule["must"])):
        return Told("decision", short_ja(bare), "decided", score=_PLAIN if settled or rule["must"] != "できない" else 0.8)
    if re.search(r"[わかさたなまらがばれけせめえべし]ない(?:こと|もの)(?:と|に)(?:した|する|なった|決)", bare):
        return Told("decision", short_ja(bare), "rejected")
    if _REJECTS_JA.search(bare) and (settled or re.search(r"(?:見送り|却下|否決|不採用|取りやめ|取り下げ|見送(?:る|った)|断った|見合わせた|行わない|応じない)[。]?$", bare)):
        return Told("decision", short_ja(bare), "rejected")
    if not settled and re.search(r"(?<!方向|よう|予定)(?:(?:に|と)する|でOK|で(?:可|了解|問題なし)|のまま)$", bare) and not _TELLS_JA.search(bare):
        return Told("decision", bare, "decided", score=0.8)
    if not settled and _NOUN_JA.search(bare) and not bare.startswith("次回") and not _TELLS_JA.search(bare):
        return Told("decision", bare, "decided", score=0.8)
    if not settled and _NOT_NOW_JA.search(bare):
        return Told("decision", bare, "rejected", score=0.8)
    if settled and not (_TELLS_JA.search(bare[settled.start() :]) or re.search(r"報告(?:が|を)(?!あり、|受け、|行い、)", bare[-12:])):
        return Told("decision", short_ja(bare), "decided")
    return None


def short_ja(text: str) -> str:
    """A written decision without 協議の結果 and こととした."""
    words = re.sub(r"^.{4,}、(?:協議|審議|検討|採決|議論)の結果[、,]", "", text.strip(" 。"))
    words = _LEAD_JA.sub("", words)
    for pattern, made in _TAILS_JA:
        short = pattern.sub(made, words)
        if short != words:
            return short
    return words


def tasks(text: str, people: People, lang: str) -> list[Told]:
    """What somebody who is known takes over in a sentence."""
    return _tasks_ja(text, people) if lang == "ja" else _tasks_en(text, people)


def _tasks_en(text: str, people: People) -> list[Told]:
    if not people.by_call:
        return []
    wanted = _wanted(text, people)
    return [wanted] if wanted else [_for_meeting(t) for t in _plain_tasks_en(text, people)]


def _wanted(text: str, people: People) -> Told | None:
    """A report that somebody is asked for, by whom and for when behind it."""
    bare = text.strip(" .;")
    match = _WANTED.match(bare)
    made = owned(bare[match.end() :], people, "en", sure=True) if match else None
    if made is not None and made.who and " " in made.what:
        when = re.sub(r"^(?=(?:next|[A-Z][a-z]+) meeting$)", "the ", made.when)
        return _for_meeting(Told("action", made.what, "asked", made.who, when))
    to_be = _TO_BE.match(bare)
    if to_be is not None:
        rest, when, _ = cut_deadline(to_be["what"], "en")
        return _for_meeting(Told("action", (rest if when else to_be["what"]).strip(), "asked", when=when, score=0.8))
    asked = _WAS_ASKED.search(bare)
    who = re.fullmatch(rf"(?:The |the )?{people.pattern()}", bare[: asked.start()].strip()) if asked else None
    if asked is None or who is None:
        return None
    what, when = dated(asked["what"], people, "en")
    return _for_meeting(Told("action", what, "asked", people.resolve(who["name"]), when))


def _for_meeting(task: Told) -> Told:
    """A task with the meeting as its deadline for which it is due."""
    match = _MEETING.search(task.what) if not task.when else None
    if match is None:
        return task
    due = re.match(r",?\s*to come|,", task.what[match.start() :]) is not None or " for " in match[0] or " before " in match[0]
    return replace(task, what=task.what[: match.start()].strip(" ,") if due else task.what, when=match["when"])


def _plain_tasks_en(text: str, people: People) -> list[Told]:
    known = "|".join(re.escape(c) for c in people.calls)
    name = rf"(?:(?:Mr|Mrs|Ms|Miss|Dr|Prof|Cllr)\.?\s+)?\b(?:{known})\b"
    shape = re.compile(rf"{_SEP}(?P<all>(?:[Tt]he\s+)?(?:{name})(?:(?:\s*[,/&]\s*|\s+and\s+)(?:the\s+)?(?:{name}))*\s+(?:to|still to|has to|needs to)\s+(?!be\b)[a-z][^.;]*)")
    found = []
    for match in shape.finditer(text):
        made = owned(match["all"], people, "en", sure=False)
        if made.who and not _NO_TASK.match(made.what):
            found.append(Told("action", made.what, "asked", made.who, made.when))
    if found:
        return found
    bare = re.sub(r"^(?:The|the)\s+(?=[A-Z])", "", _CLLR.sub("", text))
    bare = re.sub(r"(?i)^(?:it was agreed|agreed|resolved) that (?:the )?(?=[A-Z])", "", bare)
    if not re.search(r"\sand that\s", bare):  # what else was left is a decision
        bare = re.sub(r"(?i)^it was left that (?:the )?((?-i:[A-Z])[^,;]{1,40}?) would ", r"\1 will ", bare)
    if re.match(r"(?:Everyone|Everybody|All)\s+(?:\w+ly\s+)?(?:agreed|was|were|is|are)\b", bare):
        return []
    made_tasks = [t for t in find_tasks(bare, _NobodyAsked(people)) if t.who not in UNNAMED and t.score >= 0.8 and not _NO_TASK.match(t.what)]
    if made_tasks:
        plain = _UNDERTAKES.search(bare) is not None
        ends = [(t, *(dated(t.what, people, "en") if not t.when else (t.what, t.when))) for t in made_tasks]
        return [Told("action", what, "asked", t.who, when, max(t.score, _PLAIN) if plain else t.score) for t, what, when in ends]
    doing = re.match(rf"^(?:{name})\s+(?:is\s)?(?P<rest>.+)$", bare)
    gerund = _GERUND.match(doing["rest"]) if doing else None
    if gerund is None:
        return []
    rest, when, _ = cut_deadline(imperative(gerund["verb"] + gerund["rest"]), "en")
    if not re.match(VERBS, rest):
        return []
    who = next(people.by_call[c] for c in people.calls if re.search(rf"\b{re.escape(c)}\b", bare[: doing.start("rest") if doing else 0]))
    return [Told("action", rest.strip(" ,."), "undertaken", who, when, 0.85)]


_TOLD_JA = r"(?:指示|要請|依頼|指導)(?:した|する|があった|がなされた|しました)|求めた|求めました|命じた"
_UNIT_OF_FIRM = r"[\u4e00-\u9fffァ-ヶー]{1,6}(?:部|課|室|局|係|委員会)"


def _told_to(text: str, people: People) -> Told | None:
    """A task that somebody is told to do: 有働常務に対し、9月5日までに算定書を取り寄せるよう指示した."""
    known = "|".join(re.escape(c) for c in people.calls) or r"(?!)"
    who = rf"(?P<who>(?:{known})[\u4e00-\u9fff]{{0,8}}?{HONOUR_JA}?|{_UNIT_OF_FIRM})"
    bare = text.strip(" 。")
    first = re.search(rf"(?:^|[、はがらり]){who}に(?:対し(?:て)?)?[、]?(?P<task>[^。]+?)よう(?:に)?(?:{_TOLD_JA})$", bare)
    match = first or re.search(rf"(?:は|が|より|から)[、]?(?P<task>[^。]+?)よう(?:に)?[、]?{who}に(?:対し(?:て)?)?(?:{_TOLD_JA})$", bare)
    if match is None:
        return None
    call = next((c for c in people.calls if match["who"].startswith(c)), "")
    made = owned(match["task"], people, "ja", sure=False)
    rest, when = (made.what, made.when) if made.when else cut_deadline(match["task"], "ja")[:2]
    return Told("action", short_ja(rest.strip("、 ")), "asked", people.by_call.get(call, match["who"]), when)


def _tasks_ja(text: str, people: People) -> list[Told]:
    if people.by_call and (told_to := _told_to(text, people)) is not None:
        return [told_to]
    if not people.by_call or _TELLS_JA.search(text[-16:]):
        return []
    known = "|".join(re.escape(c) for c in people.calls)
    title = rf"(?:{HONOUR_JA}|[\u4e00-\u9fff]{{0,6}}(?:長|委員|理事|監事|先生|主任|書記|会計|取締役|監査役|専務|常務|執行役員?)|PM|PL)?"
    bare = _LEAD_JA.sub("", text.strip()).strip(" 。")
    match = re.search(rf"(?:^|(?<=[、はをにも]))(?P<who>(?:{known}){title}(?:[・と](?:{known}){title})*|各[\u4e00-\u9fff]{{1,3}})(?P<as>が|にて|に|は|で|より)(?P<task>[^。]+)$", bare)
    if match is None or not _TASK_END_JA.search(re.sub(r"[(（][^()（）]*[)）]$", "", match["task"])):
        return []
    if match["as"] == "で" and not match["who"].startswith("各"):
        return []
    if match["as"] in ("に", "より") and not re.search(r"依頼|お願い|一任|いただく$|もらう$", match["task"]):
        return []
    calls = re.findall(known, match["who"])
    calls = [c for c in calls if c not in CALLS_JA] or calls  # 桐谷副理事長 is 桐谷
    names = [people.by_call[c] for c in calls] or [match["who"]]
    before = re.sub(r"(?:は|を|については?|に関しては?)?[、,]?$", "", bare[: match.start()])
    made = owned(match["task"], people, "ja", sure=False)
    rest, when = made.what, made.when
    if not when:
        rest, when, _ = cut_deadline(match["task"], "ja")
    what = short_ja(rest.strip("、 "))
    what = re.sub(r"(?:する)?(?:ことを|よう)?(?:に)?(?:依頼|お願い)(?:した|する|しました)$", "する", what)
    due = when_of(before, "ja") if before else ""
    if due:
        when, before = when or due, ""
    if before and not re.search(r"[、。]", before):
        what = f"{before}を{what}"
    return [Told("action", what, "asked", ", ".join(dict.fromkeys(names)), when)]
