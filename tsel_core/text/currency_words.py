# ruff: noqa: E501 (lists of words)
"""Currencies by the name of their country, and names that several countries have: these are told as they are written."""

from __future__ import annotations

_NAMES = {  # name: of which country -> code
    "rupee": "Indian:INR Pakistani:PKR Pakistan:PKR Sri-Lankan:LKR Sri-Lanka:LKR Nepalese:NPR Nepali:NPR Mauritian:MUR",
    "dollar": "American:USD United-States:USD US:USD New-Taiwan:TWD Hongkong:HKD Canadian:CAD Australian:AUD New-Zealand:NZD Hong-Kong:HKD Singapore:SGD Taiwan:TWD",
    "pound": "British:GBP Egyptian:EGP Lebanese:LBP Sudanese:SDG Syrian:SYP",
    "peso": "Mexican:MXN Philippine:PHP Chilean:CLP Colombian:COP Argentine:ARS Uruguayan:UYU",
    "krona": "Swedish:SEK Icelandic:ISK", "kronor": "Swedish:SEK", "krone": "Norwegian:NOK Danish:DKK", "kroner": "Norwegian:NOK Danish:DKK",
    "ruble": "Russian:RUB Belarusian:BYN", "rouble": "Russian:RUB Belarusian:BYN",
    "dinar": "Kuwaiti:KWD Jordanian:JOD Bahraini:BHD Tunisian:TND Serbian:RSD Iraqi:IQD", "dirham": "UAE:AED Emirati:AED Moroccan:MAD",
    "riyal": "Saudi:SAR Qatari:QAR", "rial": "Omani:OMR Iranian:IRR Yemeni:YER", "lira": "Turkish:TRY Lebanese:LBP", "won": "Korean:KRW South-Korean:KRW",
    "yen": "Japanese:JPY", "yuan": "Chinese:CNY", "franc": "CFA:XOF Congolese:CDF Rwandan:RWF", "real": "Brazilian:BRL", "rand": "South-African:ZAR", "baht": "Thai:THB", "dong": "Vietnamese:VND",
}  # fmt: skip
_AS_WRITTEN = {"rupee": "rupees", "peso": "pesos", "krona": "kronor", "kronor": "kronor", "krone": "kroner", "kroner": "kroner", "ruble": "rubles", "rouble": "rubles", "dinar": "dinars", "dirham": "dirhams", "riyal": "riyals", "rial": "rials", "lira": "lira"}  # fmt: skip
_ONE_COUNTRY = {"baht": "THB", "zloty": "PLN", "ringgit": "MYR", "rupiah": "IDR", "shekel": "ILS", "forint": "HUF", "naira": "NGN"}
_JAPANESE = {"ルピー": "rupees", "インドルピー": "INR", "パキスタンルピー": "PKR", "スリランカルピー": "LKR", "ネパールルピー": "NPR", "カナダドル": "CAD", "シンガポールドル": "SGD", "ニュージーランドドル": "NZD", "オーストラリアドル": "AUD", "台湾ドル": "TWD", "ペソ": "pesos", "バーツ": "THB", "ルーブル": "rubles", "日本円": "JPY", "中国元": "CNY", "英ポンド": "GBP"}  # fmt: skip

OF_COUNTRIES: dict[str, str] = {}
FAMILIES: dict[str, set[str]] = {}
"""The currencies that a name may stand for where no country is said."""
for _name, _countries in _NAMES.items():
    for _country, _, _code in (word.partition(":") for word in _countries.split()):
        OF_COUNTRIES[f"{_country.replace('-', ' ').lower()} {_name}"] = _code
        if _name in _AS_WRITTEN:
            FAMILIES.setdefault(_AS_WRITTEN[_name], set()).add(_code)
CURRENCY_WORDS = OF_COUNTRIES | _AS_WRITTEN | _ONE_COUNTRY | _JAPANESE
CURRENCY_CODES = "PKR LKR NPR MUR RUB AED SAR QAR ILS IDR MYR PHP VND HUF EGP KWD NGN KES CLP ISK"
OTHER_COUNTRY = r"(?-i:[A-Z][a-z]+(?:\s[A-Z][a-z]+)?)\s(?:dollar|pound|rupee|peso|franc|dinar|dirham|riyal|rial|shilling|crown|krona|krone|rouble|ruble|lira)s?\b"
"""A currency of a country that is not in the tables: "Jamaican dollars"."""
