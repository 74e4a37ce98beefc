# ruff: noqa: E501 (one pattern a line)
"""English moves of a talk, and what an English sentence turns to."""

from __future__ import annotations

import re

from tsel_core.lazy_pattern import lazy_pattern
from tsel_core.sweep.common_words import COMMON, IDLE, STOPS
from tsel_core.sweep.meetings.moves import Moves
from tsel_core.text.fact_words import ORDINALS
from tsel_core.trust.passages import features

_NT = r"(?:n['’]t| not)"
MOVES = Moves(
    defers=lazy_pattern(
        rf"(?i)\bpark(?:ed|ing)? (?:that|it|this|the)\b|\bon hold\b|\bhold off\b|\b(?:sleep on|think (?:about|it over|again|more)|mull (?:it|that|this) over)\b|\bno (?:answer|decision|conclusion|verdict)\b"
        rf"|\bca(?:n['’]t|nnot|n not) (?:\w+ ){{0,2}}(?:settle|decide|say|tell|answer|conclude|judge)\b|\b(?:come|comes|came|coming|get|gets|go|going|circle) back (?:to|on|next|in|at)\b|\bcome up again\b|\bpick (?:it|that|this) up\b|\btake (?:it|that|this) up\b"
        rf"|\bre-?visit|\bre-?open (?:it|that|this)\b.*\bwhen\b|\b(?:defer|postpone|adjourn|shelve|carry (?:it|that|this) over|put (?:it|that|this) off)\b|\bput (?:it|that|this) (?:to one side|aside|on ice)\b|\b(?:too early|not yet|premature)\b|\b(?:has|have|will have|needs?) to wait\b|\bwait (?:for|until|till|and see)\b"
        rf"|\bleave (?:it|that|this)(?: one)? (?:until|till|for (?:now|today|another|next)|there|open|undecided|hanging)\b|\b(?:on|back to) (?:the|our) (?:list|agenda)\b|\bI(?:['’]d| would)? (?:first )?(?:need|have|want|like) to (?:hear|see|know|check|read)\b.{{0,40}}(?:\bfirst\b|\bbefore\b|$)"
        rf"|\b(?:do{_NT}) (?:\w+ )?know\b|\bno (?:idea|clue)\b|\bundecided\b|n(?:o|['’])t (?:want to |wish to )?(?:decide|settle|rush)\b|\b(?:decide|settle) (?:that|this|it) (?:today|now|here)\b|\bunresolved\b|\bopen (?:question|issue|point)\b|\bnothing new\b|\b(?:next (?:time|meeting|month|session|week)|another (?:time|day|meeting))\b.{{0,12}}$|\b(?:talk|discuss|decide|look at|speak)\b.{{0,30}}\b(?:again|later|next (?:time|meeting|month|session|week)|another time)\b"
        rf"|\bdecide (?:then|afterwards|after(?: that)?|at the|once|when|on the day)\b|\band then (?:I['’]ll|I will|we['’]ll|we will|we can) (?:tell|decide|see|talk|know|look)\b|\blet['’]?s see (?:what|when|how|if|whether|where)\b|\b(?:depends on|once we (?:know|have|see|hear)|until we (?:know|have|see|hear)|when (?:\w+ ){{1,3}}(?:knows?|is back|are back|is up|are in|is in))\b|\bnot (?:today|tonight|now)\b|\b(?:both sides|torn)\b|\bnot (?:convinced|ready|sure)\b|\bmore (?:information|figures|time|details|data) "
    ),
    refuses=lazy_pattern(
        rf"(?i)^(?:(?:well|sorry|honestly)\W+)?no\b(?!\W*(?:objections?|problems?|rush|one\b|idea|clue|answer|decision|conclusion|worr|hurry|doubt|reason|news|more|later|need))|^not (?:with|for|at|while|in|this|as long|again|on my)\b|\bI['’]m afraid\b|\bout of the question\b|\bca(?:n['’]t|nnot) (?:really )?(?:agree|afford|do (?:that|it|this)|have that|allow|accept|support|approve)\b|\bno (?:support|money|budget|appetite|majority|way)\b|\bsupport for (?:it|that)\b"
        rf"|\b(?:I|we)(?:['’]d| would)? rather {_NT.replace('n', 'n')}|\b(?:I|we) (?:wo|do|would|ca|ai){_NT} (?:want|do|see (?:that|it|any)|like|go|take|buy|support|need|think so|be)\b|\bwe(?:['’]re| are) not \w+ing\b|\bnot going to\b|\b(?:forget|drop|scrap|bury|reject) (?:it|that|this|the idea)\b|\b(?:is|are)(?: definitely| clearly)? (?:out|dead|off the table|off)\b|\bturn(?:ed)? (?:it|that|this) down\b|\bnot an option\b|\bsay no\b|\brefuse\b(?<!reason to refuse)"
    ),
    accepts=lazy_pattern(
        r"(?i)^(?:(?:ok(?:ay)?|all right|right|good|fine|yes|well|then|so|great|thank you|thanks)\b[,.!]?\s*)*(?:(?:let['’]?s )?do (?:it|that|so)\b|go ahead|(?:and )?that['’]?s what we(?:['’]ll| will)? do|that['’]?s (?:it|that|settled|agreed|fine|decided|good|what we want|sorted|clear|done|unanimous)\b|settled|agreed|carried|approved|passed|adopted|so be it|deal|sold|wonderful|perfect|excellent|lovely|splendid|brilliant|I (?:agree|like (?:it|that)|prefer (?:it|that)|can live with|could support|can support|see no reason|have no objection|think so too|thought so|thought the same)\b|so do I|me too|same here|that['’]?s my (?:feeling|view|opinion) too|it['’]?s unanimous|(?:no|none|without) (?:objections?|opposition)\b|none\W*$|nobody (?:against|objects)|then we(?:['’]re| are) agreed|consider it (?:decided|agreed|settled)|works for me|suits me|with pleasure|why not|(?:good|fine|great|ok(?:ay)?|right|yes|done)\W*$)"
    ),
    settles=lazy_pattern(
        r"(?i)\b(?:let['’]?s|we['’]ll|we will|we['’]re (?:going|having|doing|taking|buying|keeping)|we (?:go|take|buy|keep|spend|stick|stay|use|follow|switch|move|hire|drop|order|do|have|offer|choose|pick)|they(?:['’]ll| will| may| can| go)|it is\b\W*(?:then)?\W*$|it['’]s (?:settled|going to be)|it will be|stays|remains|goes|keep|cancel|make it|instead of|from now on|as (?:always|before|usual)|for now|starting|then(?=\W*$)|going for|shall be|will be)\b|^(?:ok(?:ay)?|all right|right|good|fine|so|then|great|wonderful|perfect|lovely|excellent)\b[,.]?\s|,? (?:it is|then)[.!]?$|[,.] (?:good|fine|great|wonderful|perfect|lovely|settled|agreed|please)[.!]?$"
    ),
    commits=lazy_pattern(
        r"(?i)^(?:(?:ok(?:ay)?|all right|right|good|fine|so|then|great|well|yes|no)\b[,.]?\s+)+(?:so\s+)?(?:let['’]?s|we['’]ll|we will|we['’]re going)\s+(?!see\b|move\b|look\b|hear\b|talk\b|discuss\b|start\b|go on\b|come\b|wait\b|think\b|continue\b|take a\b|have a\b|begin\b|get back\b)|\b(?:changed my mind|(?:I |we )take (?:it|that) back|on second thoughts?|make (?:it|that)\b)|^(?!let\b|do\b|did\b|is\b|was\b|that\b|have\b|has\b|can\b|are\b|what\b|give\b|tell\b|show\b|note\b|pass\b|consider\b|ask\b|find\b|check\b|see\b|like\b|try\b|say\b|so\b|and\b|but\b|as\b|if\b|then\b|thought\b|love\b|hate\b|know\b|knew\b|got\b|does\b|may\b|would\b|could\b|because\b|yes\b|no\b|hope\b|when\b|where\b|how\b|who\b|why\b|not\b|read\b|heard\b|saw\b|maybe\b|after\b|before\b|with\b|for\b|about\b)[a-z]+ (?:it|them|that)\b[^,?]{0,12}[.!]$|^(?:they|it) (?:stays?|goes?|go|comes?|remains?)\b|^(?:keep|cancel|order|buy|take|use|leave) (?:it|them|that|the)\b"
    ),
    concludes=lazy_pattern(r"(?!)"),
    doubts=lazy_pattern(
        r"(?i)\b(?:because|since|but|doubt|trouble|worry|worried|unhappy|could|would|might|maybe|perhaps|why|if|think|thought|suggest|propose|prefer|what|how|who|which|where|was|were|had|did|cannot|last (?:year|time|week))\b|n['’]t\b|\bI['’]d\b|\bI find\b|\bonly\b|\bthe problem\b"
    ),
    asks=lazy_pattern(r"\?[\"”’)]*\s*$"),
    asks_all=lazy_pattern(
        r"(?i)\b(?:any(?:one|body)?\b.{0,20}(?:unhappy|against|objections?|opposed|mind|object|disagree|other (?:views|thoughts|opinions))|(?:all|everyone|everybody)\b.{0,30}(?:in favou?r|for (?:it|that|the)|agreed?|happy|fine|ok(?:ay)?|with)|(?:nobody|no one) (?:against|opposed|objects|minds)|shall we|do we (?:all )?agree|are we (?:all )?(?:agreed|happy|ok)|agreed|ok(?:ay)?|right|yes|no objections?|is that (?:ok(?:ay)?|all right|fine))\b[^.?]*\?"
    ),
    proposes=lazy_pattern(
        r"(?i)\b(?:I['’]d|I would|could|would|should|shall|maybe|perhaps|propos(?:e|al)|suggest|prefer|favou?rs?|vote|rather|recommend|move that|I['’]m for|how about|what about|what if|why not|why don['’]t|either|or|my (?:choice|pick|vote|preference))\b|\?\s*$"
    ),
    wonders=lazy_pattern(
        r"(?i)\b(?:can|could|may) I (?:just )?ask\b|\bmy (?:\w+ )?question\b|\bthe (?:final|next|last) question\b|\b(?:who|where|when|why|how (?:many|much|long|old|do|is|are)|which|what (?!about|if))\b[^.]*\?|\b(?:did|has|can|could|would|will) (?:you|somebody|someone|anyone|anybody)\b|\b(?:was|were|had|told|provisionally|tentatively|for the time being)\b"
    ),
    points=lazy_pattern(
        r"(?i)\b(?:follow|go by|figures?|quote|offer|advice|proposal|suggestion|idea|recommendation|plan|wish(?:es)?|view|that way|as (?:proposed|suggested|described|written)|like that|the (?:first|second|former|latter|cheaper|other|larger|smaller)(?: one)?|both|(?:go with|take|do|with|for) (?:it|that|this|them|him|her))\b"
    ),
    idle=lazy_pattern(
        r"(?i)^(?:good (?:morning|afternoon|evening)|morning|hello|hi\b|welcome|thanks? (?:you |everyone |all )?for (?:coming|joining|being)|have a|see you|enjoy|good luck|that['’]?s (?:all|it)\b|let['’]?s (?:begin|start|get started|go through)|shall we\?|shall we (?:begin|start)|the meeting is|anything else|any other business|(?:so )?(?:we['’]re|we are|I['’]m) going to (?:go|move) on|we (?:will|['’]ll) (?:now )?(?:go|move) on|moving (?:swiftly )?on|next\W*$|right\W*$)|\b(?:meeting (?:to order|is closed)|we['’]re done|quorate)\b"
    ),
)
# words before the subject of an opening
_LEAD = lazy_pattern(
    r"(?i)^(?:(?:ok(?:ay)?|right|so|now|well|good|fine|great|all ?right|alright|h+m+|u+m+|uh|yeah|brilliant|thanks|thank you|thanks all|and|then|one (?:more )?thing|next(?: (?:is|comes|up(?: is)?)\b)?|first(?: (?:is|comes)\b)?|last(?: (?:is|comes)\b)|second(?:ly)?|third(?:ly)?|last(?:ly)?|finally|also|oh|quickly|again|actually|moving on|let['’]?s see|perfect|lovely|first thing(?: today)?|one more(?: thing)?|last thing|another thing|one question left|before (?:I forget|we go|we stop))\b[,.:!]?\s*|(?:the )?(?:first|second|third|fourth|fifth|next|last|final|other) (?:item|point|topic|thing|one|question|subject|matter)(?: on (?:the|our|my) (?:list|agenda|sheet))?(?:\s+is\b)?[,:.]?\s*|(?:item|point|number|topic|agenda item|agenda point|motion)\s+(?:\d+|[a-z]|one|two|three|four|five|six|seven)\b[,.:]?\s*)+"
)
_TURN = lazy_pattern(
    r"(?i)^(?:let(?:['’]s| us| me)?|we|I['’]d like to|I would like to|may I|can we|could we|shall we|that (?:brings|takes) us|that leaves(?: us)?|there(?:['’]s| is| was| are)(?: still| also)?|we (?:still|also) have|we come|(?:now|then) (?:to|for)|on|over|back|what|how|any(?:thing)?|where are we)?\s*(?:(?:kick off|move on|turn|start|begin|come|go|talk|get|look|take|speak|discuss|cover|raise|return|deal|tackle|have a (?:look|word))\s+)?(?:now\s+)?(?:to|with|about|on|at|for|over|into|do we do about|is happening with|news (?:on|of|about)|left (?:on|with))\s+"
)
_TURNED = lazy_pattern(
    r"(?i)^(?:let['’]?s (?:take|discuss|do|tackle|cover)|(?:we )?(?:need|have) to (?:discuss|talk about|settle|decide on|look at)|that (?:brings|takes) us to|that leaves(?: us with)?|there(?:['’]s| is| are| remains)(?: still| also)?|we (?:still|also) have|may I raise|I['’]d like to raise|somebody (?:suggested|asked)|I have (?:a|one|another) (?:question|point|remark|request|word) (?:on|about)|I['’]ve been asked|what do we do (?:about|with)|what (?:about|of)|how about|what['’]s (?:happening|new) with|any (?:news|word|update) (?:on|from|about)|about|regarding|concerning|as for|as to|on|to|with|now for|over to|back to|coming to|turning to|moving on to|on to)\s+"
)
_COMES = lazy_pattern(
    r"(?i)^(?P<t>(?:the|our|my)\s.{3,45}?)\s+(?:is|comes?|are) (?:next|up|left|still (?:open|there|left|on)|on my list)\b"
)
_ASKED = lazy_pattern(
    r"(?i)^(?:(?:could|can|should|shall|do|did|would|will|may|must) (?:we|you|they|I)|(?:do|does|did|is|are|has|have) (?:the|our|anyone|anybody|everyone)?)\s*(?:still\s+|really\s+|also\s+|all\s+|want(?: to)?\s+|need(?: to)?\s+|have(?: to)?\s+|like(?: to)?\s+|get rid of\s+|have\s+)*"
)
_NAME_END = lazy_pattern(r"[.,:;?!—–]| - ")
_PRONOUN = lazy_pattern(
    r"(?i)^(?:always|never|not|only|just|about|maybe|probably|perhaps|sure|exactly|almost|nearly|still|any|all|nobody|no|pity|sorry|go|keep|get|make|take|put|ask|tell|give|call|cancel|leave|stop|bring|send|use|buy|try|write|wait|look|see|how|why|where|when|what|who)\b|^\w+ing (?:the|a|an|it|that|this|my|our)\b|\b(?:I|we|you|he|she|it|they|that|this|there|me|us|them|him|her|is|are|was|were|has|have|had|will|would|could|should|can|may|must|do|does|did|let|please|thanks?|am|been|be|got|get|went|says?|said|know|think)\b|['’](?:ve|ll|re|m|d)\b|^\w+['’]s\b(?! \w+$)|n['’]t\b"
)
_ONE_WORD = lazy_pattern(
    r"(?i)(?:yes|no|yeah|yep|sure|fine|good|great|ok(?:ay)?|right|agreed|understood|noted|gladly|seconded|tonight|tomorrow|today|always|never|exactly|absolutely|definitely|certainly|perhaps|maybe|me|done|same|true|none|thanks|sorry|please|nothing|everything|\w+ly|\w+day)$"
)
_MOST_WORDS = 6


