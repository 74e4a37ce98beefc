# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""The receipt under an answer: what was read, how far to trust it, which attention ran, where the time went."""

from __future__ import annotations

PAIRS = (
    (
        "read      {read:n} of {total:n} tokens, {units:n} of {all:n} {unit:message}; {rest:message}",
        "読み取り  {total} トークン中 {read} トークン、{all} {unit}中 {units} {unit}、{rest}",
    ),
    (
        "items     {num:n} from {used:n} of {all:n} {unit:message}; none in {labels}",
        "項目      {num} 件。{all} {unit}中 {used} {unit}から。項目のない箇所: {labels}",
    ),
    (
        "items     {num:n} from {used:n} of {all:n} {unit:message}; longest part without one: {first} to {last}",
        "項目      {num} 件。{all} {unit}中 {used} {unit}から。項目のない最長の区間: {first} から {last}",
    ),
    ("items     {num:n} from {used:n} of {all:n} {unit:message}", "項目      {num} 件。{all} {unit}中 {used} {unit}から"),
    ("{num:n} items, each linked to its sentence", "{num} 項目、いずれも原文の文に対応"),
    ("{num:n} unsure: look them up", "{num} 件は要確認です"),
    ("going through the document", "文書の確認"),
    (
        "longer than the model's window: every sentence was gone through by code, and the model saw only the passages in question",
        "モデルの上限より長い文書です。すべての文をプログラムで確認し、モデルは該当箇所だけを読みました",
    ),
    (
        "parts     read in {count:n} parts of at most {limit:n} tokens, {overlap:n} in common: the model's window is {window:n}",
        "分割      {count} つに分けて読みました (各 {limit} トークン以内、重なり {overlap} トークン)。モデルの上限は {window} トークンです",
    ),
    ("nothing cut", "省略なし"),
    ("SOMETHING WAS CUT", "一部が省略されました"),
    ("{num:n} NOT READ", "{num} は読み取っていません"),
    ("{cut:message} ({num:n} tokens from a kept reading)", "{cut} (うち {num} トークンは保存済みの読み取りを使用)"),
    ("trust     {what:parts}", "信頼性    {what}"),
    ("{checked:n}/{all:n} quotes verified", "引用 {all} 件中 {checked} 件を照合済み"),
    ("cited for the question, not for the answer: look it up", "引用は質問に近い箇所で、回答の裏付けではありません。原文を確認してください"),
    ("WEAK SUPPORT", "根拠が弱い回答です"),
    ("no passage cited: look it up before you rely on it", "引用箇所がありません。利用前に原文を確認してください"),
    ("not in the document: {facts}", "文書にない語: {facts}"),
    ("attention mass kept {share} (lowest layer {lowest})", "アテンションの保持率 {share} (最低の層 {lowest})"),
    ("not found in the document", "文書に記載が見つかりません"),
    ("attention {what:message}", "方式      {what}"),
    ("full ({reason:message})", "full ({reason})"),
    (
        "prefill {prefill}, decode {decode}, k={budget:n} of {read:n} ({reason:message})",
        "読み {prefill}、作成 {decode}、k={budget} / {read} ({reason})",
    ),
    (
        "prefill {prefill}, decode {decode}, k={budget:n} of {read:n} ({reason:message}); {rest:parts}",
        "読み {prefill}、作成 {decode}、k={budget} / {read} ({reason}); {rest}",
    ),
    ("full ({reason:message}); {rest:parts}", "full ({reason}); {rest}"),
    ("selection cache hit {share}", "選択キャッシュの再利用率 {share}"),
    ("{num:n} layers always full ({why:message})", "{num} 層は常に full ({why})"),
    ("sliding window of {num:n} tokens", "{num} トークンのスライディングウィンドウ"),
    ("learned attention sinks", "学習済みのアテンションシンク"),
    ("logit soft cap", "ロジットのソフトキャップ"),
    ("asked for", "指定による"),
    ("asked for; {why:message}", "指定による; {why}"),
    ("{num:n} tokens: full attention is faster on short texts", "{num} トークン。短い文書では full が速い"),
    ("{num:n} tokens, below the crossover", "{num} トークン。選択が速くなる長さに達しない"),
    ("{num:n} tokens, below the crossover of {at:n}", "{num} トークン。選択が速くなる長さ {at} トークンに達しない"),
    ("{num:n} tokens, at or above the crossover of {at:n}", "{num} トークン。選択が速くなる長さ {at} トークン以上"),
    (
        "{num:n} tokens, past the trained window of {window:n}: {what:message}, {rule} distances",
        "{num} トークン。学習時の上限 {window} トークンを超過: {what}、距離 {rule}",
    ),
    ("every row", "すべての行"),
    ("picked rows at compact positions", "選んだ行を詰めた位置で使用"),
    (
        "memory    KV {kv}, {kv_gb:n} GB; weights {weights:n} GB, workspace {work:n} GB, of {have:n} GB",
        "メモリ    KV {kv} {kv_gb} GB、重み {weights} GB、作業領域 {work} GB (使用可能 {have} GB)",
    ),
    (
        "window    EXCEEDED: the model was trained on {window:n} tokens; past them it read less reliably ({how} positions)",
        "上限      超過: モデルの学習時の上限は {window} トークンです。それを超える部分の読みは信頼性が下がります (位置 {how})",
    ),
    ("note      {what:message}", "注意      {what}"),
    ("the answer reached --max-new-tokens and stops there", "回答は --max-new-tokens の上限に達し、途中で終わっています"),
    ("interrupted: the answer is partial", "中断されたため、回答は途中までです"),
    ("an error ended the writing: the answer is partial", "エラーで作成が止まったため、回答は途中までです"),
    (
        "coverage of the weakest layer is {share}, under the floor of {floor}: read it again with --attention full before you rely on it",
        "最も低い層のカバレッジは {share} で、下限 {floor} を下回りました。利用前に --attention full で読み直してください",
    ),
    ("verify    {how:message}: the facts agree", "再確認    {how}: 事実は一致しました"),
    (
        "verify    {how:message}: THE FACTS DIFFER; the other answer: {answer}",
        "再確認    {how}: 事実が一致しません。もう一方の回答: {answer}",
    ),
    ("answered again with {attention} attention", "{attention} で再回答"),
    (
        "answered again with {attention} attention; the text is too short for selection to differ from full attention",
        "{attention} で再回答 (文書が短く、select と full に差が出ません)",
    ),
    ('unread    {label}  "{quote}" (see --recheck)', "未選択    {label}  「{quote}」 (--recheck で再確認できます)"),
    (
        "time      read {read:n}  tokenize {tokenize:n}  load {load:n}  prefill {prefill:n} (linear {linear:n}, attention {attention:n}, selection {selection:n}, {rate:n} tok/s)  write {write}",
        "時間 (秒) 読み取り {read}  トークン化 {tokenize}  モデル読込 {load}  文書の読み {prefill} (線形 {linear}、アテンション {attention}、選択 {selection}、{rate} tok/s)  作成 {write}",
    ),
    (
        "time      read {read:n}  tokenize {tokenize:n}  load {load:n}  prefill {prefill:n} (linear {linear:n}, attention {attention:n}, selection {selection:n})  write {write}",
        "時間 (秒) 読み取り {read}  トークン化 {tokenize}  モデル読込 {load}  文書の読み {prefill} (線形 {linear}、アテンション {attention}、選択 {selection})  作成 {write}",
    ),
    ("kept      {reused:n} of {all:n} tokens were not read again", "保存済み  {all} トークン中 {reused} トークンは読み直していません"),
    ("report    {path}", "報告書    {path}"),
    ("saved     {path}", "保存先    {path}"),
    ("looked at |{strip}| {sentence}", "参照位置  |{strip}| {sentence}"),
)
