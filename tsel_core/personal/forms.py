# ruff: noqa: E501 (one pattern a line)
"""Forms of personal data: a pattern a kind, what makes it sure, and what it must not be."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from re import Pattern
from typing import Literal

from tsel_core.lazy_pattern import lazy_pattern

PersonalKind = Literal["name", "address", "phone", "mail", "account", "birth", "tax"]
KINDS: tuple[PersonalKind, ...] = ("name", "address", "phone", "mail", "account", "birth", "tax")

_CAP = r"[A-ZÀ-ÖØ-Þ](?:[^\W_]|['’-])*\.?"
_STREET = r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Place|Pl|Square|Sq|Terrace|Close|Crescent|Parkway|Pkwy|Highway|Hwy)"
_TOWN = r"(?:(?:,\s*[^,;\n]{2,40}?){0,3}?,?\s*(?:[A-Z]{1,2}\d[A-Z\d]?\s*\d[A-Z]{2}|(?:[A-Z]{2}\s+)?\d{5}(?:-\d{4})?)\b)?"
_PREFECTURE = r"(?:東京都|北海道|(?:京都|大阪)府|(?:青森|岩手|宮城|秋田|山形|福島|茨城|栃木|群馬|埼玉|千葉|神奈川|新潟|富山|石川|福井|山梨|長野|岐阜|静岡|愛知|三重|滋賀|兵庫|奈良|和歌山|鳥取|島根|岡山|広島|山口|徳島|香川|愛媛|高知|福岡|佐賀|長崎|熊本|大分|宮崎|鹿児島|沖縄)県)"


@dataclass(frozen=True)
class Form:
    """`pattern` with a group "value" (else all of it); `label` before it, or `check` of the value, makes it sure.

    With `needs` a value without its label before it is none at all.
    """

    kind: PersonalKind
    pattern: Pattern[str]
    label: Pattern[str] | None = None
    check: Callable[[str], bool] | None = None
    needs: bool = False
    sure: bool = False


def digits(value: str) -> str:
    """The digits of a value, wide ones too."""
    return "".join(str(int(c)) for c in value if c.isdigit())


def is_iban(value: str) -> bool:
    """Whether the check digits of an IBAN are right (ISO 13616)."""
    plain = re.sub(r"\s", "", value).upper()
    moved = plain[4:] + plain[:4]
    return moved.isalnum() and int("".join(str(int(c, 36)) for c in moved)) % 97 == 1


def is_card(value: str) -> bool:
    """Whether the last digit of a card number is right (Luhn)."""
    total = 0
    for at, c in enumerate(reversed(digits(value))):
        n = int(c) * (2 if at % 2 else 1)
        total += n - 9 if n > 9 else n
    return total % 10 == 0


def is_my_number(value: str) -> bool:
    """Whether the last of the twelve digits of a Japanese individual number is right."""
    found = [int(c) for c in digits(value)]
    if len(found) != 12 or len(set(found)) == 1:
        return False
    weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]
    rest = sum(n * w for n, w in zip(found[:11], weights, strict=True)) % 11
    return found[11] == (0 if rest <= 1 else 11 - rest)


def is_phone(value: str) -> bool:
    """Whether a number is written as phone numbers are: with a country, or a trunk 0 and parts."""
    num = len(digits(value))
    return 9 <= num <= 15 and (value.lstrip().startswith("+") or (digits(value).startswith("0") and re.search(r"\d[-() ]+\d", value) is not None))


_PHONE = lazy_pattern(r"(?i)(?:\b(?:tel(?:ephone)?|phone|mobile|cell|fax)\b(?: (?:no|number))?|電話|携帯|ファックス|FAX|ＴＥＬ|ＦＡＸ)(?:番号)?\s*[.:：＝]?[\s_]*$")
_ACCOUNT = lazy_pattern(r"(?i)(?:\b(?:account|acct|a/c)\b(?:\s*(?:no|number|#))?|sort code|口座番号|普通預金|当座預金|普通|当座)\s*[.:：]?[\s_]*$")
_TAX = lazy_pattern(r"(?i)(?:\b(?:tax (?:id|number|no)|tin|ssn|social security(?: (?:no|number))?|national insurance(?: (?:no|number))?|vat(?: (?:id|reg(?:istration)?))?(?: (?:no|number))?|steuer-?(?:id|nummer))\b|マイナンバー|個人番号|登録番号)\s*[.:：は]?\s*$")
_NAMED = lazy_pattern(r"(?:\b(?:Print )?[Nn]ame|\bSigned by|\bAttn\.?|\bAttention|\bContact(?: person)?|氏名|担当者?|代表者|代表取締役(?:社長)?|連絡責任者)\s*[:：\s　][\s_　]*(?:[一-龥ァ-ヶー]{1,10}[課部室係局]\s*)?$")
_BORN = lazy_pattern(r"(?i)(?:\bborn(?: on)?|\bdate of birth|\bd\.?o\.?b\.?|\bbirth ?day|生年月日)\s*[:：は]?\s*(?:\w+ )?$")

FORMS: tuple[Form, ...] = (
    Form("mail", lazy_pattern(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"), sure=True),
    Form("account", lazy_pattern(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), check=is_iban, label=lazy_pattern(r"(?i)\biban\b[\s:：]*$")),
    Form("account", lazy_pattern(r"(?<![\d-])(?:\d{4}[ -]?){3}\d{1,7}(?![\d-])"), check=is_card, label=_ACCOUNT),
    Form("account", lazy_pattern(r"(?<![\w-])\d[\d -]{4,18}\d(?![\w-])"), label=_ACCOUNT, needs=True),
    Form("tax", lazy_pattern(r"(?<!\d)(?<!\d[ -])\d{4}[ -]?\d{4}[ -]?\d{4}(?![ -]?\d)"), check=is_my_number, label=_TAX, needs=False),
    Form("tax", lazy_pattern(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])"), sure=True),
    Form("tax", lazy_pattern(r"\b[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b"), sure=True),
    Form("tax", lazy_pattern(r"\b(?:T\d{13}|(?:DE|GB|FR|AT|IT|ES|NL|BE|DK|SE|IE)[A-Z]?\d{8,12}[A-Z]?\d{0,2})\b"), label=_TAX),
    Form("tax", lazy_pattern(r"(?<![\w-])\d[\d /-]{6,14}\d(?![\w-])"), label=_TAX, needs=True),
    Form("phone", lazy_pattern(r"(?<![^\W_])(?<![/.,-])(?:\+\d{1,3}[\s-]?)?(?:\(0?\d{1,5}\)[\s-]?)?\d{1,5}(?:[\s-]\d{2,8}){1,4}(?![^\W_]|[/-])"), check=is_phone, label=_PHONE),
    Form("phone", lazy_pattern(r"(?<![^\W_])(?<![.,-])\(?\d{3}\)?[ .-]\d{3}[.-]\d{4}(?![^\W_]|-)"), label=_PHONE, sure=True),
    Form("address", lazy_pattern(rf"(?:〒\s?\d{{3}}-?\d{{4}}[\s　]*)?{_PREFECTURE}[^\s　、。，,（(）)「」:：]{{2,40}}"), sure=True),
    Form("address", lazy_pattern(r"〒\s?\d{3}-?\d{4}"), sure=True),
    Form("address", lazy_pattern(rf"\b\d{{1,5}}[A-Za-z]?(?:\s+{_CAP}){{1,4}}\s+{_STREET}\b\.?{_TOWN}|\b\d{{1,5}}[A-Za-z]?\s+{_CAP}\s+{_STREET}\b\.?{_TOWN}"), sure=True),
    Form("address", lazy_pattern(r"\b[A-ZÄÖÜ][\wäöüß.-]*(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}\s?[a-z]?(?:,\s*\d{5}\s+[A-ZÄÖÜ][\wäöüß-]+)?"), sure=True),
    Form("address", lazy_pattern(r"(?i)\bp\.? ?o\.? box \d+\b"), sure=True),
    Form("name", lazy_pattern(rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Herr|Frau)\.?\s+(?P<value>{_CAP}(?:\s+(?:(?:van|von|de|der|la)\s+)*{_CAP}){{0,2}})"), sure=True),
    Form("name", lazy_pattern(rf"{_CAP}(?:\s+(?:[A-Z]\.|(?:van|von|de|der|la)))*\s+{_CAP}"), label=_NAMED, needs=True),
    Form("name", lazy_pattern(r"(?<![一-龥々])(?![一-龥ァ-ヶー]{1,10}[課部室係局])[一-龥々]{1,4}[\s　]?[一-龥ぁ-んァ-ヶ々]{1,4}"), label=_NAMED, needs=True),
    Form("name", lazy_pattern(r"(?P<value>(?:[一-龥々]{1,3}[\s　]?[一-龥々]{1,3}|[ァ-ヶー]{2,8}))(?:さん|氏|様)(?![一-龥])")),
)  # fmt: skip

BORN: Pattern[str] = _BORN
WORDS: Mapping[PersonalKind, str] = {
    "name": "name", "address": "address", "phone": "phone number", "mail": "mail address", "account": "account or card",
    "birth": "date of birth", "tax": "tax or identity number",
}  # fmt: skip