def subject(text: str, *, strong: bool) -> str:
    """See Subjects."""
    words = _LEAD.sub("", text.strip())
    led = len(words) < len(text.strip())
    if not words:
        return ""
    comes = _COMES.match(words)
    if comes:
        return _title(comes["t"])
    turned = _TURNED.match(words) or _TURN.match(words)
    if turned and turned.end() < len(words):
        made = _title(words[turned.end() :])
        if made:
            return made
    first, *rest = (part.strip() for part in _NAME_END.split(words.rstrip(" .?!"), maxsplit=2))
    if " " not in first and len(rest) == 1 and " " in rest[0] and not _PRONOUN.search(rest[0]):
        first = rest[0]  # "Right, lads, training times."
    whole = len(first) >= len(words.rstrip(" .?!:"))
    if " " not in first and (_ONE_WORD.match(first) or first.isdigit()):
        first = ""
    if (
        first
        and not _PRONOUN.search(first)
        and len(first.split()) <= _MOST_WORDS + 1
        and (led or whole or ":" in words[: len(first) + 1] or "," in words[: len(first) + 1])
    ):
        made = _title(first)
        if made:
            return made
    asked = _ASKED.match(words)
    if text.rstrip().endswith("?") and asked:
        return _title(words[asked.end() :], clause=True)
    if strong:
        return ""
    named = re.search(r"(?i)\b(?:the|our|my|a|an|this)\s+(?=\w)", words)
    return _title(words[named.end() :]) if named else ""


