# ruff: noqa: E501 (one pattern a line)
"""Sentences that take a decision, and what of them is the decision (English and Japanese)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.item import Status


@dataclass(frozen=True, slots=True)
class Found:
    """A decision in a sentence: its words, how plainly it is one (1 plain, below 1 doubtful), and what became of it."""

    what: str
    score: float
    status: Status = "decided"
    instead_of: str = ""
    only_old: bool = False  # the sentence takes something back and names nothing new


# --- English ---
_FILLER_EN = lazy_pattern(
    r"(?i)^(?:(?:ok(?:ay)?|right|so|now|well|good|fine|great|all right|alright|then|and|yes|yeah|no(?=[,.!])|sorry|um|uh|actually|very good|excellent|perfect|thanks|thank you)\b[,.!]?\s+(?:then\b,?\s*)?)+"
)
_PAST_EN = lazy_pattern(
    r"(?i)\b(?:last (?:year|month|week|quarter|meeting|time|spring|summer|autumn|winter)|already|previously|earlier this (?:year|month)|years? ago|months? ago|weeks? ago|at the time|back then|had (?:been )?(?:decided|agreed|approved)|in (?:spring|summer|autumn|winter)|when (?:I|we) )\b"
)
_UNREAL_EN = lazy_pattern(
    r"(?i)\b(?:if (?:we|I|they|you|it)|would have|could have|should have|once we have|before we (?:decide|agree)|until we (?:decide|agree)|when we (?:decide|agree)|whether)\b"
)
_NO_DECISION_EN = lazy_pattern(
    r"(?i)\b(?:no decision|not (?:yet )?(?:decided|agreed|settled|approved|sure)|n[o']t (?:want to )?(?:decide|agree on|settle)|haven['’]t (?:decided|agreed)|can(?:no|['’])t decide|undecided|to be decided|decide (?:that|this|it)? ?(?:later|next time|here)|decision is not|nothing (?:was|is|has been) decided|decided too|decided wrong|until we (?:know|have|see|hear))\b"
)
_BY = r"(?:(?:was|were|is|are|has been|have been|been)\s+)?"
_STRONG_EN = lazy_pattern(
    rf"(?i)\b(?:(?:we|they|the (?:committee|board|team|council|group|panel|members|meeting|company)|it|that|this|everyone|all)\s+(?:then\s+|all\s+|have\s+|['’]ve\s+|unanimously\s+|now\s+)?{_BY}(?:decided?|agreed?|approved?s?|resolved?|adopt(?:s|ed)|settled|endorse[sd]|ratif(?:y|ied|ies))\b"
    r"|we['’]ve\s+(?:decided|agreed|settled)|(?:is|are|was|were|has been)\s+(?:hereby\s+|now\s+)?(?:decided|agreed|approved|settled|adopted|rejected|turned down|declined|dropped|withdrawn|fixed|final|cancelled|scrapped)\b"
    r"|(?:I|we)\s+(?:have\s+)?approved?\b|I approve\b|the decision (?:is|was)\b|the decision (?:on|for|about) .{2,50} (?:is|was)\b|(?:that|it)['’]s (?:settled|decided|agreed|final|a deal)\b|resolved that|we conclude\w* (?:that|on)\b|we (?:hereby )?revise\b|(?:new|our|final) decision(?: on|:)|\bI(?:['’]ll| will| shall)? (?:record|note|minute|register|put down|write down) (?:it )?that\b|unanimous(?:ly)?\b|by a majority|motion (?:is )?(?:carried|passed)|\bconsensus (?:on|is|was|for)\b|(?:hear|hearing|see|seeing) (?:broad |general )?(?:agreement|consensus)|(?:nobody|no one) (?:is )?(?:against|opposed)|locked in\b|(?:is|are|has been|have been) (?:signed off|given the (?:go-ahead|green light))|(?:gets?|has|have) the (?:go-ahead|green light)|it shall be\b|(?:it is|that is|it['’]s|that['’]s) a go\b|change the decision|off the table)"
)
_LABEL_EN = lazy_pattern(
    r"^(?:Decision|DECISION|Resolution|RESOLUTION|Decided|DECIDED|RESOLVED|AGREED|APPROVED)\s*(?:No\.?\s*)?[\d.]*\s*[:.\-–]?\s+(?=\S)|^(?:Agreed|Approved|Decided|Settled|Resolved|Adopted)\b[.,:!]\s*(?=\S)"
)
_WE = r"(?:let['’]?s|we['’]ll|we will|we shall|we are going to|we['’]re going to)"
_GO_EN = lazy_pattern(
    rf"(?i)\b(?:(?:{_WE}|we)\s+(?:now\s+|then\s+|just\s+|all\s+)?(?:go(?:ing)?\s+(?:with|for|ahead with)|settle\s+(?:on|for)|stick\s+(?:with|to)|opt\s+for|choose|pick|fix|confirm|lock\s+in|finali[sz]e|drop|scrap|cancel|stay\s+with|decide\s+(?:on|for)|change\s+(?:it|that|this)?\s*to|adopt)\b"
    rf"|{_WE}\s+(?:now\s+|then\s+|just\s+|all\s+)?make\s+it\b|we(?:['’]re| are) going (?:with|for|ahead with)|^(?:\S+\s){{1,8}}it is(?:,? then|\s+(?:for|on)\b|\.|$)|^(?:then|so|right|ok|okay|good|fine),?\s+it['’]s\s+(?=\S+\s?\S*[.]?$|\S+\s\S+\s\S+[.]?$)"
    r"|it (?:will be|is now|shall be)\b|\b(?:stays?|remains?|will (?:stay|remain)|shall (?:stay|remain)) (?:at (?=\S{0,3}\d)|unchanged\b)|\b(?:is|are|will be) now\b|\b(?:will be|shall be)\b.*\b(?:instead of|rather than)\b|we(?:['’]ll| will)? change (?:it|that|this|the decision)\b|we now say\b|take back\b|(?:^|[,.;:]\s|\b(?:so|then|and|let['’]?s)\s)forget\s+\S+|scrap\s+\S+|\bcorrection\b.*\bnot\b.*\bbut\b|voted (?:for|against|to)\b)"
)
_CLOSED_EN = lazy_pattern(r"(?i)^(?=(?:\S+\s+){3}).*,\s+(?:done|sorted|settled|decided)\s*[.!]*$")
# the same with verbs that are used for anything: only with a value that was proposed
_WEAK_GO_EN = lazy_pattern(
    rf"(?i)\b(?:{_WE}|we)\s+(?:now\s+|then\s+|just\s+|all\s+)?(?:take|keep|use|do|have|launch|move|buy|order|hire)\b(?!\s+(?:to|not|you|we|it|that|this|so|a look|care)\b)"
)
_ASK_EN = lazy_pattern(
    r"(?i)\?\s*$|^(?:so |and |but |then )*(?:did|do|does|have|has|should|shall|could|would|can|are|is|was|were|what|how|when|who|why) (?:we|you|they|I|it|that|this|the|there)\b"
)
_AGREE_TAG_EN = lazy_pattern(
    r"(?i)[,.;]?\s*(?:everyone happy|everybody happy|all agreed|any objections?|agreed)\s*\?\s*(?:\w+\.?\s*)*$|\b(?:no objections?|nobody objects|everybody is in favou?r|all in favou?r)\b"
)
_PROPOSAL_EN = lazy_pattern(
    r"(?i)\b(?:suggest|propose|proposal(?![^.;]{0,80}\b(?:was|were|is|has been|have been)\s(?:\w+ly\s)?(?:rejected|accepted|approved|adopted|declined|turned down|withdrawn|dropped|carried|agreed))|recommend|would|could|maybe|perhaps|might|what about|how about|why don['’]t|shall we|should we|I think we (?:should|could)|can we|my preference|prefer|I want|I['’]d)\b"
)
_REJECT_EN = lazy_pattern(
    r"(?i)\b(?:reject(?:ed|s)?(?! (?:rates?|counts?|ratios?|shares?|bins?|parts?)\b)|turn(?:ed|s)? down|declin(?:ed|es)|(?:is|are|was|were) (?:dropped|withdrawn|cancelled|scrapped|off the table)|off the table|not going to (?:do|take|use|have|buy|pursue)|won['’]t (?:do|take|buy|pursue)|will not (?:do|take|buy|pursue)|(?:drop|scrap|cancel|forget) (?:the|it|that|this)\b|we (?:drop|scrap|abandon|bury)\b|voted against|we say no to|(?:is|are) out$|did not get a majority|against the proposal|for good$)\b"
)
_REJECTS_EN = lazy_pattern(
    r"(?i)reject|turned down|say no to|is out|majority|off the table|not going to (?:do|take|buy|pursue)|voted against|for good"
)
_CHANGE_EN = lazy_pattern(
    r"(?i)\b(?:not\s+(?P<old1>(?:[^,.]|[,.](?=\d)){2,40}),\s+but|(?:is|are) now\b.*,\s*not\s+(?P<old2>(?:[^,.]|[,.](?=\d)){2,40})|scrap\s+(?P<old3>(?:[^,.]|[,.](?=\d)){2,40}?)(?=\s+and\b|,|\.|$)|forget\s+(?P<old4>(?:[^,.]|[,.](?=\d)){2,40}?)(?=\.|,|$)|(?P<old7>(?:[^,.:]|[,.](?=\d)){2,40}) was (?:a mistake|wrong|too (?:fast|early))|take back\s+(?P<old8>(?:[^,.]|[,.](?=\d)){2,40})|now say\b|change (?:the decision|that|this|it)|second thoughts|correction|reopen|reconsider(?:ed)?|after all|no longer|overrul|revoke|rather than (?P<old5>(?:[^,.]|[,.](?=\d)){2,40})|(?:instead of|in place of) (?P<old6>(?:[^,.]|[,.](?=\d)){2,40}))"
)
_NEW_EN = lazy_pattern(
    r"(?i)\b(?:make it|will be|is now|are now|be now|but\b|go with|going with|instead of|rather than|change(?: \w+){0,2} to|it['’]s|take(?! back)|use|settle on)\b"
)
_TAKE_BACK_EN = lazy_pattern(
    r"(?i)\b(?:forget|scrap|second thoughts|reopen|correction|reconsider|should change|change that|off the table|take (?:that|it) back|take back|was wrong)\b"
)
_POINTS_EN = lazy_pattern(
    r"(?i)^(?:so |then |and |OK,? )*(?:that|this|it|the) (?:idea|proposal|one|option|plan)?\s*(?:is|was)\b"
)
# how a figure went, which nobody decides: "The scrap rate was 7% in May and is now 4%"
_FIGURE_EN = lazy_pattern(
    r"(?i)^(?=(?:[^.;]|\.(?=\d))*(?:%|\bper ?cent\b|\b(?:rates?|shares?|numbers?|averages?|counts?|volumes?|turnover|sales|revenue|profits?|losses|output|yields?|backlogs?|scrap|accidents?|complaints?|defects?|downtime|stocks?|balances?|membership|attendance|headcount|temperatures?|waiting times?)\b))(?:[^.;]|\.(?=\d))*?\b(?:was|were|had been|stood at|came to|started at)\b(?:[^.;]|\.(?=\d))*?\b(?:is|are) now\b"
)
_NOT_OLD_EN = lazy_pattern(r"(?i)\bnow\b.*,\s*not\b")
_STRIP_EN = (
    lazy_pattern(r"(?i)^(?:one |a )?correction (?:on|to) (?=the)"),
    lazy_pattern(
        r"(?i)^(?:so |then |well |OK,? )*(?:we['’]ve|we have|we|it (?:is|was)|it['’]s|that(?:['’]s| is)|the (?:committee|board|team|council|group) (?:has )?)\s*(?:then |all |now |hereby )?(?:been )?(?:decided|agreed|approved|resolved|settled|final)\s*(?:then)?(?:\s*[:,;.]\s*|\s+that\s+)(?=\S)"
    ),
    lazy_pattern(r"(?i)^the decision (?:on|for|about) (.{2,40}?) is (?:that )?"),
    lazy_pattern(
        r"(?i)^(?:I think |as )?(?:everybody|everyone|all|nobody)[^.,;]{0,30}(?:in favou?r|agrees?|objects?|happy)\b[.,;]?\s*"
    ),
    lazy_pattern(
        r"(?i)^(?:then |so )?(?:let the record show|please note|I(?:['’]ll| will| shall)? (?:record|note|minute|register|put down|write down)|I take it|we note)\s+that\s+"
    ),
)
_TAIL_EN = lazy_pattern(
    r"(?i)[\s,.;]*(?:\b(?:then|done|good|decided|agreed|please note that|that is final|ok(?:ay)?|everyone happy|all agreed|any objections|none|no objections|please|for good)\b[\s,.;?!]*)+$"
)

# --- Japanese ---
_FILLER_JA = lazy_pattern(
    r"^(?:(?:はい|では|それでは|じゃあ|そうですね|わかりました|分かりました|ええ|えーと|すみません|結論として|なお|よって|ということで)[、。,\s]*)+"
)
_PAST_JA = lazy_pattern(
    r"(?:昨年|去年|先月|先週|昨日|前回|以前|春に|当時|すでに|既に|前に).*(?:決め|決ま|承認|合意|同意)|承認済み|決定済み|決めていれば|決まっていれば"
)
_NO_DECISION_JA = lazy_pattern(
    r"決ま(?:ってい?|り)(?:ない|ません|なかった)|決ま(?:って|った)わけ(?:では|じゃ)|決めない|決めません|決めてい(?:ない|ません)|決められ|決めず|未定|未決|決めるのは|決めましょうか|決まりましたか|決めますか|決定ですか|決まっていないですよね|決め(?:れば|たら)|決まって(?:い)?(?:る|ます)(?:から|ので|んで|んです)|決まれば|決まったら|決めてから|決めたこと|決まったこと|決めたの|と決めています|結論が出"
)
_STRONG_JA = lazy_pattern(
    r"(?:に|で|と|を|が|は)(?:は)?(?:正式に)?(?:決定|確定|決め|決ま|承認|採択|可決|合意|了承|採用|改め(?!て)|変更(?:し|と|に|を|致|いた)|見送|却下|否決|撤回|取り下げ|中止|延期|据え置[きく]|据置)"
    r"|ということで(?:決|進め|合意|確定|お願い|いき|やり)|(?:決定|承認|確定|可決|了承|合意)(?:です|します|いたします|しました|とします|とする|。|$)|全員一致|満場一致|多数決|一本化|不採用|ということで.{1,20}お願い|最終(?:の)?決定|決まり(?:です|ですね|ました)|話がまとまり|(?:を|で)固め(?:ます|ました)|(?:皆さん|全員|意見が)一致|合意が得られ|ご?異論(?:が|は)?(?:ない|ありません)(?:ので|よう|ですね|から)|決め直|採用しない|見送り|はなしで"
)
_MEDIUM_JA = lazy_pattern(
    r"(?:と|に)(?:する|します|いたします|しました|しましょう)(?:[。、ねよ]|$)|でいき(?:ましょう|ます)|で行き(?:ましょう|ます)|ということ(?:に|で)(?:し|。|$)|を取りましょう|(?:延長|採用|実施|導入|購入|廃止|継続|開始|発注)(?:し|いたし)ます|にしましょう"
)
# "では13日で。": what is settled in few words behind a word that concludes
_SHORT_JA = lazy_pattern(
    r"^(?:(?:はい|うん|ええ|よし|ああ?|そっか|なるほど|そう|OK)[、。]?)*+(?:じゃあ?|では|それでは|それじゃ(?:あ)?|だったら|なら|それなら|でしたら|ということなら)[、,]?(?!(?:また|次|以上|今日|本日|そういうこと|そんな感じ|失礼|ここまで|よろしく))[^。、？?]{2,24}(?:で|に)(?:ね|いい(?:ね|です(?:ね)?)|お願い(?:し(?:ます|ましょう)|しよう)?)?[。]?$"
    r"|(?:に|で)(?:お願い|頼む?こと)し(?:ましょう|よう)[。]?$|(?:に|を)頼み?(?:ましょう|もう)[。]?$"
)
_LABEL_JA = lazy_pattern(r"^(?:【?決定(?:事項)?】?|決定)[\s\d.]*[:：]\s*(?=\S)")
_REJECT_JA = lazy_pattern(
    r"取り下げ(?:と|ます|まし|です)|見送|見合わせ|却下|否決|採用しない|不採用|取りやめ|中止|(?:は|を)(?:やめ(?:ます|ましょう|にし)|なしで(?:す|$))"
)
_CHANGE_JA = lazy_pattern(
    r"(?P<old1>[^、。はを]{1,20})(?:をやめて|[をは]やめ、|[をは]取りやめて|でなく|ではなく|はやめて|じゃなく)|改め(?!て)|に改めて|変更し|変更と|撤回|取り下げ|訂正|見直し|考え直し|決め直|やはり|やっぱり|(?P<old2>[^、。]{1,20}?)(?:という話)?はなし|(?:先ほど|さっき).{0,20}は(?P<old3>[^、。]{1,15})と言い|(?P<old4>[^、。]{2,20}?)は(?:取り下げ|撤回|なし)"
)
_NEW_JA = lazy_pattern(r"(?:に|と|で)(?:し|いたし|決|改め|変更|いき|承認|なり)|最終")
_GOES_ON_JA = lazy_pattern(r"[、てく]")
_TAKE_BACK_JA = lazy_pattern(r"撤回|訂正|はなしで|見直し|取り下げ|やめ")
_QUESTION_JA = lazy_pattern(r"(?:ですか|ますか|でしょうか|ませんか|かな|どうです|いかが)[。？?]*$|[？?]$")
_TAIL_JA = (
    (lazy_pattern(r"(?:よろしいですね|いいですね|お願いします|異議ありませんね)?[。\s]*$"), ""),
    (
        lazy_pattern(
            r"(?:ということ|もの)で(?:決まりです(?:ね)?|決定です|確定です|合意しました|進めます|いきます|お願いします|決まりました)$"
        ),
        "に決定",
    ),
    (
        lazy_pattern(
            r"(?:に|で)(?:決定(?:します|いたします|しました|です|とします)|決めます|決めました|決まりです(?:ね)?|決まりました|決まりですね)$"
        ),
        "に決定",
    ),
    (lazy_pattern(r"で(?:確定(?:とします|します|です|しました))$"), "で確定"),
    (lazy_pattern(r"で承認(?:します|いたします|しました|です)$"), "で承認"),
    (lazy_pattern(r"を承認(?:します|いたします|しました|です)$"), "を承認"),
    (lazy_pattern(r"(?:に|へ)変更(?:します|いたします|となりました|しました|とします)$"), "に変更"),
    (lazy_pattern(r"に(?:改めます|改めました|決め直します)$"), "に変更"),
    (lazy_pattern(r"とすることを決めました$"), "とする"),
    (lazy_pattern(r"(?<=よう)に(?:します|いたします|しました|しましょう)(?:ね)?$"), "にする"),
    (lazy_pattern(r"(?:と|に)(?:します|いたします|しました|しましょう)(?:ね)?$"), "とする"),
    (lazy_pattern(r"で(?:いきましょう|いきます|行きましょう|行きます)(?:ね)?$"), "で進める"),
    (lazy_pattern(r"(?:を)?見送り(?:とします|ます|にします|です)$"), "見送り"),
    (lazy_pattern(r"却下(?:します|とします|です)$"), "却下"),
    (lazy_pattern(r"ましょう$"), "ます"),
)


def find_decision(text: str, lang: str) -> Found | None:
    """The decision that a sentence takes, None when it takes none."""
    return _japanese(_plain_verbs(text)) if lang == "ja" else _english(text)


def _plain_verbs(text: str) -> str:
    """Polite causatives as plain verbs: とさせていただきます is とします."""
    return re.sub(
        r"(?<=[とにで])させて(?:いただき(?=ま)|ください)", lambda m: "し" if m[0].endswith("き") else "します", text
    )


def is_labelled(text: str) -> bool:
    """Whether a sentence is marked as a decision in writing ("Decision 4.1. ...")."""
    return _LABEL_EN.match(text) is not None or _LABEL_JA.match(text) is not None


def _english(text: str) -> Found | None:
    label = _LABEL_EN.match(text)
    if _NO_DECISION_EN.search(text):
        return None
    tag = _AGREE_TAG_EN.search(text) is not None
    strong, go = _STRONG_EN.search(text), _GO_EN.search(text)
    if label is None and (_PAST_EN.search(text) or _UNREAL_EN.search(text) or (_ASK_EN.search(text) and not tag)):
        return None
    reject = _REJECT_EN.search(text)
    weak = _WEAK_GO_EN.search(text)
    closed = _CLOSED_EN.search(text)
    if not (label or strong or go or reject or weak or closed):
        return None
    if not (label or strong or reject) and _FIGURE_EN.search(text) and not _NOT_OLD_EN.search(text):
        return None
    score = 1.0 if label or strong else 0.68 if closed else 0.6 if go or reject else 0.5
    change = _CHANGE_EN.search(text)
    if (change and (strong or go or weak)) or tag:
        score = max(score, 0.9)
    if reject and not change:
        score = max(score, 0.9 if _REJECTS_EN.search(text) else 0.65)
    if not label and _PROPOSAL_EN.search(text) and not tag:
        score -= 0.5
    if score < 0.3:
        return None
    old = next((g for g in change.groups() if g), "") if change else ""
    status: Status = "changed" if change else "rejected" if reject else "decided"
    body = text[label.end() :] if label else text
    words = decision_words(body, "en")
    only_old = change is not None and _TAKE_BACK_EN.search(text) is not None and not _NEW_EN.search(text)
    if not label and not only_old and _empty(words):
        return None
    return Found(words, score, status, old.strip(), only_old)


def _empty(words: str) -> bool:
    """Whether nothing is left that could be a decision (a pointing sentence is looked at elsewhere)."""
    return _POINTS_EN.match(words) is not None and len(words.split()) <= 7 and not re.search(r"\d", words)


def _japanese(text: str) -> Found | None:
    label = _LABEL_JA.match(text)
    if label is None and (_NO_DECISION_JA.search(text) or _PAST_JA.search(text)):
        return None
    if label is None and _QUESTION_JA.search(text) and not re.search(r"(?:決まり|決定)ですね", text):
        return None
    strong, medium = _STRONG_JA.search(text), _MEDIUM_JA.search(text)
    short = _SHORT_JA.search(text)
    if not (label or strong or medium or short):
        return None
    change, reject = _CHANGE_JA.search(text), _REJECT_JA.search(text)
    replaced = (
        change is not None
        and _NEW_JA.search(text, change.end()) is not None
        and _GOES_ON_JA.search(text, change.end()) is not None
        and any(change.groups())
    )
    status: Status = "changed" if replaced else "rejected" if reject else "changed" if change else "decided"
    old = next((g for g in change.groups() if g), "") if change else ""
    score = 1.0 if label or strong or "異議" in text else 0.7 if medium else 0.6
    if medium and change:
        score = 1.0
    body = text[label.end() :] if label else text
    only_old = change is not None and _TAKE_BACK_JA.search(text) is not None and not _NEW_JA.search(text)
    return Found(decision_words(body, "ja"), score, status, old.strip("「」 "), only_old)


def spoken_clean(text: str) -> str:
    """English speech without "um" and words said twice."""
    bare = re.sub(r"(?i)(?:^|(?<=\s))(?:um+|uh+|er+m?|hmm?|mm+)\b[,.]?\s*", "", text)
    return re.sub(r"(?i)\b(\w+(?:['’]\w+)?)(?:,?\s+\1\b)+", r"\1", bare)


def decision_words(text: str, lang: str) -> str:
    """The decision as minutes write it: without the words around it."""
    words = spoken_clean(text.strip()) if lang == "en" else text.strip()
    if lang == "ja":
        words = _FILLER_JA.sub("", words)
        words = re.sub(r"(?:異議がなければ|皆さん賛成ですので)[、,]", "", words)
        for pattern, short in _TAIL_JA:
            made = pattern.sub(short, words)
            if made != words and short:
                words = made
                break
            words = made
        return words.strip(" 、。") or text.strip()
    for _ in range(3):
        words = _FILLER_EN.sub("", words)
        for pattern in _STRIP_EN:
            words = pattern.sub(lambda m: f"{m[1]}: " if m.groups() else "", words)
    said = re.match(
        r"(?i)^(?P<v>[^.?!]{2,60}?)\s+it is(?P<rest>(?:\s+(?:for|on)\s+[^.?!,]{2,50})?)[\s,.]*(?:then)?[.!]?$", words
    )
    if said:
        words = said["v"] + said["rest"]
    words = re.sub(
        r"(?i)^(?:let['’]?s|we['’]ll|we will|we|we['’]re|we are)\s+(?:now\s+|then\s+)?(?:go(?:ing)?\s+(?:with|for)|settle\s+(?:on|for)|decide\s+(?:on|for)|make\s+it|take|opt\s+for|do)\s+",
        "",
        words,
    )
    words = re.sub(
        r"(?i)^(?:it['’]s|it will be|that is|it is|we change (?:the decision|it|that) to|we decide[:,]?)\s+", "", words
    )
    words = _TAIL_EN.sub("", words).strip(" ,;:-–")
    return words if len(words) > 2 else text.strip()
