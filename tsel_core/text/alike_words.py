# ruff: noqa: E501 (one group of words a line)
"""Words that offices use for one another: what a question calls one way, a contract or a meeting calls another way.

A group is a line; terms are parted by commas, a term of several words is found where all of them stand together. The
first terms, before "=", are what questions say; those behind it only stand in documents and call up nothing by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

_GROUPS = """
receiving party, recipient, receiver = recipient, receiving party, receiver
disclosing party, discloser, provider = disclosing party, discloser, disclosed by
share, disclose, reveal, divulge, pass on, make available, communicate = furnish, transmit
retain, keep, hold back = archival, archive
copy, copies, reproduce, duplicate = reproduction, transcribe
return, destroy, destruction, give back, delete = surrender, erase, certify
verbal, verbally, oral, orally, spoken, by word of mouth = visually, non-tangible
identified, marked, labelled, labeled = legend, designated, conspicuously
survive, survival, after termination, after the contract ends, outlive = remain in effect, remain in force, continue in force, surviving, thereafter, post-termination, following expiration
required by law, compelled, subpoena, court order, judicial process, regulation = legal process, governmental, court, compelled, sought
notify, inform, notice, tell, advise = notification, prompt, written notice
independently develop, own development, developed independently = independently, without use
third party, third parties, outsiders, others = agents, consultants, advisors, contractors, affiliates, representatives
employees, staff, personnel, workers = officers, directors, representatives, need-to-know
solicit, poach, hire, recruit, entice = solicitation, induce, employ, divert, hiring
competing, compete, non-compete, competition, competitor, rival = competitive, compete, similar business, engage
exclusive, exclusivity, exclusive dealing, sole = exclusively, solely, only, no other
reverse engineer, decompile, disassemble = reverse engineering, analyse, analyze
purpose, use for = solely, business purpose, used solely
negotiated, existence of the agreement, fact that = discussions, existence, negotiations
right to confidential information, grant any right, licence granted, license granted, licence, license, licensed, sublicense = grants, granted, hereby grants, right to use, non-exclusive
transfer, assign, assignment, assigned, hand over = assignable, transferable, delegate, successors and assigns, consent
change of control, takeover, change in ownership = change in control, merger, merges, acquired, acquisition, substantially all, controlling interest, ownership, sale of
terminate, termination, end, cancel, cancellation, rescind, give notice = terminates, terminated, cancelled
without cause, for convenience, no reason, just by giving notice = for any reason, without cause, any time, convenience, prior written notice
renew, renewal, extend, extension, prolong = automatically renew, additional period, successive, renewed
term, duration, run for, last for, how long = commence, expire, continue until, initial term
expire, expiration, expiry, ends = terminate, expires
governing law, law governs, applicable law, which law = governed by, laws of, construed
interpret, interpretation, interpreted = construed, governed by
jurisdiction, courts, forum, arbitration, disputes = venue, tribunal, arbitrator, arbitral
audit, inspect, examine, check the books, books and records, records = inspection, books, examined, accounting records, accountant, verify
insurance, insured, insure = policy, coverage, insurer, liability insurance, underwriters
cap on liability, liability cap, limit of liability, limited liability, maximum liability, capped, limitation of liability, liable = aggregate, exceed, in no event, no event, not liable, consequential, liability, damages
uncapped, unlimited liability, without limit = unlimited, exceed, in no event
liquidated damages, termination fee, penalty, penalties, fine, contractual penalty = liquidated, per day, early termination, compensation, forfeit, buy-out, termination payment
indemnify, indemnity, hold harmless, indemnification = indemnified, defend, harmless
warranty, guarantee, warrant, guaranty = warrants, defects, represents
intellectual property, ip, patents, copyright, trademark, trade marks, inventions = copyrights, trademarks, marks, patents, inventions, work made for hire, title, proprietary
becomes the property, become the property, owned by, ownership, owns, belong = property of, ownership, title, vest, assigns, sole and exclusive, work for hire, work made for hire
joint ownership, shared ownership, jointly own, co-own = jointly owned, jointly, joint, equally
contest, challenge, dispute the validity, validity, attack = contest, challenge, infringe, impair, disparage, question
most favoured, most favored, most-favoured-nation, most-favored-nation, as good as = favorable, favourable, favored, lowest, no less favorable, best price
first refusal, first offer, first negotiation, pre-emption, right of first refusal = refusal, first right, opportunity to purchase, prior to offering, match
minimum, at least, minimum order, minimum purchase, minimum amount = minimum, no less, not less, guaranteed, at least, commitment
threshold, exceeds, volume, limit of use, if use exceeds = exceed, excess, additional fee, in excess, greater
price, prices, pricing, charge, fee, fees, cost = price, rate, compensation, charges, payable, royalty
raise, raising, increase, lower, lowering, adjust, change in price = increased, adjusted, adjustment, reduce, reduction, discount
revenue, profit, share revenue, share profit, royalty, commission = royalties, percentage, profits, proceeds, net sales, split, distributed
third-party beneficiary, third party beneficiary, beneficiary, enforce rights = beneficiaries, benefit of, enforce, inure
escrow, source code, deposit its source code = escrow, escrowed, deposit
wind-down, transition, last-buy, after the contract ends, handover = wind down, unwind, transition, upon termination, upon expiration, following termination, after termination, cease
customers, clients, partners = customer, client, accounts
confidential, secret, secrecy, confidentiality, nondisclosure = proprietary, trade secrets, non-disclosure
subcontract, subcontractor, outsource = subcontractors, delegate, third parties
late, delay, delayed, overdue, late payment, default = interest, arrears, past due, delay
pay, payment, payable, paid, invoice = payable, invoices, remit, net, days
deliver, delivery, ship, shipping = delivered, shipment, shipped, freight, carriage, transport, ship
contract, agreement = agreement, contract
limit, limited, limitation, cap, ceiling, maximum = greater than, exceed, up to, at most, not more than, limited to
deadline, due, by when, due date, until when = no later, not later, by, before, due
force majeure, act of god, beyond control = force majeure, beyond, unforeseeable
amend, amendment, modify, change the contract = amended, modification, in writing
parties, signatories, who signed = between, by and between
effective date, start date, begin, commence = effective, commencement, dated
salary, wage, remuneration, compensation = pay, salaries
decide, decided, decision, agreed, approve, approved = approve, agreed, settled, resolved, go with
responsible, in charge, who will, assigned to, take care = responsible, will do, take on, owner
budget, spend, expenditure = budget, funds, contingency
bought, purchase, buy, acquire, order = purchased, procure, orders
sell, sale, sold = sells, sales
worth, value, sum, total = amount, total, sum
再委託, 下請, 外注, 第三者に委託 = 再委託, 第三者, 委託
損害賠償, 賠償, 責任の上限, 賠償額, 免責 = 賠償, 損害, 上限, 負う
解除, 解約, 終了, 中途解約, 打ち切り = 解除, 終了, 催告
秘密保持, 守秘, 機密, 秘密情報 = 秘密, 漏えい, 開示
知的財産, 著作権, 特許, 権利の帰属, 成果物の権利 = 著作権, 帰属, 移転, 知的財産権
遅延損害金, 延滞, 遅延利息, 支払遅延, 支払いが遅れ = 遅延, 損害金, 利率, 年
自動更新, 更新, 延長 = 更新, 延長, 同一条件
契約期間, 有効期間, いつまで有効 = 期間, 有効, 満了
管轄, 裁判所, 合意管轄 = 管轄, 裁判所
準拠法, どの国の法律 = 準拠, 日本法
支払, 支払期限, 支払条件, 支払い = 支払, 振込, 請求書
委託料, 報酬, 料金, 対価, 費用, 代金 = 委託料, 報酬, 対価, 月額
検収, 検査, 受入, 納品 = 検収, 検査, 合格, 納入
契約不適合, 瑕疵, 不具合の責任, 保証期間 = 不適合, 瑕疵, 担保, 修補
譲渡, 権利の移転, 地位の移転 = 譲渡, 承継, 担保
反社会的勢力, 暴力団 = 反社会, 暴力団
不可抗力, 天災 = 不可抗力, 天災, 地変
競業, 競業避止, 競合 = 競業, 競合, 同種
個人情報, 個人データ = 個人情報, 個人
担当, 担当者, 責任者, 誰が = 担当, 責任, 対応
期限, 締切, いつまで, 納期, 期日 = 期限, まで, 締切
決定, 決まり, 決まった, 確定, 承認 = 決定, 確定, 承認, 決め
予算, 費用, 金額 = 予算, 費用
通知, 予告, 連絡 = 通知, 書面, 前まで
違約金, ペナルティ, 罰則 = 違約罰
最低発注, 最低数量, 最低購入 = 最低, 以上
独占, 専属 = 独占, 専属, 排他
保険, 付保 = 保険
監査, 立入, 帳簿 = 監査, 帳簿, 立入, 閲覧
"""
Term = frozenset[str]


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """(terms that a question may use, all terms that stand for them in a document) of each group."""
    found = []
    for line in _GROUPS.strip().splitlines():
        asked, _, told = line.partition("=")
        said = tuple(t.strip() for t in asked.split(",") if t.strip())
        found.append((said, said + tuple(t.strip() for t in told.split(",") if t.strip())))
    return tuple(found)


def alike(question: Iterable[str], groups: Iterable[tuple[tuple[Term, ...], tuple[Term, ...]]]) -> dict[str, set[Term]]:
    """For each word of a question the terms that say the same: those of every group that a term of the question calls up."""
    words = frozenset(question)
    found: dict[str, set[Term]] = {}
    for asked, told in groups:
        for term in asked:
            if term and term <= words:
                for word in term:
                    found.setdefault(word, set()).update(t for t in told if t and t != term)
    return found
