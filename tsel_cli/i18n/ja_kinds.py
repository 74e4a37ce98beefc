# ruff: noqa: E501 (tables of sentences)
# fmt: off
"""Messages about kinds of files beside PDF and Word: mail, books, workbooks, pictures, encrypted and guessed ones."""

from __future__ import annotations

PAIRS = (
    ("{name}: {what:message}, which needs LibreOffice to be read", "{name}: {what}です。読み取るには LibreOffice が必要です"),
    ("install LibreOffice, or open the file in Word and save it as .docx or PDF", "LibreOffice をインストールするか、Word で開いて .docx または PDF で保存してください"),
    ("{name}: LibreOffice could not convert the .{kind} file", "{name}: LibreOffice で .{kind} ファイルを変換できませんでした"),
    ("{name}: LibreOffice took more than {num:n} s to convert it", "{name}: LibreOffice での変換に {num} 秒を超えたため中止しました"),
    ("open it in Word and save it as .docx or PDF", "Word で開き、.docx または PDF で保存してください"),
    ("{name}: the file is named {suffix} but holds no {kind} file", "{name}: 拡張子は {suffix} ですが、中身は {kind} ファイルではありません"),
    ("check where the file comes from", "ファイルの入手元を確認してください"),
    ("the file has no suffix; by its content it was read as {kind}", "拡張子がないため、中身から {kind} として読み取りました"),
    ("{suffix} is not a known suffix; read as {kind}", "{suffix} は未知の拡張子です。{kind} として読み取りました"),
    ("{name}: the {what} is damaged ({reason})", "{name}: {what} が破損しています ({reason})"),
    ("{name}: more than {what}", "{name}: {what} を超えています"),
    ("give it with --password, or open the file in Office and save it without one", "--password で指定するか、Office で開いてパスワードなしで保存してください"),
    ("give it with --password, or save the file without it", "--password で指定するか、パスワードなしで保存してください"),
    ("{name}: encrypted with a password in a way that cannot be opened ({reason})", "{name}: 対応していない方式でパスワード暗号化されています ({reason})"),
    ("open it in LibreOffice and save it without the password", "LibreOffice で開き、パスワードなしで保存してください"),
    ("{name}: the OpenDocument file has no content", "{name}: OpenDocument ファイルに本文がありません"),
    ("{name}: the book is locked (DRM)", "{name}: 書籍がコピー制限 (DRM) で保護されています"),
    ("read it in the program it was bought for", "購入元のプログラムでお読みください"),
    ("{num:n} pages of the book are missing in the file", "書籍の {num} ページがファイルにありません"),
    ("{name}: the workbook is damaged ({reason})", "{name}: ブックが破損しています ({reason})"),
    ("open it in Excel and save it as .xlsx", "Excel で開き、.xlsx で保存してください"),
    ("{name}: more than {num:n} rows", "{name}: {num} 行を超えています"),
    ("{name}: a picture, which is read with --ocr only", "{name}: 画像です。--ocr を付けたときだけ読み取ります"),
    ("add --ocr, or give the document it was made from", "--ocr を付けるか、元の文書を指定してください"),
    ("{name}: more than {num:n} pictures in one", "{name}: 1 つのファイルに {num} を超える画像があります"),
    ("split the file", "ファイルを分割してください"),
    ("{name}: the picture cannot be opened ({reason})", "{name}: 画像を開けません ({reason})"),
    ("save it as PNG, JPEG or PDF", "PNG、JPEG、または PDF で保存してください"),
    ("message {num:n} of the mailbox has no header lines and was not read", "メールボックスの {num} 通目はヘッダーがないため読み取っていません"),
    ("{num:n} files of the folder were not read: {names}", "フォルダー内の {num} ファイルは読み取っていません: {names}"),
    ("--time-stamps {num}: must be between 0 and 86400 seconds", "--time-stamps {num}: 0 から 86400 秒の間で指定してください"),
    ("60 gives the time once a minute, 0 never", "60 で 1 分ごとに時刻を渡し、0 で渡しません"),
    ("the page has more styles than are followed: what they hide is not told apart", "ページのスタイルが多すぎるため、隠された文字を区別していません"),
)
