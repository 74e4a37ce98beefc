// Pages as pictures, drawn when they come near; boxes of quotes and of attention over them.
import * as api from "./api.js";
import { choose, shownMarks, weightsOf } from "./marks.js";
import { make, store } from "./store.js";
import { t } from "./words.js";

const MOST_HEAT = 80; // sentences or units that are shaded
let watcher = null;

export const showPages = (reader, doc) => {
  watcher?.disconnect();
  watcher = new IntersectionObserver(
    (entries) => entries.forEach(({ target, isIntersecting }) => (isIntersecting ? paint(target, doc) : blank(target))),
    { root: reader, rootMargin: "1200px 0px" },
  );
  doc.pages.forEach(([width, height], number) => {
    const picture = make("img", { alt: t("page", { n: number + 1, of: doc.pages.length }), draggable: "false" });
    const page = make("div", { class: "sheet", "data-page": number }, picture, make("div", { class: "over" }));
    page.style.setProperty("--ratio", `${width} / ${height}`);
    reader.append(page);
    watcher.observe(page);
  });
};

const paint = (page, doc) => {
  const wide = page.clientWidth * Math.max(1.4, window.devicePixelRatio || 1); // small letters stay sharp
  const width = Math.min(2400, 400 * Math.ceil(wide / 400)); // few sizes, so that a browser may keep them
  const source = api.picture(doc.id, page.dataset.page, width);
  const picture = page.firstElementChild;
  if (picture.getAttribute("src") !== source) picture.setAttribute("src", source);
};

const blank = (page) => page.firstElementChild.removeAttribute("src");

const over = (reader, number) => reader.querySelector(`.sheet[data-page="${Number(number)}"] .over`);

const box = ([, x0, y0, x1, y1], attributes) => {
  const element = make("div", attributes);
  const sides = { left: x0, top: y0, width: x1 - x0, height: y1 - y0 };
  for (const [side, share] of Object.entries(sides)) element.style.setProperty(side, `${(100 * share).toFixed(3)}%`);
  return element;
};

export const drawPages = (reader, doc) => {
  for (const layer of reader.querySelectorAll(".over")) layer.replaceChildren();
  if (store.heat) drawHeat(reader, doc);
  for (const mark of shownMarks().filter((m) => m.document === doc.id)) {
    (mark.boxes ?? []).forEach((place, i) => {
      const last = i === mark.boxes.length - 1;
      const element = box(place, {
        class: `box ${mark.kind}${mark.on ? " on" : ""}`,
        "data-key": mark.key,
        "data-no": last ? mark.label : "",
        onclick: () => choose(store.answer, mark.sentences[0] ?? -1, mark.of),
      });
      over(reader, place[0])?.append(element);
    });
  }
};

const drawHeat = async (reader, doc) => {
  const { answer, sentence } = store;
  const weights = weightsOf(doc.id).slice(0, MOST_HEAT);
  if (!weights.length) return;
  await placeSpans(doc, weights);
  if (store.answer !== answer || store.sentence !== sentence || !store.heat) return;
  for (const { key, level, share } of weights) {
    for (const place of doc.spanBoxes.get(key)) {
      const element = box(place, { class: "shade", "data-span": key, title: `${(100 * share).toFixed(1)} %` });
      element.style.setProperty("--h", level.toFixed(3));
      over(reader, place[0])?.prepend(element);
    }
  }
};

// Boxes of spans [unit, start, end] of a document, each asked for once.
const placeSpans = async (doc, spans) => {
  doc.spanBoxes ??= new Map();
  const wanted = spans.filter((s) => !doc.spanBoxes.has(s.key));
  if (!wanted.length) return;
  const { places } = await api.places(doc.id, wanted.map((s) => [s.unit, s.start, s.end]));
  wanted.forEach((s, i) => doc.spanBoxes.set(s.key, places[i]));
};

export const goOnPages = async (reader, doc, to) => {
  if (to.boxes === null) return; // they are on their way: "marks" comes again
  let boxes = to.boxes;
  if (!boxes.length && !to.kind) {
    const key = `${to.unit}-${to.start}-${to.end}`;
    await placeSpans(doc, [{ ...to, key }]);
    boxes = doc.spanBoxes.get(key);
  }
  const found = to.key ? reader.querySelector(`.box[data-key="${to.key}"]`) : null;
  if (found) return found.scrollIntoView({ block: "center", inline: "nearest" });
  if (boxes.length) {
    const page = over(reader, boxes[0][0]).parentElement;
    const middle = page.offsetTop + page.clientHeight * ((boxes[0][2] + boxes[0][4]) / 2);
    return reader.scrollTo({ top: middle - reader.clientHeight / 2 });
  }
  doc.text ??= await api.units(doc.id);
  const page = doc.text.find((u) => u.index === to.unit)?.page;
  if (page === null || page === undefined) return;
  const layer = over(reader, page);
  layer?.append(make("p", { class: "unplaced", role: "note" }, t("shown_not")));
  layer?.scrollIntoView({ block: "start" });
};
