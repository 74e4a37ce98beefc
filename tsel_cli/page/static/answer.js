// One answer: its sentences with their verdicts, citations, and what the checks found.
import * as api from "./api.js";
import { choose } from "./marks.js";
import { make } from "./store.js";
import { t } from "./words.js";

// Enter and the space bar do what a click does.
const pressed = (act) => ({
  onclick: act,
  onkeydown: (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    act();
  },
});

export const answerCard = (answer) =>
  make("article", { class: "turn card", "data-answer": answer.id },
    make("h3", {}, answer.question),
    make("p", { class: answer.found === false ? "said missing" : "said", lang: answer.lang }, ...answer.answer.flatMap((p) => piece(answer, p))),
    answer.notice ? make("p", { class: `notice ${answer.notice[0]}`, role: "note" }, answer.notice[1]) : null,
    part(t("other"), answer.other ? [make("p", {}, answer.other)] : []),
    places(t("claims"), "cites claims", answer.claims.map((c, i) => claim(answer, c, i))),
    places(t("citations"), "cites", answer.citations.map((c) => citation(answer, c))),
    places(t("nearest"), "cites", answer.nearest.map((p, i) => passage(answer, p, "n" + i))),
    details(answer));

const piece = (answer, { number, text, kind, title, ids }) => {
  if (number === null) return [text];
  const act = () => choose(answer, number);
  const span = make("span", {
    class: "sentence" + kind, role: "button", tabindex: "0", "aria-pressed": "false", title: title || null, "data-sentence": number, ...pressed(act),
  }, text);
  return ids ? [span, make("sup", {}, ids)] : [span];
};

const claim = (answer, c, i) => {
  const mark = answer.marks.find((m) => m.key === "k" + i);
  const act = () => choose(answer, c.sentence ?? -1, mark ?? null);
  return make("li", { tabindex: "0", role: "button", "data-key": mark?.key, ...pressed(act) },
    make("span", { class: `check ${c.kind}` }, c.verdict), " ", make("span", { class: "claim" }, c.text),
    c.why ? make("span", { class: "why" }, c.why) : null,
    ...(c.place ? [make("span", { class: "where" }, c.place.label), make("q", {}, c.place.quote)] : []));
};

const citation = (answer, c) => {
  const mark = answer.marks.find((m) => m.key === "c" + c.id);
  const act = () => mark && choose(answer, c.sentence, mark);
  return make("li", { tabindex: "0", role: "button", "data-key": "c" + c.id, ...pressed(act) },
    make("span", { class: "where" }, `[${c.id}] ${c.where}`), make("span", { class: `check ${c.kind}` }, c.check),
    c.quote ? make("q", {}, c.quote) : null);
};

const passage = (answer, p, key) => {
  const act = () => choose(answer, -1, answer.marks.find((m) => m.key === key));
  return make("li", { tabindex: "0", role: "button", "data-key": key, ...pressed(act) }, make("span", { class: "where" }, p.label), make("q", {}, p.quote));
};

const part = (title, children) => (children.length ? make("section", { class: "part" }, make("h2", {}, title), ...children) : null);
const places = (title, kind, items) => part(title, items.length ? [make("ul", { class: kind }, ...items)] : []);

const details = (answer) =>
  make("details", {}, make("summary", {}, t("details")),
    make("ul", { class: "badges" }, ...answer.badges.map(([kind, words]) => make("li", { class: kind }, words)), make("li", {}, t("seconds", { n: answer.seconds }))),
    places(t("evidence"), "cites", answer.evidence.map((p, i) => passage(answer, p, "e" + i))),
    part(t("facts"), answer.facts.length ? [make("table", { class: "facts" }, ...answer.facts.map(fact))] : []),
    part(t("warnings"), answer.warnings.map((w) => make("p", {}, w))),
    make("p", {}, make("a", { class: "button", href: api.report(answer.id), download: "" }, t("report"))));

const fact = ([text, label, kind, status]) =>
  make("tr", {}, make("td", {}, text), make("td", {}, `${label} `, make("span", { class: `check ${kind}` }, status)));
