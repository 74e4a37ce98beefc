// A document as its text, unit by unit, with what is cited marked in it.
import * as api from "./api.js";
import { choose, shownMarks, weightsOf } from "./marks.js";
import { make, store } from "./store.js";
import { t } from "./words.js";

export const showText = async (reader, doc) => {
  doc.text ??= await api.units(doc.id);
  const sheet = make("article", { class: "sheet-text" }, make("h2", { class: "file" }, doc.name));
  for (const unit of doc.text) {
    const label = unit.label + (unit.read ? "" : ` (${t("not_read")})`);
    const kind = `unit${unit.kind === "page" ? " page" : ""}${unit.read ? "" : " out"}`;
    const words = make("p", {}, unit.text.trim() ? unit.text : t("no_text"));
    sheet.append(make("section", { class: kind, "data-unit": unit.index }, make("div", { class: "label" }, make("span", {}, label)), words));
  }
  reader.replaceChildren(sheet);
};

const sectionOf = (reader, unit) => reader.querySelector(`.unit[data-unit="${Number(unit)}"]`);
let touched = [];

export const drawText = (reader, doc) => {
  for (const { section, text } of touched) section.querySelector("p").replaceChildren(text);
  for (const section of reader.querySelectorAll(".unit.lit")) section.classList.remove("lit");
  touched = [];
  const ofUnit = new Map();
  const marks = [...shownMarks().filter((m) => m.document === doc.id), ...warm(doc)];
  for (const mark of marks) ofUnit.set(mark.unit, [...(ofUnit.get(mark.unit) ?? []), mark]);
  for (const [index, held] of ofUnit) {
    const section = sectionOf(reader, index);
    const text = doc.text.find((u) => u.index === index)?.text;
    if (!section || !text?.trim()) continue;
    section.querySelector("p").replaceChildren(...pieces(text, held));
    touched.push({ section, text });
  }
  if (!store.heat) return;
  for (const { unit, end, level, share } of weightsOf(doc.id)) {
    const section = sectionOf(reader, unit);
    if (!section || end >= 0) continue;
    section.style.setProperty("--h", level.toFixed(3));
    section.querySelector(".label").dataset.share = percent(share);
    section.classList.add("lit");
  }
};

const percent = (share) => `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;

// Sentences that attention lay on, as marks without a place of their own.
const warm = (doc) =>
  (store.heat ? weightsOf(doc.id) : []).filter((w) => w.end >= 0)
    .map((w) => ({ ...w, kind: "hot", key: "", label: "", sentences: [], of: null }));

// The text cut where a mark begins or ends; marks may overlap. A quote's number stands behind its last word.
const pieces = (text, marks) => {
  const within = (at) => (at < 0 ? text.length : Math.min(text.length, at));
  const cuts = [...new Set([0, text.length, ...marks.flatMap((m) => [within(m.start), within(m.end)])])].sort((a, b) => a - b);
  return cuts.slice(1).map((end, i) => {
    const start = cuts[i];
    const held = marks.filter((m) => m.start <= start && end <= within(m.end));
    if (!held.length) return text.slice(start, end);
    const ends = held.filter((m) => within(m.end) === end).map((m) => m.label).join("");
    const kind = [...new Set(held.map((m) => m.kind)), ...(held.some((m) => m.on) ? ["on"] : [])].join(" ");
    const first = held.find((m) => m.on) ?? held.find((m) => m.of);
    const hot = held.find((m) => m.kind === "hot");
    const piece = make("mark", {
      class: kind,
      "data-key": held.map((m) => m.key).filter(Boolean).join(" "),
      "data-no": ends || null,
      title: hot ? percent(hot.share) : null,
      onclick: () => first && choose(store.answer, first.sentences[0] ?? -1, first.of),
    }, text.slice(start, end));
    if (hot) piece.style.setProperty("--s", hot.level.toFixed(3));
    return piece;
  });
};

export const goInText = (reader, to) => {
  const found = (to.key && reader.querySelector(`mark[data-key~="${to.key}"]`)) || sectionOf(reader, to.unit);
  if (!found) return;
  // content-visibility gives estimated heights to what was never seen: go there, then correct once it is laid out
  found.scrollIntoView({ block: "center" });
  requestAnimationFrame(() => found.scrollIntoView({ block: "center" }));
};
