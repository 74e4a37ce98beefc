# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""What protects the user: `tsel doctor`, the server's door, the log, storage."""

from __future__ import annotations

PAIRS = (
    ("- is not protected or not there; ! is wrong", "- は保護されていないか存在しないもの、! は問題のあるものです"),
    ("{num:n} rows stand as they were written", "{num} 行はすべて書き込まれたままの状態です"),
    ("THE LOG WAS CHANGED", "記録が変更されています"),
    ("{num:n} rows are older than the chain and cannot be told", "{num} 行は照合の仕組みより古く、確認できません"),
    ("{num:n} runs were deleted on purpose, and noted", "{num} 件の記録は操作により削除され、その旨が残っています"),
    ("last hash {hash}", "最後のハッシュ {hash}"),
    ("run {number:n} was changed", "記録 {number} は変更されています"),
    ("run {number:n} was put in without the chain", "記録 {number} は照合の仕組みを経ずに挿入されています"),
    ("runs before {number:n} are missing", "記録 {number} より前が欠けています"),
    ("runs between {first:n} and {last:n} are missing or were changed", "記録 {first} と {last} の間が欠けているか、変更されています"),
    ("runs after {number:n} are missing", "記録 {number} より後が欠けています"),
    ("WITHOUT TLS: documents, questions, answers and the key cross the network in clear (--tls-cert)", "TLS なし: 文書、質問、回答、キーが暗号化されずにネットワークを流れます。--tls-cert を参照してください"),
    ("--tls-cert and --tls-key belong together", "--tls-cert と --tls-key は両方必要です"),
    ("name both", "両方を指定してください"),
    ("--tls-cert {cert} and --tls-key {key} cannot be used: {error}", "--tls-cert {cert} と --tls-key {key} は使えません: {error}"),
    ("PEM files that match", "対応する PEM ファイルを指定してください"),
    ("what was read of this document is kept for the next question: {size:n} MB in {folder}, {sealed:message}; see `tsel cache info`, `tsel cache purge --all`, --no-cache and --no-trace", "この文書の読み取り結果を次の質問のために保存しました: {size} MB、{folder}、{sealed}。`tsel cache info`、`tsel cache purge --all`、--no-cache、--no-trace を参照してください"),
    ("sealed with your key", "鍵で暗号化済み"),
    ("NOT sealed", "暗号化なし"),
    ("readings are not kept: no key could be made to seal them with: {error:message}", "暗号化の鍵を作成できないため、読み取り結果を保存しません: {error}"),
    ("--all goes with no names and no --unused-days", "--all は名前や --unused-days と同時に指定できません"),
    ("say one of them", "いずれか一つを指定してください"),
    ("say what to remove", "取り除くものを指定してください"),
    ("names from `tsel cache list`, --unused-days DAYS, or --all", "`tsel cache list` の名前、--unused-days 日数、または --all"),
    ("remove all {num:n} readings, and what -c would continue?", "保存済みの読み取り {num} 件と -c で続ける内容をすべて取り除きますか"),
    ("{path}: not a file", "{path}: ファイルではありません"),
    ("name a file with TSEL_CONFIG, or remove it", "TSEL_CONFIG でファイルを指定するか、取り除いてください"),
    ("change its permissions, or remove it", "権限を変えるか、取り除いてください"),
    ("{path}: nested too deeply for settings", "{path}: 設定ファイルの入れ子が深すぎます"),
    ("{path}: the setting {name} is not known", "{path}: 設定 {name} は存在しません"),
    ("did you mean {name}?", "{name} のことですか"),
    ("settings have the long names of options, with underscores", "設定名はオプションの長い名前で、ハイフンの代わりに下線を使います"),
)
