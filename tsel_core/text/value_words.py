# ruff: noqa: E501, SIM905 (lists of words)
"""Words of values in the languages of office papers: months, currencies, units of time, scales."""

from __future__ import annotations

from tsel_core.text.currency_words import CURRENCY_CODES, CURRENCY_WORDS

MONTHS_EN = {
    name: i
    for i, names in enumerate(
        "january jan|february feb|march mar|april apr|may|june jun|july jul|august aug|september sept sep|october oct|"
        "november nov|december dec".split("|"),
        1,
    )
    for name in names.split()
}
# German, French, Spanish, Italian, Portuguese, Dutch; whole names only: abbreviations are words of other languages
_MONTHS = """januar jänner janvier enero gennaio janeiro januari|februar février fevrier febrero febbraio fevereiro februari
märz maerz mars marzo março maart|april avril abril aprile|mai mayo maggio maio mei|juni juin junio giugno junho
juli juillet julio luglio julho|august août aout agosto augustus|september septembre septiembre setiembre settembre setembro
oktober octobre octubre ottobre outubro|november novembre noviembre novembro|dezember décembre decembre diciembre dicembre dezembro december"""
# behind "31." no sentence begins
GERMAN_MONTHS = "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember".split()
MONTHS: dict[str, int] = dict(MONTHS_EN)
for _i, _names in enumerate(_MONTHS.replace("\n", "|").split("|"), 1):
    MONTHS |= dict.fromkeys(_names.split(), _i)

# short names, which are words of other languages too: a month only between a day and a year
_SHORT_MONTHS = """ene gen janv jan|févr fevr feb fev|mär mrz mar|avr abr|may mai mag|giu|juil lug jul|ago aoû|sept sep set
okt ott out|nov|dez déc dec dic"""
MONTHS_SHORT: dict[str, int] = {}
for _i, _names in enumerate(_SHORT_MONTHS.replace("\n", "|").split("|"), 1):
    MONTHS_SHORT |= dict.fromkeys(_names.split(), _i)
FIRST_DAY = ("premier", "primero", "primeiro", "primo", "ersten")

SCALES = {
    "hundred": 100, "thousand": 1000, "k": 1000, "tsd": 1000, "tausend": 1000, "mille": 1000, "mil": 1000,
    "million": 10**6, "millions": 10**6, "m": 10**6, "mn": 10**6, "mio": 10**6, "millionen": 10**6, "millón": 10**6, "millones": 10**6, "milione": 10**6, "milioni": 10**6, "milhão": 10**6, "milhões": 10**6,
    "billion": 10**9, "billions": 10**9, "bn": 10**9, "mrd": 10**9, "milliarde": 10**9, "milliarden": 10**9, "milliard": 10**9, "milliards": 10**9, "miliardo": 10**9, "miliardi": 10**9, "bilhões": 10**9,
    "trillion": 10**12, "lakh": 10**5, "lakhs": 10**5, "crore": 10**7, "crores": 10**7,
}  # fmt: skip

# what stands before or behind an amount -> ISO 4217; a bare dollar sign is taken for US dollars
SIGNS = {"£": "GBP", "$": "USD", "€": "EUR", "¥": "JPY", "￥": "JPY", "₩": "KRW", "￦": "KRW", "cn¥": "CNY", "$us": "USD", "人民币": "CNY", "人民幣": "CNY", "₹": "INR", "us$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD", "hk$": "HKD", "s$": "SGD", "nt$": "TWD", "rmb": "CNY", "rs": "rupees", "fr": "CHF", "sfr": "CHF", "r$": "BRL", "mx$": "MXN"}  # fmt: skip
CODES = frozenset("GBP USD EUR JPY CHF CNY KRW INR AUD CAD HKD SGD TWD SEK NOK DKK PLN CZK BRL MXN NZD ZAR THB".split()) | set(CURRENCY_CODES.split())
CURRENCIES = {
    "円": "JPY", "yen": "JPY", "ドル": "USD", "米ドル": "USD", "豪ドル": "AUD", "香港ドル": "HKD", "ユーロ": "EUR", "ポンド": "GBP", "ウォン": "KRW", "人民元": "CNY", "元": "CNY", "원": "KRW",
    "フラン": "CHF", "スイスフラン": "CHF", "美元": "USD", "日元": "JPY", "欧元": "EUR", "달러": "USD", "유로": "EUR", "엔": "JPY",
    "dollar": "USD", "us dollar": "USD", "u.s. dollar": "USD", "euro": "EUR", "pound": "GBP", "pound sterling": "GBP", "pounds sterling": "GBP", "pence": "GBX", "cent": "USX",
    "us-dollar": "USD", "dollar américain": "USD", "dollars américains": "USD", "dólares estadounidenses": "USD", "dollari": "USD", "dollari statunitensi": "USD", "dólares americanos": "USD", "dólares dos estados unidos": "USD",
    "schweizer franken": "CHF", "franc suisse": "CHF", "francs suisses": "CHF", "franco suizo": "CHF", "francos suizos": "CHF", "franco svizzero": "CHF", "franchi svizzeri": "CHF", "franchi": "CHF", "franco suíço": "CHF", "francos suíços": "CHF",
    "südkoreanische won": "KRW", "südkoreanischer won": "KRW", "chinesischer yuan": "CNY", "wons sud-coréens": "KRW", "won sud-coréen": "KRW", "wons surcoreanos": "KRW", "won surcoreano": "KRW", "won sudcoreani": "KRW", "won sudcoreano": "KRW", "wons sul-coreanos": "KRW", "won sul-coreano": "KRW",
    "renminbi yuan": "CNY", "yuans renminbi": "CNY", "yuanes renminbi": "CNY", "yuanes": "CNY", "yuan cinesi": "CNY", "yuans chineses": "CNY", "renminbi": "CNY",
    "real": "BRL", "reais": "BRL", "pesos mexicanos": "MXN", "libras": "GBP", "sterline": "GBP", "livres sterling": "GBP",
    "人民币": "CNY", "人民幣": "CNY", "圆": "CNY", "圓": "CNY", "歐元": "EUR", "瑞士法郎": "CHF", "法郎": "CHF", "韩元": "KRW", "韓元": "KRW", "英镑": "GBP", "英鎊": "GBP", "港元": "HKD", "港币": "HKD",
    "미국 달러": "USD", "미 달러": "USD", "스위스 프랑": "CHF", "대한민국 원": "KRW", "중국 위안화": "CNY", "위안화": "CNY", "위안": "CNY", "엔화": "JPY", "파운드": "GBP",
    "swiss franc": "CHF", "franc": "CHF", "franken": "CHF", "won": "KRW", "yuan": "CNY", "dólares": "USD", "dólar": "USD", "dollaro": "USD", "libra": "GBP", "livre": "GBP",
} | CURRENCY_WORDS  # fmt: skip

