# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""What protects the user: `tsel doctor`, the server's door, the log, storage."""

from __future__ import annotations

PAIRS = (
    ("- is not protected or not there; ! is wrong", "- は保護されていないか存在しないもの、! は問題のあるものです"),
    ("{path}: not a file", "{path}: ファイルではありません"),
    ("name a file with TSEL_CONFIG, or remove it", "TSEL_CONFIG でファイルを指定するか、取り除いてください"),
    ("change its permissions, or remove it", "権限を変えるか、取り除いてください"),
    ("{path}: nested too deeply for settings", "{path}: 設定ファイルの入れ子が深すぎます"),
    ("{path}: the setting {name} is not known", "{path}: 設定 {name} は存在しません"),
    ("did you mean {name}?", "{name} のことですか"),
    ("settings have the long names of options, with underscores", "設定名はオプションの長い名前で、ハイフンの代わりに下線を使います"),
)
