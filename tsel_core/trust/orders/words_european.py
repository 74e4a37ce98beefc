# ruff: noqa: E501 (one pattern a line)
"""Signs of an order in German, French, Spanish, Italian and Portuguese: the same signs, put together from word lists.

Folded text: no accents, lower case, "ss" for sharp s.
"""

from __future__ import annotations

from dataclasses import dataclass

from tsel_core.trust.orders.sign import Sign, near, stems


@dataclass(frozen=True)
class Words:
    """Alternatives of one language, as parts of a pattern."""

    ignore: str
    instructions: str
    answer: str
    only: str
    word: str
    your_answer: str
    edge: str
    machine: str
    notice: str
    you_are: str
    program_must: str
    new_rule: str
    decode: str
    obey: str
    conceal: str
    asked: str
    absent: str
    others: str
    thing: str
    fake: str
    silent: str
    value: str
    end: str
    mention: str
    summary: str


GERMAN = Words(
    ignore=r"\bignorier\w*|\bmissacht\w*|\bvergiss\b|\bvergessen sie\b|\bubergeh(?:e|en|t)\b|\bverwirf\b|\bverwerfen sie\b|\bbeacht\w* (?:\w+ ){0,3}nicht\b|\bnicht (?:mehr )?(?:zu )?(?:befolgen|beachten)|\bbefolg\w* (?:\w+ ){0,3}nicht\b|\buberschreib\w*|\bsetz\w* dich uber|\bausser acht",
    instructions=r"\b(?:anweisung|instruktion|vorgabe|befehl|systemprompt|prompt|aufforderung|frage|anordnung|regel|richtlinie|instruktion)(?:en|n|s|e)?\b",
    answer=r"\b(?:antwort\w*|beantwort\w*|erwider\w*|gib|geben sie|schreib\w*|sag(?:e|en|t)?|ausgabe|ausgeben|fasse|fassen sie)\b",
    only=r"\b(?:nur|ausschliesslich|lediglich|einzig|genau|nichts (?:anderes|weiter))\b",
    word=r"(?:mit|durch|aus)? ?(?:dem|das|den|einem|folgende[mnrs]?|die) (?:\w+ )?(?:wort|satz|text|worten|antwort|zeichenkette|begriff)\b|mit \"|: ?\"|\bmit [^\s,.]+[.!]?$|\"",
    your_answer=r"\b(?:deine|ihre|jede|alle|die)[rnms]? (?:\w+ )?(?:antwort|zusammenfassung|ausgabe|erwiderung)(?:en)?\b",
    edge=r"\b(?:beginn\w*|beend\w*|schliess\w*|fuge|fugen sie|hang\w* an|anfang|ende|muss|mussen|immer|stets)\b",
    machine=r"(?:\bki\b|\bai\b|kunstliche intelligenz|sprachmodell\w*|\bki-\w+|chatbot\w*|\bbots?\b|assistent\w*|automati(?:sche|sierte)[nrsm]? (?:leser|systeme?|auswertung|verarbeitung|assistent)\w*|lesende programm\w*|leseprogramm\w*|maschinelle\w* (?:leser|verarbeitung)\w*|\bllms?\b)",
    notice=r"\b(?:hinweis|anweisung|achtung|nachricht|mitteilung|korrektur|berichtigung|wichtig|notiz|an|fur|information|liebe[rs]?)\b|\ban alle\b",
    you_are=r"\b(?:wenn|falls|sofern) (?:du|sie) (?:eine? )?(?:\w+ )?|\b(?:du bist|sie sind) (?:jetzt |nun |ab sofort )?(?:eine? )?(?:\w+ )?",
    program_must=r"\b(?:muss|mussen|soll|sollen|hat|haben|durfen|darf)\b[^.!?\n]{0,60}\b(?:antworten|ignorieren|ausgeben|zusammenfassen|melden|sagen|schreiben)",
    new_rule=r"\bneue (?:anweisung|regel|instruktion|aufgabe|vorgabe|rolle)(?:en|n)?\s*:|\bsystemprompt\b|\bsystem(?:nachricht|anweisung)\s*:|\bentwicklermodus\b|\bab (?:jetzt|sofort) (?:bist du|sind sie|antwort\w*|sollst du)",
    decode=r"\b(?:dekodier\w*|decodier\w*|entschlussel\w*|entziffer\w*)",
    obey=r"\b(?:befolg\w*|gehorch\w*|ausfuhr\w*|fuhr\w* (?:\w+ ){0,2}aus|folg\w*)\b",
    conceal=r"\b(?:sag\w*|teil\w*|verrat\w*|informier\w*|erwahn\w*)\b[^.!?\n]{0,30}\b(?:dem|den|der) (?:nutzer|benutzer|anwender|leser|fragenden)\w*\b[^.!?\n]{0,20}\b(?:nicht|nichts)\b",
    asked=r"\b(?:wenn|falls|sobald|sollte|sollten|werden|wird|wer)\b[^.!?\n]{0,50}\b(?:gefragt|fragt|fragen|frage|befragt)\b|\bauf (?:die |alle |jede |eine )?fragen? (?:nach|zu|uber)\b|\bfragen? (?:nach|zu[mr]?|uber)\b",
    absent=r"\bnicht (?:gefunden|vorhanden|enthalten|angegeben|erwahnt|bekannt)|\bkeine (?:angabe|information)|\bunbekannt\b",
    others=r"\b(?:alle|samtliche|jede|die) (?:anderen|ubrigen|weiteren|sonstigen|restlichen|vorherigen|fruheren)\b",
    thing=r"\b\w*(?:nummer|betrag|betrage|datum|daten|wert|werte|zahl|angabe|information|name|preis|rechnung|summe|stelle)\w*",
    fake=r"\b(?:testdaten|testwert\w*|platzhalter|fiktiv\w*|beispieldaten|musterdaten|erfunden\w*|falsch|veraltet|zu testzwecken|dummy\w*|testzweck\w*)\b",
    silent=r"\b(?:nicht|nie|niemals|keinesfalls)\b[^.!?\n]{0,30}\b(?:genannt|gemeldet|berichtet|zitiert|erwahnt|verwendet|angegeben|ausgegeben|wiedergegeben|nennen|melden|berichten|zitieren|erwahnen|verwenden|angeben|ausgeben)\b|\b(?:nenne|melde|berichte|zitiere|erwahne|verwende)n?\b[^.!?\n]{0,40}\bnicht\b",
    value=r"\b(?:korrektur|berichtigung|richtige?[rsn]?|korrekte?[rsn]?|tatsachliche?[rsn]?|wahre?[rsn]?|gultige?[rsn]?|aktuelle?[rsn]?)\b[^.\n]{0,40}?(?:\b(?:ist|lautet|sind|lauten)\b|:)",
    end=r"ende (?:des|der) (?:dokument(?:e?s)?|datei|textes|vertrag(?:e?s)?|eingabe)|dokumentende|dateiende",
    mention=r"\b(?:erwahn\w*|nenn\w*|schreib\w*|sag(?:e|en|t)?|betone\w*|lass\w* weg)\b",
    summary=r"\b(?:in )?(?:deiner|ihrer|jeder|der) zusammenfassung\b",
)
FRENCH = Words(
    ignore=r"\bignor(?:ez|er|e|ant|ons)\b|\boubli(?:ez|er|e)\b|\bneglig(?:ez|er|e)\b|\bne (?:tenez|tiens|tenir) (?:pas|aucun) compte|\bne pas tenir compte|\bfai(?:tes|s|re) abstraction|\bne (?:suivez|suis|respectez|respecte) (?:pas|plus|aucune?)|\bcontourn(?:ez|er|e)\b|\boutrepass(?:ez|er|e)\b|\bne pas suivre|\bremplac(?:ez|e) ",
    instructions=r"\b(?:instruction|consigne|directive|regle|commande|prompt|question|invite|requete|indication)s?\b",
    answer=r"\b(?:repond(?:ez|re|s|e|ra|ez-vous)?|reponses?|ecri(?:vez|re|s)|affiche[rz]?|dis|dites|renvoye[rz]|renvoie|retourne[rz]?|resume[rz]?)\b",
    only=r"\b(?:uniquement|seulement|exclusivement|simplement|exactement|juste|rien d'autre|rien de plus|que (?:par|le mot|\"))\b|que \"",
    word=r"(?:par|avec|de)? ?(?:le|la|les|un|une|ce|cette) (?:seule?s? |meme |unique )?(?:mot|phrase|texte|expression|chaine|terme)s?\b|(?:par|avec) ?\"|: ?\"|\bpar [^\s,.]+[.!]?$|\"",
    your_answer=r"\b(?:votre|ta|chaque|vos|tes|toute|toutes les|la) (?:\w+ )?(?:reponse|resume|sortie|synthese)s?\b",
    edge=r"\b(?:commenc\w*|termin\w*|fini\w*|ajout\w*|debut|fin|doit|doivent|toujours|inser\w*)\b",
    machine=r"(?:\bia\b|\bai\b|intelligences? artificielles?|modeles? de langage|assistants?(?: (?:ia|virtuels?|automatiques?|automatises?|numeriques?))?|lecteurs? automati(?:ques?|ses?)|systemes? (?:automati(?:ques?|ses?)|de lecture|de traitement)|chatbots?|robots?|traitements? automati(?:ques?|ses?)|\bllms?\b|programmes? (?:de lecture|qui lit))",
    notice=r"\b(?:note|message|avis|attention|instruction|consigne|remarque|destine|correction|rectificatif|important|information|cher|chere)s?\b|\b(?:a|pour) (?:tous|toutes) (?:les )?",
    you_are=r"\b(?:si|lorsque|comme) (?:vous etes|tu es) (?:une? )?(?:\w+ )?|\b(?:vous etes|tu es) (?:desormais |maintenant |a present )?(?:une? )?(?:\w+ )?",
    program_must=r"\b(?:doit|doivent|devra|devront|est tenu|sont tenus|sont pries)\b[^.!?\n]{0,60}\b(?:repondre|ignorer|afficher|resumer|indiquer|dire|ecrire)",
    new_rule=r"\bnouvel(?:le)?s? (?:instruction|regle|consigne|directive|tache|role)s?(?: systeme)?\s*:|\binvite systeme\b|\bprompt systeme\b|\bmode developpeur\b|\b(?:message|instruction)s? (?:du )?systeme\s*:|\b(?:desormais|a partir de maintenant),? (?:vous|tu|repond\w*)",
    decode=r"\b(?:decod(?:ez|er|e)|dechiffr(?:ez|er|e)|decrypt(?:ez|er|e))\b",
    obey=r"\b(?:obei\w*|suiv(?:ez|re)|suis|execut(?:ez|er|e)|appliqu(?:ez|er|e)|conform\w*)\b",
    conceal=r"\bne (?:dites|dis|revele[zr]?|mentionne[zr]?|informe[zr]?|signale[zr]?)\b[^.!?\n]{0,30}\b(?:pas|rien|jamais)\b[^.!?\n]{0,30}\b(?:utilisateur|lecteur|usager)",
    asked=r"\b(?:si|lorsqu\w*|quand|chaque fois qu\w*|en cas de|quiconque|toute?)\b[^.!?\n]{0,50}\b(?:demand\w*|interrog\w*|question\w*)\b|\baux? questions? (?:sur|concernant|relatives?|portant)\b|\b(?:questions? (?:sur|concernant|relatives? a|portant sur))\b",
    absent=r"\b(?:non trouve|introuvable|pas (?:trouve|mentionne|indique|precise|connu)|aucune information|inconnue?|non (?:mentionne|precise|indique|disponible))",
    others=r"\b(?:tou(?:s|tes) les autres|les autres|tout(?:e)? autre|autres|restante?s|precedente?s)\b",
    thing=r"\b(?:numero|montant|date|valeur|chiffre|donnee|information|mention|nom|somme|prix|facture|reference)s?\b",
    fake=r"\b(?:donnees? (?:de test|d'essai|fictives?|factices?|d'exemple)|fictifs?|fictives?|factices?|de test|d'essai|erronee?s?|faux|fausses?|obsoletes?|inventee?s?)\b",
    silent=r"\b(?:ne|n')\b[^.!?\n]{0,30}\b(?:pas|jamais|aucun cas)\b[^.!?\n]{0,20}\b(?:mentionn|rapport|cite|citer|communiqu|indiqu|utilis|report|signal|repet|donn|fourni|repri)\w*|\bne (?:mentionn|rapport|cit|communiqu|indiqu|utilis|signal|donn)\w+ (?:pas|jamais)",
    value=r"\b(?:correction|rectificatif|rectification|correcte?|veritable|reele?|exacte?|vrai|bon|valide|valable|a jour)\b[^.\n]{0,40}?(?:\b(?:est|sont)\b|:)",
    end=r"fin (?:du|de ce) (?:document|fichier|texte|contrat)",
    mention=r"\b(?:mentionn\w*|indiqu\w*|precis\w*|soulign\w*|inclu\w*|ecri\w*|dites|dis)\b",
    summary=r"\bdans (?:votre|ton|chaque|le) (?:resume|synthese)|dans (?:votre|ta) (?:synthese|reponse)",
)
SPANISH = Words(
    ignore=r"\bignor(?:e|a|en|ar|ad|ando)\b|\bolvid(?:e|a|en|ar|ad|ese|ate)\b|\bdescart(?:e|a|en|ar)\b|\bomit(?:a|e|an|ir)\b|\bno (?:hagas|haga|hagan) caso|\bno (?:sigas?|sigan|obedezcas?|tengas? en cuenta|tenga en cuenta)|\bha(?:z|ga|gan) caso omiso|\bpas(?:e|a) por alto|\bdesatiend\w*|\banul(?:e|a)\b|\bsobrescrib\w*|\bdesobede\w*",
    instructions=r"\b(?:instruccion(?:es)?|ordenes|indicaci(?:on|ones)|directri(?:z|ces)|reglas?|prompts?|mensajes?|preguntas?|comandos?|directivas?)\b",
    answer=r"\b(?:respond(?:a|e|an|er|ed)|contest(?:e|a|en|ar)|escrib(?:a|e|an|ir)|diga|digan|di|devuelv\w*|imprim\w*|respuestas?|resum\w*)\b",
    only=r"\b(?:solo|solamente|unicamente|exclusivamente|exactamente|simplemente|nada mas|nada mas que)\b",
    word=r"(?:con|de)? ?(?:la|el|una|un|esta|este) (?:unica |misma |sola |siguiente )?(?:palabra|frase|texto|oracion|cadena|termino)s?\b|con ?\"|: ?\"|\bcon [^\s,.]+[.!]?$|\"",
    your_answer=r"\b(?:tu|su|cada|sus|tus|toda|todas las|la) (?:\w+ )?(?:respuesta|resumen|salida|contestacion)(?:s|es)?\b",
    edge=r"\b(?:comien\w*|comenz\w*|empie\w*|empez\w*|termin\w*|finali\w*|anad\w*|agreg\w*|inclu\w*|inici\w*|final|principio|debe|deben|siempre)\b",
    machine=r"(?:\bia\b|\bai\b|inteligencias? artificiales?|modelos? de lenguaje|asistentes?(?: (?:virtuales?|de ia|automaticos?|automatizados?|digitales?))?|lector(?:es)? (?:automatic|automatizad)os?|sistemas? (?:automatic|automatizad)os?|sistemas? de (?:lectura|procesamiento)|chatbots?|\bbots?\b|procesamiento automatic\w*|\bllms?\b|programas? (?:de lectura|que (?:lee|lea)n?))",
    notice=r"\b(?:nota|aviso|mensaje|atencion|instruccion(?:es)?|correccion|rectificacion|importante|informacion|estimad[oa]s?|para)\b|\ba (?:todos|todas)\b",
    you_are=r"\bsi (?:eres|usted es|es usted|sos) (?:una? )?(?:\w+ )?|\b(?:ahora eres|tu eres|eres|usted es ahora) (?:una? )?(?:\w+ )?",
    program_must=r"\b(?:debe|deben|debera|deberan|tiene que|tienen que|ha de|han de)\b[^.!?\n]{0,60}\b(?:responder|ignorar|contestar|resumir|decir|escribir|indicar|mostrar)",
    new_rule=r"\bnuevas? (?:instruccion(?:es)?|reglas?|orden(?:es)?|directri(?:z|ces)|tarea|rol)(?: del sistema)?\s*:|\bprompt del? sistema\b|\bmodo (?:de )?desarrollador\b|\b(?:mensaje|instruccion(?:es)?) del sistema\b|\ba partir de ahora,? (?:eres|responde\w*|solo|usted|debe\w*)",
    decode=r"\b(?:decodifi\w+|descifr\w+|desencript\w+)\b",
    obey=r"\b(?:obede\w+|sig(?:a|ue|an|uelo|uela)\w*|ejecut\w+|cumpl\w+|aplic\w+)\b",
    conceal=r"\bno (?:le |se lo |les )?(?:digas?|informes?|informe|reveles?|revele|menciones?|avises?|avise)\b[^.!?\n]{0,40}\b(?:usuario|lector)",
    asked=r"\b(?:si|cuando|siempre que|en caso de que|cada vez que|quien|alguien)\b[^.!?\n]{0,50}\b(?:pregunt\w*|consult\w*|interrog\w*)\b|\b(?:a )?(?:las |cualquier |toda )?preguntas? (?:sobre|acerca|relativas?|referentes?)\b",
    absent=r"\bno (?:se encuentra|encontrad[oa]|consta|figura|se menciona|aparece|hay informacion|disponible|se indica|esta en)|\bdesconocid[oa]\b|\bninguna informacion\b",
    others=r"\b(?:todos los demas|todas las demas|los demas|las demas|todos los otros|todas las otras|cualquier otr[oa]|otr[oa]s|restantes|anteriores)\b",
    thing=r"\b(?:numeros?|importes?|fechas?|valor(?:es)?|cifras?|datos?|informacion|menciones|nombres?|precios?|montos?|facturas?|referencias?)\b",
    fake=r"\b(?:datos? (?:de prueba|ficticios?|de ejemplo)|ficticios?|ficticias?|de prueba|de ensayo|fals[oa]s?|erroneos?|erroneas?|obsoletos?|inventad[oa]s?)\b",
    silent=r"\bno\b[^.!?\n]{0,30}\b(?:mencion|report|inform|citar|citad|comunic|indic|utiliz|usar|usad|divulg|repet|notific)\w*",
    value=r"\b(?:correccion|rectificacion|correct[oa]|verdader[oa]|real|valid[oa]|exact[oa]|autentic[oa]|vigente|actualizad[oa])\b[^.\n]{0,40}?(?:\b(?:es|son)\b|:)",
    end=r"fin(?:al)? del? (?:documento|archivo|texto|contrato|fichero)",
    mention=r"\b(?:mencion\w*|indi(?:que|ca|quen)|inclu\w*|escrib\w*|diga|di|destaque|destaca|recomiend\w*)\b",
    summary=r"\ben (?:su|tu|cada|el) (?:resumen|respuesta)",
)
ITALIAN = Words(
    ignore=r"\bignor(?:a|i|are|ate|ino|ando)\b|\bdimentic(?:a|hi|are|ate)\b|\btrascur(?:a|i|are|ate)\b|\bnon (?:seguire|segua|seguite|tenere conto|tenga conto|considerare|rispettare)|\btralasci\w*|\bscart(?:a|i|are)\b|\bdisattend\w*|\bnon tener conto|\bsovrascriv\w*|\baggir(?:a|are)\b",
    instructions=r"\b(?:istruzion[ei]|ordini|direttiv[ae]|regol[ae]|comand[oi]|prompt|messagg[io]*|domand[ae]|indicazion[ei]|richiest[ae])\b",
    answer=r"\b(?:rispond(?:i|a|ere|ete|ano)|scriv(?:i|a|ere|ete)|di'|dica|dite|rispost[ae]|restituisc\w*|stampa(?:re)?|riassum\w*)\b",
    only=r"\b(?:solo|soltanto|solamente|esclusivamente|unicamente|esattamente|semplicemente|nient'altro|niente altro|nulla altro)\b",
    word=r"(?:con|da)? ?(?:la|il|una|un|le|questa|questo|l')? ?(?:sola |unica |stessa |seguente |singola )?(?:parola|frase|testo|espressione|stringa|termine)\b|con ?\"|: ?\"|\bcon [^\s,.]+[.!]?$|\"",
    your_answer=r"\b(?:la tua|la sua|ogni|tutte le|le tue|la|le) (?:\w+ )?(?:rispost[ae]|riassunt[oi]|sintesi)\b|\b(?:il tuo|il suo) riassunto\b",
    edge=r"\b(?:inizi\w*|cominci\w*|termin\w*|fini\w*|conclud\w*|aggiung\w*|inserisc\w*|fine|inizio|deve|devono|sempre)\b",
    machine=r"(?:\bia\b|\bai\b|intelligenz[ae] artificial[ei]|modell[oi] linguistic[oi]|modell[oi] di linguaggio|assistent[ei](?: (?:ia|ai|virtual[ei]|automatic[oi]|digital[ei]))?|lettor[ei] automatic[oi]|sistem[ai] (?:automatic[oi]|automatizzat[oi]|di lettura|di elaborazione)|chatbot|\bbot\b|elaborazion[ei] automatic\w*|\bllm\b|programm[ai] di lettura)",
    notice=r"\b(?:nota|avviso|messaggio|attenzione|istruzion[ei]|correzione|rettifica|importante|informazion[ei]|gentil[ei]|per|agli|ai|al)\b|\ba tutt[ie]\b",
    you_are=r"\bse (?:sei|lei e|siete) (?:un'?a? ?)?(?:\w+ )?|\b(?:ora sei|tu sei|sei ora|adesso sei|sei) (?:un'?a? ?)?(?:\w+ )?",
    program_must=r"\b(?:deve|devono|dovra|dovranno)\b[^.!?\n]{0,60}\b(?:rispondere|ignorare|riassumere|dire|scrivere|indicare)",
    new_rule=r"\bnuov[aei] (?:istruzion[ei]|regol[ae]|ordin[ei]|direttiv[ae]|compit[oi]|ruolo)(?: di sistema)?\s*:|\bprompt di sistema\b|\bmodalita sviluppatore\b|\b(?:messaggio|istruzion[ei]) di sistema\b|\bd'?a? ?(?:ora|adesso) in poi,? (?:sei|rispond\w*|devi|solo)",
    decode=r"\b(?:decodific\w+|decifr\w+|decritt\w+)\b",
    obey=r"\b(?:obbed\w+|ubbid\w+|segui\w*|esegu\w+|applic\w+)\b",
    conceal=r"\bnon (?:dire|dirlo|informare|rivelare|rivelarlo|menzionare|avvisare|comunicare)\b[^.!?\n]{0,40}\b(?:utente|lettore)",
    asked=r"\b(?:se|quando|qualora|ogni volta che|chi|chiunque)\b[^.!?\n]{0,50}\b(?:chied\w*|chiest\w*|domand\w*|interroga\w*)\b|\b(?:alle |ogni |qualsiasi )?domand[ae] (?:su|sul|sulla|sui|riguard\w*|relativ\w*|circa)\b",
    absent=r"\bnon (?:trovat[oa]|presente|indicat[oa]|menzionat[oa]|disponibile|specificat[oa]|risulta|e presente)|\bnessuna informazione|\bsconosciut[oa]\b",
    others=r"\b(?:tutti gli altri|tutte le altre|gli altri|le altre|ogni altr[oa]|qualsiasi altr[oa]|altr[ie]|restanti|precedenti)\b",
    thing=r"\b(?:numer[oi]|import[oi]|dat[aei]|valor[ei]|cifr[ae]|dati|informazion[ei]|menzion[ei]|nom[ei]|prezz[oi]|fattur[ae]|somm[ae])\b",
    fake=r"\b(?:dati (?:di prova|di test|fittizi|di esempio)|fittizi[oae]?|di prova|di test|fals[oaie]|errat[oaie]|obsolet[oaie]|inventat[oaie])\b",
    silent=r"\bnon\b[^.!?\n]{0,30}\b(?:riportat|riportar|menzion|citat|citar|comunic|indicat|indicar|utilizz|usat|usar|segnal|ripet|riferit)\w*",
    value=r"\b(?:correzione|rettifica|corrett[oa]|ver[oa]|real[ei]|valid[oa]|esatt[oa]|autentic[oa]|aggiornat[oa])\b[^.\n]{0,40}?(?:\b(?:e'|e|sono)\b|:)",
    end=r"fine (?:del|di questo) (?:documento|file|testo|contratto)",
    mention=r"\b(?:menzion\w*|indic\w*|includ\w*|scriv\w*|dica|sottoline\w*|raccomand\w*)\b",
    summary=r"\bn(?:el|ella) (?:tuo|suo|tua|sua) (?:riassunto|sintesi|risposta)|\bin ogni riassunto",
)
PORTUGUESE = Words(
    ignore=r"\bignor(?:e|a|em|ar|ando)\b|\besquec(?:a|e|am|er)\b|\bdesconsider(?:e|a|em|ar)\b|\bdescart(?:e|a|em|ar)\b|\bnao (?:siga|sigam|considere|obedeca|leve em conta)|\bdesrespeit\w*|\bdesobede\w*|\bsubstitua\b|\bsobrescrev\w*",
    instructions=r"\b(?:instruc(?:ao|oes)|ordens|diretri(?:z|zes)|regras?|comandos?|prompts?|mensage(?:m|ns)|perguntas?|orientac(?:ao|oes)|indicac(?:ao|oes))\b",
    answer=r"\b(?:respond(?:a|e|am|er)|escrev(?:a|e|am|er)|diga|digam|respostas?|devolv\w*|retorn(?:e|a|ar)|imprim\w*|resum\w*)\b",
    only=r"\b(?:apenas|somente|so|unicamente|exclusivamente|exatamente|simplesmente|nada mais|nada alem)\b",
    word=r"(?:com|de)? ?(?:a|o|uma|um|esta|este|essa) (?:unica |mesma |seguinte |simples )?(?:palavra|frase|texto|expressao|sequencia|termo)s?\b|com ?\"|: ?\"|\bcom [^\s,.]+[.!]?$|\"",
    your_answer=r"\b(?:sua|tua|cada|suas|toda|todas as|a|seu) (?:\w+ )?(?:resposta|resumo|saida|sintese)s?\b",
    edge=r"\b(?:comec\w*|inici\w*|termin\w*|finaliz\w*|adicion\w*|acrescent\w*|inclu\w*|conclu\w*|final|fim|inicio|deve|devem|sempre)\b",
    machine=r"(?:\bia\b|\bai\b|inteligencias? artificia(?:l|is)|modelos? de linguagem|assistentes?(?: (?:virtua(?:l|is)|de ia|automaticos?|automatizados?|digita(?:l|is)))?|leitor(?:es)? automati(?:cos?|zados?)|sistemas? (?:automati(?:cos?|zados?)|de leitura|de processamento)|chatbots?|\bbots?\b|robos?|processamento automatic\w*|\bllms?\b|programas? de leitura)",
    notice=r"\b(?:nota|aviso|mensagem|atencao|instruc(?:ao|oes)|correcao|retificacao|importante|informac(?:ao|oes)|prezad[oa]s?|para|aos?)\b|\ba (?:todos|todas)\b",
    you_are=r"\bse (?:voce (?:e|for)|tu es|fores) (?:uma? )?(?:\w+ )?|\b(?:agora voce e|voce agora e|voce e|tu es) (?:agora )?(?:uma? )?(?:\w+ )?",
    program_must=r"\b(?:deve|devem|devera|deverao|tem que|tem de)\b[^.!?\n]{0,60}\b(?:responder|ignorar|resumir|dizer|escrever|indicar)",
    new_rule=r"\bnovas? (?:instruc(?:ao|oes)|regras?|ordem|ordens|diretri(?:z|zes)|tarefa|funcao)(?: do sistema)?\s*:|\bprompt d[eo] sistema\b|\bmodo (?:de )?desenvolvedor\b|\b(?:mensagem|instruc(?:ao|oes)) do sistema\b|\ba partir de agora,? (?:voce|respond\w*|apenas|deve\w*)",
    decode=r"\b(?:decodifi\w+|descodifi\w+|decifr\w+|descriptograf\w+)\b",
    obey=r"\b(?:obede\w+|sig(?:a|am)\b|execut\w+|cumpr\w+|aplic\w+)",
    conceal=r"\bnao (?:diga|informe|revele|mencione|avise|conte)\b[^.!?\n]{0,40}\b(?:usuario|utilizador|leitor)",
    asked=r"\b(?:se|quando|sempre que|caso|quem|alguem|cada vez que)\b[^.!?\n]{0,50}\b(?:pergunt\w*|questiona\w*|consulta\w*|indaga\w*)\b|\b(?:a |as |qualquer )?perguntas? (?:sobre|acerca|relativas?|referentes?)\b",
    absent=r"\bnao (?:encontrad[oa]|consta|mencionad[oa]|indicad[oa]|informad[oa]|disponivel|ha informac|especificad[oa]|foi encontrad[oa])|\bdesconhecid[oa]\b|\bnenhuma informacao\b",
    others=r"\b(?:todos os (?:outros|demais)|todas as (?:outras|demais)|os demais|as demais|os outros|as outras|qualquer outr[oa]|outr[oa]s|restantes|anteriores)\b",
    thing=r"\b(?:numeros?|valor(?:es)?|datas?|montantes?|dados|informac(?:ao|oes)|mencoes|nomes?|precos?|faturas?|quantias?|referencias?)\b",
    fake=r"\b(?:dados? (?:de teste|ficticios?|de exemplo)|ficticios?|ficticias?|de teste|fals[oa]s?|errad[oa]s?|obsolet[oa]s?|inventad[oa]s?)\b",
    silent=r"\bnao\b[^.!?\n]{0,30}\b(?:mencion|report|relat|inform|citad|citar|comunic|indicad|indicar|utiliz|usad|usar|divulg|repet|apresent)\w*",
    value=r"\b(?:correcao|retificacao|corret[oa]|verdadeir[oa]|real|valid[oa]|exat[oa]|autentic[oa]|atualizad[oa])\b[^.\n]{0,40}?(?:\b(?:e|sao)\b|:)",
    end=r"fim (?:do|deste) (?:documento|arquivo|texto|contrato|ficheiro)",
    mention=r"\b(?:mencion\w*|indi(?:que|ca)|inclu\w*|escrev\w*|diga|destaque|recomend\w*)\b",
    summary=r"\bn(?:o|a) (?:seu|sua|teu|tua) (?:resumo|resposta|sintese)|\bem cada resumo",
)