# word of a length of time -> (base unit, how many of them)
TIME_UNITS: dict[str, tuple[str, int]] = {}
for _unit, _words in {
    ("month", 12): "year yr annum 年間 年 年度 か年 カ年 ヶ年 箇年 jahr jahre jahren an ans année années año años anno anni ano anos 년 년간",
    ("month", 1): "month か月 カ月 ヶ月 ケ月 ヵ月 箇月 か月間 カ月間 ヶ月間 ヵ月間 箇月間 个月 個月 개월 개월간 달 monat monate monaten mois mes meses mese mesi mês",
    ("day", 7): "week 週間 週 周 주 주간 woche wochen semaine semaines semana semanas settimana settimane",
    ("day", 1): "day calendar-day 日間 暦日 天 일간 kalendertag kalendertage kalendertagen jours-calendaires días-naturales días-calendario giorni-di-calendario dias-corridos dias-seguidos 日历天 个日历日 tag tage tagen jour jours día días dia dias giorno giorni",
    ("workday", 1): "business-day working-day workday 営業日 営業日間 稼働日 就業日 工作日 个工作日 個工作日 영업일 bankarbeitstag bankarbeitstage bankarbeitstagen geschäftstag geschäftstage geschäftstagen jour-ouvrable jours-ouvrables jour-ouvré jours-ouvrés día-hábil días-hábiles día-laborable días-laborables giorno-lavorativo giorni-lavorativi dia-útil dias-úteis werktag werktage werktagen arbeitstag arbeitstage arbeitstagen",
    ("minute", 60): "hour hr 時間 小时 小時 시간 stunde stunden heure heures hora horas ora ore std",
    ("month", 3): "trimestre trimestres 季度 분기",
    ("minute", 1): "minute min mins 分間 分 分钟 分鐘 분 minuten minuto minutos minuti",
    ("second", 1): "second sec secs 秒間 秒 초 sekunde sekunden seconde secondes segundo segundos secondi",
}.items():
    TIME_UNITS |= {word.replace("-", " "): _unit for word in _words.split()}
# units whose English word may carry a plural s
PLURALS = frozenset("year yr month week day hour hr minute second workday".split()) | {"calendar day", "business day", "working day"}
# counters that say the same of a number
COUNTERS = {"名": "人", "名様": "人", "箇所": "か所", "カ所": "か所", "ヶ所": "か所", "箇条": "か条", "度": "回", "%": "%", "person": "人", "persons": "人", "people": "人", "time": "回", "times": "回", "次": "回", "명": "人", "건": "件", "회": "回", "개": "個", "个": "個", "일": "日"}
PERCENT_OTHER = "パーセント|プロセント|prozent|pour cent|pourcent|por ciento|por cento|per cento|v\\. ?h\\.|퍼센트|프로(?![가-힣])"
PERCENT_WORDS = f"{PERCENT_OTHER}|percent|per cent"
# 百分之五: of a hundred five
PARTS_OF = {"百": 1, "千": 10, "万": 100, "萬": 100}
