# ruff: noqa: E501 (one pattern a line)
"""Sentences that greet, thank for coming, begin or take leave, and say nothing else: no point of anything."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

_MOST = 160  # characters of a sentence that may be one
_ALL = r"(?:(?:to )?(?:you|everybody|everyone|every one|all|both|guys|folks|team|colleagues|friends|ladies and gentlemen|ladies|gentlemen|there|again|once more|of you|very much|so much|a lot|indeed)\b ?)"
_HERE = r"(?:\b(?:here|today|tonight|now|in|on time|along|back|us|me|me in|everybody|everyone|all|once again|again|early|online|in person|so early|(?:this|on such a|on a) (?:\w+ )?(?:morning|afternoon|evening|day|monday|tuesday|wednesday|thursday|friday)|at (?:such )?short notice|to (?:this|the|our|another|today['’]s) (?:[\w'’-]+ ){0,3}?(?:meeting|call|session|workshop|gathering|committee))\b ?)"
_FOR = r"(?:coming|joining|attending|being|being able to (?:come|join)|taking part|turning up|dialling|dialing|calling|gathering|making (?:it|time|the time)|taking (?:the )?time|finding (?:the )?time|having|your (?:time|patience|attention|attendance|participation|presence|interest|kind words)|the (?:invitation|introduction|kind words|warm welcome)|listening|waiting)"
_EN = lazy_pattern(
    rf"(?:(?:a )?(?:very )?(?:warm )?(?:good )?(?:morning|afternoon|evening|day)|hello|hi|hey|greetings|welcome|welcome back|a (?:very )?(?:warm )?welcome|bye|goodbye|good night|cheers|take care)\b(?: (?:(?:mr|mrs|ms|dr|prof)\.? )?[\w'’-]+)?? ?{_ALL}*{_HERE}*"
    rf"|(?:first of all )?(?:i(?:['’]d| would) like to |let me |we )?(?:(?:just )?(?:say )?)?(?:many |very many |warm )?(?:thanks?|thank you)\b ?{_ALL}*(?:for {_FOR} ?{_HERE}*)?"
    rf"|(?:i(?:['’]d| would) like to |let me )?(?:bid|wish) (?:you )?(?:all )?(?:a )?(?:warm |very |good )*(?:welcome|morning|afternoon|evening)(?: {_ALL}*)?"
    r"|(?:it(?:['’]s| is) )?(?:so |very |really )?(?:good|great|nice|lovely|wonderful|a pleasure) to (?:see|have|meet|be with|hear) (?:so many of )?(?:you|everyone|everybody)(?: all)?(?: (?:here|again|today|back|this morning))*"
    r"|(?:i |we )?(?:hope|trust) (?:that )?(?:you|everyone|everybody)(?:['’]re| are| is| had|['’]ve had| have had| all| both)*(?: (?:well|fine|keeping|doing|okay|a|good|nice|lovely|great|pleasant|weekend|holiday|break|evening|journey|trip|start|to the (?:week|day|year)))+"
    r"|how (?:are|is) (?:you|everyone|everybody)(?: all| both)?(?: (?:doing|today|this morning))*"
    r"|(?:shall we|let['’]?s|let us|we(?:['’]ll| will| can| should)|can we|i think we can|i(?:['’]d| would) suggest we)(?: now| just| all)? (?:get started|get going|begin|start|kick off|make a start|dive in|get to it)(?: (?:then|now|the meeting|today['’]s meeting|our meeting|right away|straight away))*"
    r"|(?:can|could) (?:you|everyone|everybody)(?: all)? (?:hear|see) (?:me|us|my screen)(?: (?:all right|okay|well|clearly|now))*|(?:is|are) (?:everyone|everybody|we all|you all)(?: \w+)? here|(?:i think |it looks like )?(?:we(?:['’]re| are)|everyone is|everybody is) (?:all )?here(?: now)?"
    rf"|have a (?:very )?(?:good|nice|great|lovely|pleasant|safe) (?:day|evening|weekend|week|one|time|trip home|rest of (?:the|your) (?:day|week))(?: {_ALL}+)?|see you (?:all )?(?:soon|then|later|around|next time)|until next time|enjoy (?:the rest of )?(?:your|the) (?:day|evening|weekend|lunch)"
    r"|(?:i(?:['’]m| am) )?sorry (?:i(?:['’]m| am)|for being|to be) (?:a (?:bit|little|few minutes) )?late",
    re.IGNORECASE,
)
_FILLER = lazy_pattern(
    r"(?:(?:ok(?:ay)?|right|so|well|all ?right|alright|now|then|yes|yeah|and|oh|um+|uh|er+m?|please|everyone|everybody|all|team|colleagues|folks|ladies and gentlemen|once again|again|first of all|to (?:begin|start)(?: with)?|(?:dear )?(?:colleagues|friends|members|guests)|that['’]?s (?:all|it)(?: from me)?)\b ?)+",
    re.IGNORECASE,
)
_ADDRESS = lazy_pattern(r"(?:(?:Mr|Mrs|Ms|Dr|Prof)\.? )?[A-Z][\w'’-]+(?: [A-Z][\w'’-]+)?")
# one word that says what became of something is no name
_TELLS = lazy_pattern(r"(?i)\w+(?:ed|en|ing|ion)|yes|no|agreed|done|carried|passed|lost|so|held|won|sold|paid|sent|set|cut|put|made|left|kept|gone|off|on|none|nothing")
_FROM_NOW_JA = lazy_pattern(r"(?:今年|本年|今週|今回|今月|来年|本日|今日)(?:から|限り)|毎回|休日(?:は|に)|早朝に")
_CUT = lazy_pattern(r"\s*(?:[,;:.!?…—–]| - |\band (?=thank|welcome|good (?:morning|afternoon|evening)|hello))+\s*")
_JA_CUT = lazy_pattern(r"[、，,。．.！!？?…\s]+")
_JA_WORDS = r"(?:皆さん|皆様|みなさん|みなさま|各位|全員|どうも|改めて|改めまして|本当に|誠に|大変|まことに|たいへん|まず|まずは|はい|えー+|ええと?|えっと|あの|あー|では|それでは|じゃあ?|さて|どうぞ|本日|今日|今回|このたび|この度|今朝|今週|今年|本年|毎回|いつも|引き続き|最後まで|長時間|急な中|急遽|朝早く|早朝|遅い時間|休日|遠方|遠いところ|お?足元の悪い|お暑い|お寒い|雨の|ご?多忙|お忙しい|貴重な|は(?!じめ)|[もにのをが、]|から|まで|で|中|ところ|限り)"
_JA_CAME = r"(?:お集まり|ご参加|ご出席|お越し|ご参集|ご参会|お時間|時間|ご協力|ご清聴|ご視聴|お付き合い|おつきあい|ご足労)"
_JA_GOT = r"(?:を)?(?:いただき|頂き|頂戴し|くださり|下さり|いただいて|頂いて|くださって|割いて(?:いただき|頂き|くださり))?(?:まして|、)?"
_JA = lazy_pattern(
    rf"{_JA_WORDS}*+(?:おはようございます|おはよう|こんにちは|こんばんは|お疲れ(?:様|さま)(?:です|でした)|ご苦労(?:様|さま)(?:です|でした)|(?:お世話に|お世話様に)なって(?:い|お)ります|(?:初めまして|はじめまして)|ようこそ){_JA_WORDS}*+"
    rf"|{_JA_WORDS}*+{_JA_CAME}{_JA_GOT}{_JA_WORDS}*+(?:ありがとう(?:ございます|ございました)?|有難うござい(?:ます|ました)|感謝(?:申し上げます|いたします|します)|(?:御礼|お礼)申し上げます)(?:ね|。)?"
    rf"|{_JA_WORDS}*+(?:ありがとう(?:ございます|ございました)?|感謝(?:申し上げます|いたします))"
    rf"|{_JA_WORDS}*+{_JA_CAME}{_JA_GOT}|{_JA_WORDS}++"
    rf"|{_JA_WORDS}*+(?:よろしく|宜しく)(?:お願い(?:し|いたし|致し|申し上げ)ます|どうぞ)?(?:ね)?"
    rf"|{_JA_WORDS}*+(?:定刻(?:に|と)なりましたので|時間(?:に|と)なりましたので|(?:お)?揃い(?:のよう)?(?:です|でしょうか|ですか)ので?|お?揃い(?:ました|です)(?:ね|ので|か)?|早速(?:です(?:が|けど))?)"
    rf"|{_JA_WORDS}*+(?:(?:定刻|時間)(?:に|と)なりましたので{_JA_WORDS}*+)?(?:[一-龥ァ-ヶー]{{0,10}}(?:会議|ミーティング|定例会?|打ち合わせ|打合せ|朝礼|委員会|理事会|総会|会)を)?(?:始め(?:ます|ましょう|させていただきます|たいと思います|よう)(?:か|ね)?|開始(?:し|いたし|致し)ます|(?:開会|開催|スタート)(?:し|いたし|致し)ます)"
    r"|(?:私の声|声|画面|こちらの声|音声)?(?:は|が)?(?:聞こえ|見え)(?:て)?(?:い)?ます(?:か|でしょうか)?|(?:私からは|こちらからは|報告は|説明は)?以上(?:です|になります|となります|でございます)|(?:お先に)?失礼(?:し|いたし|致し)ます|[一-龥ァ-ヶー]{1,8}(?:さん|様|くん|君|部長|課長|社長|先生|議長|委員長)"
)


def is_courtesy(text: str) -> bool:
    """Whether every clause of a sentence is a greeting, thanks for coming, a beginning or a leave, or a filler."""
    said = text.strip()
    if not said or len(said) > _MOST or any(c.isdigit() for c in said):
        return False
    if _FROM_NOW_JA.search(said):
        return False  # what is held from this year on is no beginning
    if said.isascii() or not re.search("[ぁ-んァ-ヶ一-龥]", said):
        return _all_english([c for c in _CUT.split(said) if c.strip()])
    return _all(_JA, [c for c in _JA_CUT.split(said) if c])


def _all_english(clauses: list[str]) -> bool:
    greets = False
    for clause in clauses:
        bare = clause[lead.end() :].strip() if (lead := _FILLER.match(clause)) else clause.strip()
        if not bare:
            continue
        is_one = _EN.fullmatch(bare) is not None
        if not is_one and (_ADDRESS.fullmatch(bare) is None or _TELLS.fullmatch(bare)):
            return False
        greets = greets or is_one
    return greets


def _all(pattern: re.Pattern[str], clauses: list[str]) -> bool:
    return bool(clauses) and all(pattern.fullmatch(clause) for clause in clauses)
