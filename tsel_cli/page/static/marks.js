// The places of an answer: quotes, sentences that say otherwise, passages near the question; and going to them.
import * as api from "./api.js";
import { changed, store } from "./store.js";

const mark = (answer, kind, place, key, sentences, label = "") => {
  const [doc, unit] = place.unit.split("-").map(Number);
  const [start, end] = place.span ?? [0, -1];
  return { key, kind, label, sentences, document: answer.documents[doc], unit, start, end, boxes: null };
};

export const marksOf = (answer) => [
  ...answer.citations.filter((c) => c.unit).map((c) => mark(answer, "cite", c, "c" + c.id, c.sentences, `[${c.id}]`)),
  ...answer.claims.flatMap((c, i) => (c.place ? [mark(answer, "against", c.place, "k" + i, [c.sentence])] : [])),
  ...answer.nearest.map((p, i) => mark(answer, "near", p, "n" + i, [])),
  ...answer.evidence.map((p, i) => mark(answer, "near", p, "e" + i, [])),
];

// Ask the server where the marks stand on the pages of their documents.
export const place = async (answer) => {
  for (const id of new Set(answer.marks.map((m) => m.document))) {
    const doc = store.documents.find((d) => d.id === id);
    if (!doc?.pages.length) continue;
    const wanted = answer.marks.filter((m) => m.document === id && m.boxes === null);
    if (!wanted.length) continue;
    const { places } = await api.places(id, wanted.map((m) => [m.unit, m.start, m.end]));
    wanted.forEach((m, i) => { m.boxes = places[i]; });
  }
  if (store.answer === answer) changed("marks");
};

// The marks that are shown now; `on`: those of the sentence that is chosen, or all of its kind.
export const shownMarks = () => {
  const { answer, sentence } = store;
  if (!answer) return [];
  const seen = answer.marks.filter((m) => m.kind !== "near" || m === store.mark);
  return seen.map((m) => ({ ...m, of: m, on: m === store.mark || (sentence >= 0 && m.sentences.includes(sentence)) }));
};

// `calm`: nobody clicked, so a narrow screen stays where it is.
export const choose = (answer, sentence, going = null, calm = false) => {
  store.calm = calm;
  store.answer = answer;
  store.sentence = sentence;
  store.mark = going ?? answer?.marks.find((m) => m.kind === "cite" && m.sentences.includes(sentence))
    ?? answer?.marks.find((m) => m.sentences.includes(sentence)) ?? null;
  changed("choice");
  const hottest = answer && sentence >= 0 ? [...(answer.attention[sentence] ?? [])].sort((a, b) => b[4] - a[4])[0] : null;
  if (store.mark) go(store.mark);
  else if (hottest) go({ document: answer.documents[hottest[0]], unit: hottest[1], start: hottest[2], end: hottest[3], boxes: [] });
};

export const go = (to) => {
  if (store.documents.some((d) => d.id === to.document)) {
    const other = store.shown !== to.document;
    store.shown = to.document;
    if (other) changed("shown");
  }
  store.goal = to;
  changed("go");
};

// One place on or back among those of the answer.
export const step = (by) => {
  const answer = store.answer ?? store.answers.at(-1);
  if (!answer?.marks.length) return;
  const at = answer.marks.indexOf(store.mark);
  const next = answer.marks[(at + by + answer.marks.length + (at < 0 && by < 0 ? 1 : 0)) % answer.marks.length];
  choose(answer, next.sentences[0] ?? -1, next);
};

// What attention lay on in a document, the most first: its sentences, or units (end -1) where no more is known; for the
// sentence of the answer that is chosen, or for all of it.
const LEAST = 0.03; // of the largest: less is everywhere
export const weightsOf = (id) => {
  const { answer, sentence } = store;
  if (!answer) return [];
  const rows = (sentence >= 0 ? answer.attention[sentence] : answer.attention_total) ?? [];
  const top = Math.max(0, ...rows.map((r) => r[4]));
  const sum = rows.reduce((a, r) => a + r[4], 0);
  return rows
    .filter((r) => answer.documents[r[0]] === id && r[4] > top * LEAST)
    .map(([, unit, start, end, share]) => ({ key: `${unit}-${start}-${end}`, unit, start, end, level: Math.sqrt(share / top), share: share / sum }))
    .sort((a, b) => b.level - a.level);
};
