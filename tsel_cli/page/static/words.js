// Words of the page in English and Japanese. What the server says comes in the reader's language already.
const WORDS = {
  en: {
    documents: "Documents", add: "Open file…", text: "Text", pages: "Pages", heat: "Attention",
    heat_hint: "Shade what the model's attention lay on while it wrote the sentence (or the answer) that is chosen",
    smaller: "Smaller", larger: "Larger", keys: "Keys", close: "Close", reader: "Document", talk: "Questions and answers",
    side_reader: "Document", side_talk: "Answers", chosen: "Ask about", question: "Question",
    question_hint: "Ask a question about the document…", ask: "Ask", stop: "Stop", markdown: "Save as Markdown",
    forget: "Forget answers", forget_sure: "Forget all questions and answers of this page?", open: "Open",
    enter_hint: "Open the page with the address that tsel printed, or give the key of the server.", key: "Key",
    empty: "Ask a question. Each sentence of the answer is checked; a click on it goes to the place that supports it.",
    no_documents: "Open a file, or drop one here.", draft: "Draft, not checked yet", read_hint: "Ready when the document is read.",
    claims: "Sentences judged", citations: "Citations", nearest: "Nearest passages", evidence: "Looked at again", facts: "Numbers, dates and names",
    other: "The other reading says", warnings: "Warnings", details: "Details", report: "Report (HTML)", shown_not: "The place is not known on the page: its words are no text of the file.",
    not_read: "not given to the model", no_text: "(no text)", seconds: "{n} s", waiting: "Another question is being answered.",
    failed: "The question could not be answered", lost: "The server is gone. Start tsel again.", stopped: "Stopped.",
    close_document: "Close {name}", page: "Page {n} of {of}", dropped: "Reading {name}…", answered: "Answered", ask_about: "Choose a document to ask.",
    phase_load: "Loading the model", phase_tokenize: "Preparing", phase_prefill: "Reading", phase_write: "Writing", phase_decode: "Writing",
    phase_look: "Checking", phase_calibrate: "Getting to know the model", phase_other: "Working",
    key_question: "to the question", key_send: "ask (Shift+Enter: new line)", key_next: "next, previous place of the answer", key_sentence: "next, previous sentence",
    key_text: "pages or text", key_heat: "attention", key_document: "next, previous document", key_size: "larger, smaller", key_escape: "nothing chosen", key_help: "these keys",
  },
  ja: {
    documents: "文書", add: "ファイルを開く…", text: "テキスト", pages: "ページ", heat: "注意",
    heat_hint: "選んだ文（または回答全体）を書く間にモデルの注意が向いていた箇所に色を付けます",
    smaller: "縮小", larger: "拡大", keys: "キー操作", close: "閉じる", reader: "文書", talk: "質問と回答",
    side_reader: "文書", side_talk: "回答", chosen: "質問の対象", question: "質問",
    question_hint: "文書について質問する…", ask: "質問する", stop: "中止", markdown: "Markdown で保存",
    forget: "回答を消去", forget_sure: "このページの質問と回答をすべて消去しますか。", open: "開く",
    enter_hint: "tsel が表示したアドレスでこのページを開くか、サーバーのキーを入力してください。", key: "キー",
    empty: "質問してください。回答は一文ずつ確認されます。文をクリックすると根拠となる箇所へ移動します。",
    no_documents: "ファイルを開くか、ここにドロップしてください。", draft: "下書き（未確認）", read_hint: "文書を読み終えると始まります。",
    claims: "文ごとの判定", citations: "出典", nearest: "近い箇所", evidence: "再確認した箇所", facts: "数値・日付・名前",
    other: "別の読み方での回答", warnings: "警告", details: "詳細", report: "レポート (HTML)", shown_not: "ページ上の位置は分かりません。この語はファイルの文字情報にありません。",
    not_read: "モデルに渡していません", no_text: "（文字なし）", seconds: "{n} 秒", waiting: "別の質問に回答中です。",
    failed: "質問に回答できませんでした", lost: "サーバーに接続できません。tsel を起動し直してください。", stopped: "中止しました。",
    close_document: "{name} を閉じる", page: "{of} ページ中 {n} ページ", dropped: "{name} を読み取り中…", answered: "回答しました", ask_about: "質問する文書を選んでください。",
    phase_load: "モデルを読み込み中", phase_tokenize: "準備中", phase_prefill: "読み取り中", phase_write: "記述中", phase_decode: "記述中",
    phase_look: "確認中", phase_calibrate: "モデルを調整中", phase_other: "処理中",
    key_question: "質問欄へ", key_send: "質問する (Shift+Enter: 改行)", key_next: "回答の次・前の箇所", key_sentence: "次・前の文",
    key_text: "ページ・テキストの切り替え", key_heat: "注意", key_document: "次・前の文書", key_size: "拡大・縮小", key_escape: "選択を解除", key_help: "この一覧",
  },
};

let language = "en";

export const lang = () => language;

export const t = (name, values = {}) =>
  (WORDS[language][name] ?? name).replace(/\{(\w+)\}/g, (_, key) => String(values[key] ?? ""));

// Put the words of a language into everything that names one: data-t is the text, the others are attributes.
export const speak = (chosen) => {
  language = chosen === "ja" ? "ja" : "en";
  document.documentElement.lang = language;
  const places = { label: "aria-label", title: "title", placeholder: "placeholder" };
  for (const element of document.querySelectorAll("[data-t]")) element.textContent = t(element.dataset.t);
  for (const [name, attribute] of Object.entries(places)) {
    for (const element of document.querySelectorAll(`[data-${name}]`)) element.setAttribute(attribute, t(element.dataset[name]));
  }
};
