# ruff: noqa: E501 (one pattern a line)
"""What kind of answer a question asks for in German, French, Spanish, Italian, Portuguese, Chinese and Korean.

In Spanish, Italian and Portuguese (and in spoken French) a question that is answered by yes or no has the words of a
statement: it is known by having none that ask. German puts the verb first; French turns verb and pronoun round.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tsel_core.lazy_pattern import lazy_pattern

_FLAGS = re.I | re.S


@dataclass(frozen=True, slots=True)
class Asks:
    """Patterns of one language, searched in the first sentence (`orders`, `truth`, `quotes`: in the whole question).

    `yesno`: asks for yes or no. `words`: asks for something else, whatever `yesno` says. `tell`: an order in the form
    of a question ("Können Sie ... nennen?"). `exact`: for one value, person or place; `value`: for a date, an amount,
    a number or a span of time. `orders`: a sentence that says what form the answer is to have. `about`: what stands
    at the beginning of the document. `exists`: whether there is such a clause at all.
    """

    yesno: re.Pattern[str]
    words: re.Pattern[str]
    tell: re.Pattern[str]
    exact: re.Pattern[str]
    value: re.Pattern[str]
    truth: re.Pattern[str]
    quotes: re.Pattern[str]
    orders: re.Pattern[str]
    about: re.Pattern[str]
    exists: re.Pattern[str]

    def is_yesno(self, first: str) -> bool:
        """Whether a question (its first sentence) is answered by yes or no."""
        if self.words.search(first) or self.tell.search(first):
            return False
        return self.yesno.search(first) is not None


def _asks(**patterns: str) -> Asks:
    value = patterns["value"]
    patterns["exact"] = f"{value}|{patterns['exact']}"
    return Asks(**{name: lazy_pattern(pattern, _FLAGS) for name, pattern in patterns.items()})


_BEGIN = r"(?:^|[,:;]\s*|[¿]\s*)(?:(?:und|oder|aber|et|ou|mais|y|o|pero|e|ma|mas)\s+)?"
_NOUN_DE = r"(?:datum|tag|termin|frist|zeitpunkt|betrag|preis|kosten|höhe|gebühr|miete|kaution|honorar|vergütung|zinssatz|satz|anzahl|zahl|prozentsatz|dauer|laufzeit|summe|obergrenze|grenze|zeitraum|vertragsstrafe|strafe|rate|menge)"
_NOUN_FR = r"(?:date|jour|échéance|délai|montant|prix|coût|tarif|loyer|taux|nombre|pourcentage|durée|période|somme|total|plafond|limite|caution|dépôt|honoraires|pénalité|préavis|indemnité)s?"
_NOUN_ES = r"(?:fecha|día|plazo|vencimiento|importe|precio|coste|costo|tarifa|renta|alquiler|tasa|tipo|número|porcentaje|duración|período|periodo|suma|total|límite|tope|fianza|honorarios|penalización|penalidad|preaviso|monto|cuota|cantidad)s?"
_NOUN_IT = r"(?:data|giorno|scadenza|termine|importo|prezzo|costo|tariffa|canone|tasso|numero|percentuale|durata|periodo|somma|totale|limite|massimale|cauzione|onorario|penale|preavviso|ammontare|quota|quantità)"
_NOUN_PT = r"(?:data|dia|prazo|vencimento|valor|preço|custo|tarifa|aluguel|aluguer|renda|taxa|número|percentagem|percentual|duração|período|soma|total|limite|teto|caução|honorários|multa|aviso prévio|montante|quantia|quantidade)"

ASKS: dict[str, Asks] = {
    "de": _asks(
        yesno=_BEGIN + r"(?!(?:wer|was|wem|wen|wessen|wann|wo|wie|warum|wieso|weshalb|welche\w*|wo(?:r|hin|mit|für|von|durch|bei|zu|gegen|nach)\w*|bis|ab|seit|zu|in|an|auf|von|für|mit|nach)\b)(?:ist|sind|war|waren|wird|werden|wurden?|hat|haben|hatten?|kann|können|könn?te\w*|darf|dürfen|dürfte\w*|muss|müssen|müsste\w*|soll|sollen|sollte\w*|gibt|gilt|gelten|\w{3,}(?:t|en))\s+(?=\S)[^.!]*\?",
        words=r"^(?:wer|was|wem|wen|wessen|wann|wo|wie|warum|wieso|weshalb|welche[rsnm]?|wieviel\w*|wo(?:rin|ran|raus|rauf|rüber|hin|mit|für|von|durch|bei|zu|gegen|nach))\b|^(?:\w+ )?(?:bis|ab|seit|zu|in|an|auf|von|für|mit|nach|aus|bei|um|unter) (?:wann|wem|wen|was|welche[rsnm]?|wie)\b|[,:;]\s*(?:wie (?:hoch|lange|viel\w*|lautet)|welche[rsnm]? \w+ (?:gilt|ist|sind))\b",
        tell=r"^(?:können|könnten|würden|kannst|könntest|würdest) (?:sie|du)\b.{0,80}\b(?:nennen|auflisten|aufzählen|zusammenfassen|zitieren|erklären|beschreiben|sagen|angeben|finden|mitteilen)\b",
        value=r"\b(?:wann|bis wann|ab wann|seit wann|wie ?viel\w*|wie (?:lange?|hoch|oft|alt|weit|groß|häufig)|welche[rsnm]? (?:\w+ ){0,2}?\w*" + _NOUN_DE + r"\b|(?:was|wie) (?:ist|sind|lautet|lauten|beträgt|betragen) (?:der|die|das|den) (?:\w+ ){0,2}?\w*" + _NOUN_DE + r"\b|was kostet)\b",
        exact=r"\b(?:wer|wem|wen|wessen|wo|wohin|welche[rsnm]? (?:\w+ )?(?:person|partei|firma|stadt|land|recht|adresse|nummer|telefonnummer)\b|wie (?:heißt|heißen|lautet))\b",
        truth=r"\b(?:wahr|richtig|zutreffend)\b.{0,40}\b(?:falsch|unzutreffend|unwahr)\b|\bfolgende (?:aussage|behauptung)\b.{0,30}\b(?:wahr|richtig|zutreffend)\b|\bstimmt (?:die|diese|folgende) (?:\w+ )?(?:aussage|behauptung)\b|\b(?:wahr|richtig) oder (?:nicht|falsch)\b",
        quotes=r"\b(?:zitier\w*|wörtlich|wortlaut|welche (?:klausel|ziffer|bestimmung|vorschrift)|welche[rm] (?:paragra(?:ph|f)\w*|artikel|abschnitt|absatz))\b",
        orders=r"^\W*(?:bitte\s+)?(?:zitier\w*|antworte\w*|beantworte\w*|nenn\w*|gib|geben sie|erklär\w*|zeige?n?|begründe\w*)\b",
        about=r"\b(?:name|titel|bezeichnung|datum|parteien|vertragsparteien)\b[^?]{0,20}\b(?:dieses|des) (?:vertrag|dokument|protokoll|bericht)\w*|\bwie (?:heißt|lautet) (?:der titel|(?:dieser|der) vertrag|das dokument)|\b(?:wer sind|zwischen wem)\b.{0,30}\b(?:partei\w*|vertragspartei\w*|geschlossen)",
        exists=r"^(?:gibt es|existiert|enthält|sieht|regelt|besteht)\b|\b(?:steht|findet sich) (?:im|in)\b",
    ),
    "fr": _asks(
        yesno=r"^(?:et |ou |mais )?est-ce (?:que\b|qu['’])|[,:]\s*est-ce (?:que\b|qu['’])|\b\w+-(?:t-)?(?:il|elle|ils|elles|on|ce|je|tu|nous|vous)\b|^[^?]{8,}\?",
        words=r"^(?:\w+[ '’]){0,2}?(?:qui|que|qu['’](?:est-ce que|est-ce qui|\w+)|quoi|quand|où|comment|combien|pourquoi|quel(?:le)?s?|lequel|laquelle|lesquel(?:le)?s)\b|[,:;]\s*(?:à |de |pour |dans |en |jusqu['’]à )?(?:qui|quand|où|comment|combien|pourquoi|quel(?:le)?s?)\b[^?]{0,30}-(?:t-)?(?:il|elle|ils|elles|on)\b|\bcombien\b|[,:]\s*quel(?:le)?s? (?:est|sont)\b|\bquel(?:le)?s? (?!qu)\w+\s*\?",
        tell=r"^(?:pouvez|pourriez|peux|pourrais)-(?:vous|tu)\b.{0,80}\b(?:lister|énumérer|résumer|citer|expliquer|décrire|dire|donner|indiquer|trouver|nommer)\b",
        value=r"\b(?:quand|combien|jusqu['’]à quand|(?:à|pour|avant|de|dans|sous|pendant|jusqu['’]à) quel(?:le)?s? " + _NOUN_FR + r"|quel(?:le)?s? (?:est|sont|était|sera) (?:le |la |les |l['’])?(?:\w+ ){0,2}?" + _NOUN_FR + r"|quel(?:le)?s? (?:\w+ )?" + _NOUN_FR + r")\b",
        exact=r"\b(?:qui|où|quel(?:le)?s? (?:est|sont) (?:le |la |les |l['’])(?:\w+ ){0,2}?(?:nom|adresse|titre|numéro|droit|loi|ville|pays|partie|téléphone)|(?:dans|en|de|à) quel(?:le)?s? (?:ville|pays|région|adresse))\b",
        truth=r"\bvraie?s?\b.{0,40}\b(?:faux|fausses?)\b|\b(?:exacte?|correcte?)s? ou (?:non|inexacte?|incorrecte?)\b|\baffirmation suivante\b.{0,30}\b(?:vraie|exacte|correcte)\b",
        quotes=r"\b(?:citez|citer|cite|quelle (?:clause|disposition|section)|quel (?:article|paragraphe|alinéa)|mot (?:à|pour) mot|texte exact|textuellement)\b",
        orders=r"^\W*(?:merci de |veuillez )?(?:cite[rz]?|répond(?:ez|re|s)|donne[rz]?|indique[rz]?|expliquez?|précise[rz]?|justifie[rz]?|nomme[rz]?)\b",
        about=r"\b(?:nom|titre|intitulé|date|parties|signataires)\b[^?]{0,20}\b(?:de ce|du|de cet|de cette|au|à ce) (?:contrat|accord|document|réunion|rapport|bail)\b|\bqui sont les parties\b",
        exists=r"\by a-t-il\b|^(?:est-ce qu['’]il y a|existe-t-il)\b|\b(?:contrat|document|accord|bail)\b.{0,12}\b(?:contient|prévoit|mentionne|comporte|fixe)\b",
    ),
    "es": _asks(
        yesno=r"^[^?]{6,}\?",
        words=r"(?:^|[,:;¿]\s*)(?:(?:y|o|a|de|en|por|para|con|desde|hasta|sobre|ante|según) )?(?:(?:el|la|los|las) )?(?:qué|quién(?:es)?|cuándo|dónde|adónde|cómo|cuánt[oa]s?|cuál(?:es)?)\b|^[¿\s]*(?:(?:a|de|en|por|para|con|desde|hasta) )?(?:que|quien|quienes|cuando|donde|como|cuant[oa]s?|cual|cuales)\b|\b(?:cuánt[oa]s?|cuál(?:es)?)\b[^?]{0,20}\?",
        tell=r"^[¿\s]*(?:puede|puedes|podría|podrías) (?:usted |por favor )?(?:enumerar|listar|resumir|citar|explicar|describir|decir(?:me)?|dar(?:me)?|indicar(?:me)?|nombrar)\b",
        value=r"\b(?:cu[áa]ndo|cu[áa]nt[oa]s?|(?:qué|que) (?:\w+ )?" + _NOUN_ES + r"|cu[áa]l(?:es)? (?:es|son|será|era|fue) (?:el |la |los |las )?(?:\w+ ){0,2}?" + _NOUN_ES + r")\b",
        exact=r"\b(?:qui[ée]n(?:es)?|d[óo]nde|cu[áa]l(?:es)? (?:es|son) (?:el |la |los |las )(?:\w+ ){0,2}?(?:nombre|dirección|título|ley|ciudad|país|parte|teléfono)|(?:en|de|a) qu[ée] (?:ciudad|país|región|dirección))\b",
        truth=r"\bverdader[oa]s?\b.{0,40}\bfals[oa]s?\b|\b(?:cierto|correcto) o (?:no|falso|incorrecto)\b|\bsiguiente (?:afirmación|declaración)\b.{0,30}\b(?:verdadera|cierta|correcta)\b",
        quotes=r"\b(?:cite|citar|cita|(?:qué|que) (?:cláusula|artículo|apartado|sección)|textualmente|literalmente|texto exacto)\b",
        orders=r"^\W*(?:por favor,? )?(?:cit[ae]|responda?|responde|dé|indi(?:ca|que)|expli(?:ca|que)|nombr[ae]|diga|justifi(?:ca|que))\b",
        about=r"\b(?:nombre|título|fecha|partes|firmantes)\b[^?]{0,20}\b(?:de este|del|de esta|en el) (?:contrato|acuerdo|documento|reunión|informe|acta)\b|\bquiénes son las partes\b",
        exists=r"^[¿\s]*(?:hay|existe|contiene|prevé|establece|menciona)\b|\b(?:contrato|documento|acuerdo)\b.{0,12}\b(?:contiene|prevé|establece|menciona|incluye)\b",
    ),
    "it": _asks(
        yesno=r"^[^?]{6,}\?",
        words=r"(?:^|[,:;]\s*)(?:(?:e|o|a|ad|di|da|in|con|su|per|tra|entro|fino a|dopo|sotto|presso) )?(?:(?:il|la|i|le) )?(?:chi|che(?: cosa)?|cosa|quando|dov['’]?e?|come|quant['’]?[oaie]?|qual[ei]?|perché|dell[ae] quali?)\b|\b(?:quant[oaie]|quali?)\s*\?",
        tell=r"^(?:può|puoi|potrebbe|potresti) (?:per favore )?(?:elencare|riassumere|citare|spiegare|descrivere|dir(?:e|mi)|dar(?:e|mi)|indicar(?:e|mi)|nominare)\b",
        value=r"\b(?:quando|quant['’]?[oaie]?\b|(?:che|quale|quali|entro che|entro quale) (?:\w+ )?" + _NOUN_IT + r"|qual[ei]? (?:è|sono|era|sarà) (?:il |la |i |le |l['’]|lo )?(?:\w+ ){0,2}?" + _NOUN_IT + r")\b",
        exact=r"\b(?:chi|dove|dov['’]è|qual[ei]? (?:è|sono) (?:il |la |i |le |l['’])(?:\w+ ){0,2}?(?:nome|indirizzo|titolo|legge|città|paese|parte|telefono)|(?:in|di|a) (?:quale|che) (?:città|paese|regione|indirizzo))\b",
        truth=r"\bver[oaie]\b.{0,40}\bfals[oaie]\b|\b(?:corretto|esatto) o (?:no|falso|errato)\b|\bseguente affermazione\b.{0,30}\b(?:vera|corretta|esatta)\b",
        quotes=r"\b(?:cita|citare|citi|citate|quale (?:clausola|articolo|comma|sezione)|testualmente|letteralmente|testo esatto)\b",
        orders=r"^\W*(?:per favore,? )?(?:cita(?:te|re)?|citi|rispond[aie]\w*|indic(?:a|hi|are)|spieg(?:a|hi|are)|elenc(?:a|hi)|dica|motiv[ai])\b",
        about=r"\b(?:nome|titolo|data|parti|firmatari)\b[^?]{0,20}\b(?:di questo|del|di questa|della|nel) (?:contratto|accordo|documento|riunione|relazione|verbale)\b|\bchi sono le parti\b",
        exists=r"^(?:c['’]è|ci sono|esiste|contiene|prevede)\b|\b(?:contratto|documento|accordo)\b.{0,12}\b(?:contiene|prevede|menziona|stabilisce)\b",
    ),
    "pt": _asks(
        yesno=r"^[^?]{6,}\?",
        words=r"(?:^|[,:;]\s*)(?:(?:e|ou|a|ao|à|de|em|por|para|com|desde|até|sob|a partir de|no|na) )?(?:(?:o|a|os|as) )?(?:que|quem|quando|onde|aonde|como|quant[oa]s?|qua(?:l|is)|porqu[eê]|por qu[eê])\b|\b(?:quant[oa]s?|qua(?:l|is)|quê)\s*\?",
        tell=r"^(?:pode|podes|poderia|poderias) (?:por favor )?(?:listar|enumerar|resumir|citar|explicar|descrever|dizer(?:-me)?|dar|indicar|nomear)\b",
        value=r"\b(?:quando|quant[oa]s?|(?:que|qual|quais) (?:\w+ )?" + _NOUN_PT + r"|qua(?:l|is) (?:é |são |era |será )?(?:o |a |os |as )?(?:\w+ ){0,2}?" + _NOUN_PT + r")\b",
        exact=r"\b(?:quem|onde|qua(?:l|is) (?:é|são) (?:o |a |os |as )(?:\w+ ){0,2}?(?:nome|endereço|título|lei|cidade|país|parte|telefone)|(?:em|de|a) que (?:cidade|país|região|endereço))\b",
        truth=r"\bverdadeir[oa]s?\b.{0,40}\bfals[oa]s?\b|\b(?:certo|correto) ou (?:não|falso|errado|incorreto)\b|\bseguinte (?:afirmação|declaração)\b.{0,30}\b(?:verdadeira|correta|certa)\b",
        quotes=r"\b(?:cite|citar|cita|(?:qual|que) (?:cláusula|artigo|seção|secção|alínea)|textualmente|literalmente|texto exato)\b",
        orders=r"^\W*(?:por favor,? )?(?:cit[ae]|respond[ae]|indi(?:ca|que)|expli(?:ca|que)|diga|justifi(?:ca|que)|nomei[ae])\b",
        about=r"\b(?:nome|título|data|partes|signatários)\b[^?]{0,20}\b(?:deste|do|desta|da|no) (?:contrato|acordo|documento|reunião|relatório|ata)\b|\bquem são as partes\b",
        exists=r"^(?:há|existe|contém|prevê)\b|\b(?:contrato|documento|acordo)\b.{0,12}\b(?:contém|prevê|menciona|estabelece|inclui)\b",
    ),
    "zh": _asks(
        yesno=r"[吗嗎么麼][?？。]?\s*$|是否|能否|可否|有[没沒]有|有无|有無|是不是|可不可以|能不能|会不会|會不會|要不要|需不需要|应不应|應不應|必[须須].{0,20}[吗嗎]",
        words=r"^(?:什么|什麼|谁|誰|何时|何時|多少|哪|为什么|為什麼|怎么|怎麼|如何)|(?:是多少|是什么|是什麼|是[谁誰])[?？]?\s*$",
        tell=r"^(?:请|請)?(?:能否|可否|你能|您能)?(?:列出|列举|列舉|概括|总结|總結|引用|解释|解釋|描述|说明|說明|告诉|告訴)(?!.{0,30}是否)",
        value=r"多少|几[天日年月个次人份件号時时]|幾[天日年月個次人份件號時]|何时|何時|什么时候|什麼時候|哪[一]?[天日年月]|多[久长長高大]|(?:日期|期限|金额|金額|价格|價格|租金|费用|費用|利率|比例|数量|數量|总额|總額|上限|押金|违约金|違約金|期间|期間)(?:是|为|為|有)",
        exact=r"[谁誰]|哪[里裡儿兒家位个個方]|何人|何处|何處|(?:名称|名稱|姓名|地址|电话|電話|编号|編號|适用法律|適用法律)(?:是|为|為)",
        truth=r"是真是假|真假|对还是错|對還是錯|正确还是错误|正確還是錯誤|是否(?:正确|正確|属实|屬實|真实|真實)|(?:正确|正確|属实|屬實|对|對)[吗嗎]",
        quotes=r"引用|原文|第几条|第幾條|哪[一]?[条條款]|逐字",
        orders=r"^(?:请|請)?(?:引用|回答|用.{1,8}回答|说明理由|說明理由|列出|给出|給出)",
        about=r"(?:本|这份|這份|该|該)(?:合同|协议|協議|文件|会议|會議|报告|報告)的?(?:当事人|當事人|双方|雙方|名称|名稱|标题|標題|日期)|(?:甲方|乙方)是[谁誰]|(?:合同|协议|協議)(?:双方|雙方)",
        exists=r"有[没沒]有|是否(?:规定|規定|约定|約定|提到|提及|载明|載明|有|存在|包含)",
    ),
    "ko": _asks(
        yesno=r"(?:니까|나요|까요|가요|는지요|습니까|어요|아요|해요|돼요|되나|한가|인가|있나|없나|는가)[?？.]?\s*$",
        words=r"무엇|며칠|무슨|뭐|뭡|누가|누구|누굽|언제|어디|어떤|어떻|얼마|몇|왜(?=\s)|어느",
        tell=r"(?:나열|요약|인용|설명|열거|알려)(?:해|하여|하|해\s?줄|\s?줄|해\s?주실|\s?주실)?\s?(?:수 있|주)",
        value=r"언제|얼마|며칠|몇\s?(?:일|월|년|개월|시|명|회|번|퍼센트|주|건|개|조)|(?:날짜|기한|기간|금액|가격|비용|요율|이율|수량|총액|한도|보증금|위약금|임대료|월세|수수료|비율)(?:은|는|이|가)(?=[^.]{0,12}(?:[?？]|니까|나요|가요))",
        exact=r"누가|누구|어디|(?:이름|명칭|주소|번호|담당자|준거법|제목)(?:은|는|이|가)",
        truth=r"참(?:인가|인지|입니까|이?나|\s?또는\s?거짓)|거짓|사실(?:인가|인지|입니까)|옳(?:은가|은지|습니까|나요)|맞(?:습니까|나요|는지|는가)|맞는\s?말",
        quotes=r"인용|원문|몇\s?조|(?:어느|어떤)\s?(?:조항|조문)|그대로\s?적",
        orders=r"(?:인용|답|설명|제시|나열)(?:해|하|하여)?\s?(?:주세요|주십시오|십시오|시오|세요|하라|해라)",
        about=r"(?:이|본)\s?(?:계약|문서|회의|보고서)(?:서)?의?\s?(?:당사자|명칭|제목|날짜|체결일)|(?:갑|을)은\s?누구",
        exists=r"(?:규정|조항|내용|언급|정함)(?:이|가|은|는)?\s?(?:있|존재|포함)",
    ),
}  # fmt: skip
"""By the code of the language."""
