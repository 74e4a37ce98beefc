# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""The page of `tsel open` and `tsel serve --ui`, and `tsel batch --watch`."""

from __future__ import annotations

PAIRS = (
    ("watch     {folder}; Ctrl-C ends it", "監視      {folder} (Ctrl-C で終了)"),
    ("watch     looking every {seconds:n} s (pip install watchdog hears of changes at once)", "監視      {seconds} 秒ごとに確認します (pip install watchdog で変更をすぐに検知します)"),
    ("watch     looking every {seconds:n} s ({why})", "監視      {seconds} 秒ごとに確認します ({why})"),
    ("watch     ended; the same command goes on with what is missing", "監視      終了しました。同じコマンドで残りを続けます"),
    ("watch     {done:n} answered in {seconds:n} s, {failed:n} failed; {num:n} documents in the table", "監視      {seconds} 秒で {done} 件に回答、{failed} 件は失敗。表には {num} 件の文書があります"),
    ("page      {url}", "ページ    {url}"),
    ("Ctrl-C ends it", "Ctrl-C で終了します"),
    ("open needs {package}", "open には {package} が必要です"),
    ("{name}: it has {num:n} pages, no page {page:n}", "{name}: 全 {num} ページで、{page} ページはありません"),
    ("see its pages", "ページ数を確認してください"),
    ("{name}, page {page:n}: it cannot be shown", "{name}、{page} ページ: 表示できません"),
    ("its text can be read beside it", "テキスト表示で読むことができます"),
    ("{name}: its pages cannot be shown", "{name}: ページを表示できません"),
    ("{name}: no process could be started to show it in ({why})", "{name}: 表示用のプロセスを開始できませんでした ({why})"),
    ("close other programs", "他のプログラムを終了してください"),
    ("the document is not open", "文書が開かれていません"),
    ("open it again", "開き直してください"),
    ("the answer is not there", "回答がありません"),
    ("no document is chosen", "文書が選ばれていません"),
    ("choose the documents that are to be asked", "質問の対象にする文書を選んでください"),
    ("{num:n} documents are open, the most there may be", "上限の {num} 件の文書が開かれています"),
    ("close some of them", "いくつか閉じてください"),
    ("the page is not open in this browser", "このブラウザーではページが開かれていません"),
    ("use the address that tsel printed", "tsel が表示したアドレスを使ってください"),
)
