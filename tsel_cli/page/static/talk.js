// Questions and answers: the form, the answer as it is written, and what the checks say of it.
import * as api from "./api.js";
import { answerCard } from "./answer.js";
import { choose, marksOf, place } from "./marks.js";
import { byId, changed, make, on, store } from "./store.js";
import { t } from "./words.js";

const list = byId("answers");
let running = null; // ends the answer that is being written
let underway = null; // its card

export const say = (text) => { byId("said").textContent = text; }; // to who cannot see what happens

// To everybody, for a while.
let hiding = 0;
export const tell = (text) => {
  clearTimeout(hiding);
  byId("told").textContent = text;
  hiding = setTimeout(() => { byId("told").textContent = ""; }, 12000);
};

export const take = (answer) => {
  answer.marks = marksOf(answer);
  store.answers.push(answer);
  return answer;
};

export const redraw = () => {
  const cards = [...store.answers.map(answerCard), ...(running ? [underway] : [])];
  list.replaceChildren(...(cards.length ? cards : [make("p", { class: "empty" }, t("empty"))]));
  byId("forget").hidden = byId("markdown").hidden = !store.answers.length;
  highlight();
};

// The documents that are asked: a box each, when there are several.
export const drawChosen = () => {
  const several = store.documents.length > 1;
  byId("chosen").hidden = !several;
  byId("chosen").replaceChildren(...(several ? store.documents.map(chip) : []));
};

const chip = (doc) => {
  const take_ = ({ target }) => (target.checked ? store.chosen.add(doc.id) : store.chosen.delete(doc.id));
  const check = make("input", { type: "checkbox", onchange: take_ });
  check.checked = store.chosen.has(doc.id);
  return make("label", { class: "chip" }, check, ` ${doc.name}`);
};

const highlight = () => {
  for (const element of list.querySelectorAll(".sentence")) {
    const here = element.closest(".turn").dataset.answer === store.answer?.id;
    element.setAttribute("aria-pressed", String(here && Number(element.dataset.sentence) === store.sentence));
  }
  for (const item of list.querySelectorAll("li[data-key]")) {
    const here = item.closest(".turn").dataset.answer === store.answer?.id;
    item.classList.toggle("on", here && item.dataset.key === store.mark?.key);
  }
};

const working = (is) => {
  byId("send").disabled = is;
  byId("stop").hidden = !is;
};

const phaseName = (phase) => {
  const name = t(`phase_${phase}`);
  return name.startsWith("phase_") ? t("phase_other") : name;
};

export const ask = async () => {
  const box = byId("question");
  const question = box.value.trim();
  const documents = store.documents.filter((d) => store.chosen.has(d.id)).map((d) => d.id);
  if (!question || running) return;
  if (!documents.length) return tell(t("ask_about"));
  box.value = "";
  list.querySelector(".empty")?.remove();
  const draft = make("p", { class: "draft" });
  const bar = make("progress", { max: "1" });
  const words = make("span", {}, t("phase_other"));
  const turn = make("article", { class: "turn card" }, make("h3", {}, question), draft, make("div", { class: "phase" }, words, bar));
  list.append(turn);
  underway = turn;
  turn.scrollIntoView({ block: "end" });
  running = new AbortController();
  working(true);
  try {
    await follow(api.ask(question, documents, running.signal), { turn, draft, bar, words });
  } catch (error) {
    fail(turn, error.name === "AbortError" ? t("stopped") : error.message, "", question);
  } finally {
    running = null;
    working(false);
  }
};

const follow = async (events, { turn, draft, bar, words }) => {
  let total = 0;
  for await (const event of events) {
    if (event.kind === "text") {
      draft.textContent += event.text;
      draft.title = t("draft");
    } else if (event.kind === "phase") {
      if (event.phase) {
        words.textContent = phaseName(event.phase);
        total = event.total ?? 0;
        bar.removeAttribute("value");
      }
      if (total && event.done) bar.value = Math.min(1, event.done / total);
    } else if (event.kind === "waiting") words.textContent = t("waiting");
    else if (event.kind === "error") return fail(turn, event.message, event.hint);
    else if (event.kind === "done") return arrived(turn, take(event.answer));
  }
};

const arrived = async (turn, answer) => {
  const card = answerCard(answer);
  turn.replaceWith(card);
  byId("forget").hidden = byId("markdown").hidden = false;
  say(t("answered"));
  choose(answer, -1, answer.marks.find((m) => m.kind === "cite") ?? null, true);
  card.scrollIntoView({ block: card.clientHeight > list.clientHeight ? "start" : "nearest" });
  await place(answer);
};

const fail = (turn, message, hint = "", question = "") => {
  turn.querySelector(".phase")?.remove();
  turn.append(make("p", { class: "notice bad", role: "alert" }, `${t("failed")}: ${message}`), hint ? make("p", { class: "hint" }, hint) : "");
  if (question && !byId("question").value) byId("question").value = question;
};

export const stop = () => running?.abort();

on("choice", highlight);
on("documents", drawChosen);
on("answers", redraw);

export const forgetAll = async () => {
  await api.forget();
  store.answers = [];
  choose(null, -1);
  changed("answers");
};
