# ruff: noqa: E501 (one pattern a line)
"""Whether an answer says that the document does not say."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern

# Contracts are full of "shall not be disclosed" and "does not include": only what speaks of the text itself counts.
_REFUSAL = lazy_pattern(
    r"\bnot (?:explicitly |directly |clearly )?(?:found|stated|mentioned|specified|indicated)\b"
    r"|\bnot (?:explicitly |directly )?(?:given|provided|contained|included|disclosed|available) (?:in|by) (?:the|this) (?:document|text|contract|agreement|file|transcript|minutes|report|passage|context)"
    r"|\b(?:does|do|did)(?: not|n['’]t) (?:explicitly |directly )?(?:say|state|mention|specify|indicate|tell)\b"
    r"|\b(?:does|do|did)(?: not|n['’]t) (?:contain|provide|include|give) (?:any |enough |this |that |the )?(?:information|details?|answer|mention)"
    r"|\b(?:there (?:is|was|are)|contains?|gives?|provides?|has|found) no (?:information|mention|indication|reference|answer)\b"
    r"|^no (?:information|mention|indication)(?:\.?$| (?:about|on|regarding|is|was)\b)"
    r"|\b(?:is|are|was|were) not (?:\w+ ){1,2}(?:in|by) the (?:document|text|transcript|minutes|passage|context)\b"
    r"|\bnot in the (?:document|text|contract|agreement|transcript|minutes|report)\b"
    r"|\bcannot (?:be found|find|answer|be determined|determine)\b|\bunable to (?:find|answer|determine)\b"
    r"|記載(?:が|は|されて)?(?:ありません|いません|おりません|ない(?=[。\s]|$|た[めか]|ので))|書かれて(?:いません|おりません|いない(?=[。\s]|$|た[めか]|ので))"
    r"|述べられて(?:いません|いない(?=[。\s]|$))|(?:見つかりません|見当たりません|不明です|分かりません|わかりません)"
    r"|(?:言及|情報|定め|規定|記述)(?:が|は|も|されて)?(?:ありません|いません|ない(?=[。\s]|$))|^(?:不明|ありません)。?$"
    r"|(?:触れられ|示され|明記され|定められ|話し合われ|議論され)て(?:いません|おりません|いない(?=[。\s]|$))",
    re.I,
)
_OTHERS = lazy_pattern(
    # German, French, Spanish, Italian, Portuguese, Chinese, Korean; the same rule
    r"\b(?:nicht|nirgends) (?:\w+ )?(?:angegeben|genannt|erwähnt|aufgeführt|ersichtlich|enthalten im|spezifiziert|festgelegt im|zu finden)\b|\bfinde[nt]? sich (?:keine|nicht|im)\b.{0,40}\b(?:keine|nicht)\b|\b(?:gibt es|stehen|liegen) (?:\w+ ){0,4}keine (?:angaben?|information\w*|hinweise?)\b|\bkeine (?:angaben?|informationen|hinweise?)\b|\bgeht (?:aus .{3,60} )?nicht hervor\b|\bnicht hervor(?:geht|gehen)\b"
    r"|\bn['’](?:est|a|y est|ont|sont) pas (?:été )?(?:indiqué|mentionné|précisé|spécifié)e?s?\b|\b(?:ne|n['’]en) (?:le |la |les )?(?:mentionne|précise|indique|dit|contient|spécifie|fait) (?:pas|aucune)\b|\bnon (?:indiqué|mentionné|précisé|spécifié)e?s?\b|\bne (?:figure|trouve|se trouve) (?:pas|nulle)\b|\b(?:aucune|pas d['’]) ?(?:information|mention|indication)s?\b"
    r"|\bno (?:se |lo |la |los |las )?(?:indica|menciona|especifica|dice|consta|proporciona|encuentra)n?\b|\bno (?:está|figura|aparece)n? (?:indicad|mencionad|especificad)[oa]s?\b|\b(?:ninguna|no hay) (?:información|mención|indicación)\b"
    r"|\bnon (?:è|viene|sono|risulta) (?:stat[oaie] )?(?:indicat|menzionat|specificat|precisat)[oaie]\b|\bnon (?:lo |la |li |le )?(?:indica|menziona|specifica|dice|fornisce|precisa)\b|\bnon (?:indicat|menzionat|specificat)[oaie]\b|\bnessuna (?:informazione|menzione|indicazione)\b"
    r"|\bnão (?:é|está|foi|são) (?:indicad|mencionad|especificad|informad)[oa]s?\b|\bnão (?:o |a |os |as )?(?:indica|menciona|especifica|diz|consta|informa|fornece)m?\b|\bnenhuma (?:informação|menção|indicação)\b"
    r"|未(?:提及|提到|说明|說明|注明|註明|载明|載明)|[没沒]有(?:\w{0,4})(?:提及|提到|说明|說明|注明|提供|规定|規定|相关信息|相關信息)|未(?:明确|明確)?(?:规定|規定|约定|約定|指明|列明|给出|給出|包含)|无法(?:确定|找到)|無法(?:確定|找到)"
    r"|(?:명시|언급|기재|서술)(?:되어|돼|되|하)?(?:어)?\s?(?:있지)?(?:지)?\s?(?:않|없)|(?:언급|정보|내용|규정|기재)(?:이|가|은|는|도)?\s?(?:전혀\s)?없|(?:찾을|알|확인할) 수 없|나와\s?있지\s?않",
    re.I,
)


_VERDICT = lazy_pattern(r"\W*(?:yes|no|true|false|はい|いいえ|正しい|誤り)\b[^\"“「]{0,12}(?=[\"“「])", re.I)
_QUOTED = lazy_pattern(r"\"[^\"]*(?:\"|$)|“[^”]*(?:”|$)|「[^」]*(?:」|$)")


def _after_verdict(answer: str) -> str:
    """An answer without the clause quoted behind its Yes or No: that "we have not found it" refuses nothing."""
    return _QUOTED.sub("", answer) if _VERDICT.match(answer) else answer


def is_refusal(answer: str) -> bool:
    """Whether the answer says that the document does not say. A long answer that mentions a gap is none."""
    text = " ".join(_after_verdict(answer).split())
    match = _REFUSAL.search(text) or _OTHERS.search(text)
    if match is None:
        return False
    size = len(text) if text.isascii() else 2 * len(text)
    return size <= 160 or (match.start() <= 60 and size <= 420)
