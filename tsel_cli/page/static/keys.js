// What the keyboard does; nothing here takes a key from a field that is written in.
import { choose, step } from "./marks.js";
import { byId, make, store } from "./store.js";
import { t } from "./words.js";

const LIST = [
  ["/", "key_question"], ["Enter", "key_send"], ["n  p", "key_next"], ["j  k", "key_sentence"], ["t", "key_text"],
  ["h", "key_heat"], ["]  [", "key_document"], ["+  −", "key_size"], ["Esc", "key_escape"], ["?", "key_help"],
];

export const listKeys = () => {
  byId("keylist").replaceChildren(...LIST.flatMap(([keys, name]) => [
    make("dt", {}, ...keys.split("  ").flatMap((k, i) => (i ? [" ", make("kbd", {}, k)] : [make("kbd", {}, k)]))),
    make("dd", {}, t(name)),
  ]));
};

const sentence = (by) => {
  const answer = store.answer ?? store.answers.at(-1);
  const count = answer?.attention.length ?? 0;
  if (!count) return;
  const next = store.sentence < 0 ? (by > 0 ? 0 : count - 1) : (store.sentence + by + count) % count;
  choose(answer, next);
  document.querySelector(`.turn[data-answer="${answer.id}"] .sentence[data-sentence="${next}"]`)?.scrollIntoView({ block: "nearest" });
};

export const listen = (acts) => {
  const keys = {
    "/": () => { acts.side("talk"); byId("question").focus(); },
    n: () => step(1), p: () => step(-1), j: () => sentence(1), k: () => sentence(-1),
    t: acts.view, h: acts.heat, "]": () => acts.turn(1), "[": () => acts.turn(-1),
    "+": () => acts.size(1.2), "-": () => acts.size(1 / 1.2), "?": acts.help, Escape: () => choose(store.answer, -1),
  };
  document.addEventListener("keydown", (event) => {
    const field = event.target.closest?.("textarea, input:not([type=checkbox]), select, dialog");
    if (event.key === "Escape" && event.target.id === "question") return byId("reader").focus();
    if (field || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const act = keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
};