def _title(words: str, *, clause: bool = False) -> str:
    """The words up to a sign or a verb, "" when they tell nothing."""
    first = _NAME_END.split(words.strip(), maxsplit=1)[0].strip(" '\"“”")
    first = re.sub(r"(?i)^(?:the|our|my|a|an|some|this|those|these)\s+", "", first)
    parts = first.split()
    kept: list[str] = []
    for number, word in enumerate(parts):
        bare = word.lower().strip("'’")
        joins = bare in (
            "of",
            "for",
            "and",
            "the",
            "a",
            "in",
            "at",
            "on",
            "to",
            "with",
            "our",
            "from",
            "by",
            "along",
        ) and bool(kept)
        if bare in STOPS and not joins and not (clause and number == 0):
            break
        if ("'" in word or "’" in word) and re.search(r"['’](?:ve|ll|re|m|d|t)$", word):
            break
        kept.append(word)
        if len(kept) == _MOST_WORDS:
            break
    if kept and kept[0].lower() in ("of", "for", "as"):
        return ""
    while kept and kept[-1].lower() in STOPS | {"of", "for", "along", "by"}:
        kept.pop()
    title = " ".join(kept)
    told = {f for f in features(title) if f not in COMMON and f not in STOPS and not f.startswith("#")}
    return title if told and title.lower() not in IDLE and title.lower() not in ORDINALS else ""
