# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""Bench, eval and tune: notes, errors and hints."""

from __future__ import annotations

PAIRS = (
    # bench
    ("making random weights of {shape}", "{shape} の乱数の重みを作成中"),
    ("--compare must name {names}, got {text}", "--compare には {names} を指定してください (指定値: {text})"),
    ("transformers' baseline runs on one device", "transformers との比較は 1 つのデバイスでのみ実行できます"),
    ("--compare full, or one --device", "--compare full にするか、--device を 1 つにしてください"),
    ("--writing must be read or random, got {text}", "--writing には read または random を指定してください (指定値: {text})"),
    ("{num:n} {setting}: first token {seconds} s, {rate} tokens/s", "{num} トークン {setting}: 最初のトークンまで {seconds} 秒、{rate} トークン/秒"),
    ("--lengths must be token counts such as 8k,32k,128k, got {text}", "--lengths は 8k,32k,128k のようなトークン数で指定してください (指定値: {text})"),
    ("--random-weights must be one of {names}, got {shape}", "--random-weights には {names} のいずれかを指定してください (指定値: {shape})"),
    ("choose a listed shape", "一覧にあるものを選んでください"),
    # eval
    ("eval needs a file of questions, or --suite needles (not both)", "eval には質問のファイルか --suite needles のどちらか一方が必要です"),
    ("--trust takes no --setting, --baseline or --html", "--trust に --setting、--baseline、--html は使えません"),
    ("regression: {sentence}", "後退: {sentence}"),
    ("--lengths must be 200 tokens or more, got {num:n}", "--lengths は 200 トークン以上にしてください (指定値: {num})"),
    ("--suite must be needles, got {text}", "--suite には needles を指定してください (指定値: {text})"),
    ("--kinds must be of {names}, got {text}", "--kinds には {names} を指定してください (指定値: {text})"),
    ("{path}: not an evaluation", "{path}: 評価結果のファイルではありません"),
    ("{path}: cannot be read: {error:message}", "{path}: 読み取れません: {error}"),
    ("pass a file of tsel eval --json", "tsel eval --json のファイルを指定してください"),
    ("pass a file of --json", "--json のファイルを指定してください"),
    ("{path}: does not fit this model; its questions were not asked", "{path}: このモデルに入らないため、質問していません"),
    ("the baseline shares no item and setting with this evaluation", "比較元に、この評価と共通の項目と設定がありません"),
    ("evaluate the same questions", "同じ質問で評価してください"),
    ("the baseline is not an evaluation: {key} is missing", "比較元が評価結果ではありません: {key} がありません"),
    ("{path}: no question in it", "{path}: 質問がありません"),
    ("{path}: cannot be read as UTF-8 text: {error}", "{path}: UTF-8 のテキストとして読み取れません: {error}"),
    ("pass a JSONL file of questions", "質問の JSONL ファイルを指定してください"),
    ("{path}: id {id} stands twice", "{path}: ID {id} が重複しています"),
    ("give every question its own id", "質問ごとに異なる ID を付けてください"),
    ("{where}: not valid JSON: {error}", "{where}: JSON として正しくありません: {error}"),
    ("{where}: must be a JSON object, got {kind}", "{where}: JSON オブジェクトでなければなりませんが、{kind} でした"),
    ("{where}: {key} is missing", "{where}: {key} がありません"),
    ("{where}: match must be one of {names}, got {value}", "{where}: match は {names} のいずれかです (指定値: {value})"),
    (
        'a line looks like {{"id": "1", "doc": "a.pdf", "question": "...", "answers": ["..."], "match": "any"}}',
        '1 行の例: {{"id": "1", "doc": "a.pdf", "question": "...", "answers": ["..."], "match": "any"}}',
    ),
    ("{path}: no text of {name}", "{path}: {name} の本文がありません"),
    ("{name}: not in the packed file", "{name}: まとめたファイルにありません"),
    ("make the file with {command}", "{command} でファイルを作成してください"),
    # settings of an evaluation
    ("setting {text} has no name", "設定 {text} に名前がありません"),
    ("setting {name} is not a profile", "設定 {name} はプロファイルではありません"),
    ("setting {name}: {keys} is not known", "設定 {name}: {keys} はありません"),
    ("known: {names}", "使えるもの: {names}"),
    ("{part} is not key:value", "{part} は キー:値 の形ではありません"),
    ("{key} must be full or select, got {value}", "{key} は full または select です (指定値: {value})"),
    ("{key} must be of type {kind}, got {text}", "{key} の型は {kind} です (指定値: {text})"),
    ("write --setting name=key:value,... such as --setting dense=anchor_every:8,budget:4096", "--setting 名前=キー:値,... の形で指定してください (例: --setting dense=anchor_every:8,budget:4096)"),
    # tune
    (
        "{name}: KL {kl}, agreement {agreement}, counted cost {cost} of full: keeps the target",
        "{name}: KL {kl}、一致率 {agreement}、計算量は full の {cost}: 目標を満たしています",
    ),
    (
        "{name}: KL {kl}, agreement {agreement}, counted cost {cost} of full: misses the target",
        "{name}: KL {kl}、一致率 {agreement}、計算量は full の {cost}: 目標を満たしていません",
    ),
    ("no setting kept the target on these documents: use --attention full", "これらの文書で目標を満たす設定がありませんでした。--attention full を使ってください"),
    ("--office takes no other questions and no settings", "--office は他の質問や設定と併用できません"),
    (
        "exact questions: expect {tenth:n} of 10 right ({right:n} of {all:n}); wrong without a mark {open:n}, right but marked {doubted:n}",
        "値や名前を問う質問: 10 問中 {tenth} 問程度が正解 ({all} 問中 {right} 問)。誤りで印なし {open} 件、正解で印あり {doubted} 件",
    ),
    (
        "yes/no questions: expect {tenth:n} of 10 right ({right:n} of {all:n}); wrong without a mark {open:n}, right but marked {doubted:n}",
        "はい・いいえの質問: 10 問中 {tenth} 問程度が正解 ({all} 問中 {right} 問)。誤りで印なし {open} 件、正解で印あり {doubted} 件",
    ),
    ("facts that are not there: {open:n} of {all:n} answered without a mark", "文書にない事柄: {all} 問中 {open} 問に印なしで回答"),
    ("seconds an answer: {seconds:n}", "1 回答あたりの秒数: {seconds}"),
)
