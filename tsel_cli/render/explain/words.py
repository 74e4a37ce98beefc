# ruff: noqa: E501 (tables of words)
"""Words of the report in English and Japanese."""

from __future__ import annotations

WORDS = {
    "en": {
        "answer": "Answer", "claims": "Sentences judged", "other": "The other reading says", "evidence": "Looked at again", "citations": "Citations", "facts": "Numbers, dates and names", "coverage": "Coverage per step",
        "timings": "Time", "settings": "Settings", "warnings": "Warnings", "all": "Whole answer", "layer_name": "Layer", "group_name": "KV head group",
        "layer_no": "layer", "group_no": "group",
        "hint": "Click a sentence to go to the passage that supports it. The shading shows where the model looked: while it wrote that sentence, or, for the whole answer, while it read the question.",
        "parts": "Attention by layer and head group", "technical": "Technical details", "nearest": "Nearest passages",
        "uncited": "No passage is cited for this sentence",
        "strip": "Where in the document; click to go there", "all_groups": "all", "not_found": "Not found in the document",
        "no_text": "(no text)", "hits": "Selection Cache hits", "nothing_cut": "nothing cut", "cut": "CUT", "tokens": "tokens",
        "units": "units", "mean": "mean", "lowest": "lowest", "not_read": "not given to the model", "step": "step",
        "exact": "exact", "normalised": "normalised", "near": "near", "missing": "not in the document", "cited": "cited",
        "document": "in the document", "question": "from the question", "unsupported": "no source", "layer": "by layer",
    },
    "ja": {
        "answer": "回答", "claims": "文ごとの判定", "other": "別の読み方での回答", "evidence": "再確認した箇所", "citations": "出典", "facts": "数値・日付・名前", "coverage": "ステップごとのカバレッジ",
        "timings": "時間", "settings": "設定", "warnings": "警告", "all": "回答全体", "layer_name": "層", "group_name": "KVヘッド群",
        "layer_no": "層", "group_no": "群",
        "hint": "文をクリックすると、根拠となる箇所へ移動します。色の濃さはモデルが見ていた箇所です（文を選んだときはその文を書く間、回答全体では質問を読む間）。",
        "parts": "層・ヘッド群ごとの注意", "technical": "技術情報", "nearest": "近い箇所",
        "uncited": "この文には出典がありません",
        "strip": "文書内の位置（クリックで移動）", "all_groups": "すべて", "not_found": "文書には記載がありません",
        "no_text": "（文字なし）", "hits": "選択キャッシュのヒット", "nothing_cut": "省略なし", "cut": "省略あり", "tokens": "トークン",
        "units": "単位", "mean": "平均", "lowest": "最低", "not_read": "モデルに渡していません", "step": "ステップ",
        "exact": "一致", "normalised": "表記ゆれ", "near": "近似", "missing": "文書になし", "cited": "出典あり",
        "document": "文書内", "question": "質問から", "unsupported": "根拠なし", "layer": "層別",
    },
}  # fmt: skip
