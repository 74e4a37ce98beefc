// The document that is seen: its pages, or its text.
import { drawPages, goOnPages, showPages } from "./pages.js";
import { byId, isText, make, on, shownDocument, store } from "./store.js";
import { drawText, goInText, showText } from "./text.js";
import { t } from "./words.js";

const reader = byId("reader");
let seen = "";

export const refresh = async () => {
  const doc = shownDocument();
  const key = doc ? `${doc.id} ${isText(doc)}` : "";
  if (key === seen && doc) return;
  seen = key;
  reader.replaceChildren();
  reader.scrollTop = 0;
  if (!doc) {
    reader.append(make("p", { class: "empty" }, t("no_documents")));
    return;
  }
  if (isText(doc)) await showText(reader, doc);
  else showPages(reader, doc);
  draw();
};

const draw = () => {
  const doc = shownDocument();
  if (!doc) return;
  if (isText(doc)) drawText(reader, doc);
  else drawPages(reader, doc);
};

const go = async () => {
  const doc = shownDocument();
  const to = store.goal;
  if (!doc || !to || to.document !== doc.id) return;
  await refresh();
  if (isText(doc)) goInText(reader, to);
  else await goOnPages(reader, doc, to);
};

export const again = () => {
  seen = "";
  refresh();
};

export const resize = (by) => {
  store.size = Math.min(2.5, Math.max(0.5, store.size * by));
  reader.style.setProperty("--size", store.size.toFixed(3));
};

on("shown", refresh);
on("choice", draw);
on("marks", () => { draw(); go(); });
on("heat", draw);
on("go", go);