def _signs(words: Words) -> tuple[Sign, ...]:
    """The signs of one language."""
    program = near(words.notice, words.machine, 24)
    told = words.your_answer + r"[^.!?\n]{0,30}?(?:mit|par|con|com|hinzu|zu|\"|: )"
    answered = rf"(?:{words.answer})[^.!?\n]{{0,40}}?(?:{words.only})[^.!?\n]{{0,25}}?(?:{words.word})"
    before = rf"(?:{words.only}) (?:\w+ ){{0,2}}(?:{words.word})[^.!?\n]{{0,20}}?(?:{words.answer})"
    addressed = rf"(?:{program})(?:[^.!?\n]{{0,40}}?:|[,:])|(?:{words.you_are})(?:{words.machine})"
    answer, machine = stems(words.answer), stems(words.machine)
    return (
        Sign("ignore", near(words.ignore, words.instructions, 45), stems(words.ignore)),
        Sign("format", rf"{answered}|{before}|(?:{words.answer}) (?:{words.only})\b", answer),
        Sign("append", near(words.edge, told, 20), stems(words.edge)),
        Sign("append", near(words.summary, words.mention, 40), stems(words.summary)),
        Sign("address", rf"{addressed}|(?:{words.machine}) (?:{words.program_must})", machine),
        Sign("role", words.new_rule, stems(words.new_rule)),
        Sign("decode", near(words.decode, words.obey, 60), stems(words.decode)),
        Sign("conceal", words.conceal, stems(words.conceal)),
        Sign("asked", words.asked, stems(words.asked)),
        Sign("say", rf"(?:{words.answer}) ?(?:\w+,? ){{0,2}}(?:{words.only}|:|\"|(?:que|che|dass|mit|par|con|com)\b)", answer),
        Sign("absent", words.absent, stems(words.absent)),
        Sign("others", rf"(?:{words.others})[^.\n]{{0,30}}?(?:{words.thing})", stems(words.others)),
        Sign("fake", words.fake, stems(words.fake)),
        Sign("silent", words.silent, stems(words.silent)),
        Sign("value", words.value, stems(words.value)),
        Sign("end", rf"^\W*(?:{words.end})\W*$", stems(words.end)),
    )


EUROPEAN = tuple(sign for words in (GERMAN, FRENCH, SPANISH, ITALIAN, PORTUGUESE) for sign in _signs(words))
