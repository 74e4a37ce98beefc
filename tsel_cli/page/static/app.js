// The page: opens with the token, shows the documents, and ties its parts together.
import * as api from "./api.js";
import { listKeys, listen } from "./keys.js";
import { place } from "./marks.js";
import { again, refresh, resize } from "./reader.js";
import { byId, changed, isText, make, on, shownDocument, store } from "./store.js";
import { ask, drawChosen, forgetAll, redraw, say, stop, take, tell } from "./talk.js";
import { lang, speak, t } from "./words.js";

const side = (name) => { document.body.dataset.side = name; };

const tabs = () => {
  byId("documents").replaceChildren(...store.documents.map((doc) => {
    const here = doc.id === store.shown;
    const tab = make("button", { type: "button", role: "tab", "aria-selected": String(here), title: doc.warnings.join("\n") || doc.title || null, onclick: () => show(doc.id) },
      doc.name, doc.warnings.length ? make("span", { class: "warned", "aria-hidden": "true" }, " !") : null);
    const close = make("button", { type: "button", class: "close", "aria-label": t("close_document", { name: doc.name }), onclick: () => remove(doc.id) }, "×");
    return make("span", { class: here ? "tab on" : "tab" }, tab, close);
  }));
  const doc = shownDocument();
  const view = byId("view");
  view.hidden = !doc?.pages.length;
  view.textContent = doc && isText(doc) ? t("pages") : t("text");
  view.setAttribute("aria-pressed", String(Boolean(doc && isText(doc))));
};

const show = (id) => {
  store.shown = id;
  changed("shown");
};

const remove = async (id) => {
  await api.closeDocument(id);
  store.documents = store.documents.filter((d) => d.id !== id);
  store.chosen.delete(id);
  if (store.shown === id) store.shown = store.documents[0]?.id ?? null;
  changed("documents");
  changed("shown");
};

const open = async (files) => {
  for (const file of files) {
    say(t("dropped", { name: file.name }));
    byId("add").classList.add("busy");
    try {
      const doc = await api.upload(file);
      store.documents.push(doc);
      store.chosen.add(doc.id);
      changed("documents");
      show(doc.id);
      say("");
    } catch (error) {
      say("");
      tell(error.message);
    }
    byId("add").classList.remove("busy");
  }
};

const acts = {
  side,
  size: resize,
  heat: () => {
    store.heat = !store.heat;
    byId("heat").setAttribute("aria-pressed", String(store.heat));
    changed("heat");
  },
  view: () => {
    const doc = shownDocument();
    if (!doc?.pages.length) return;
    store.asText.has(doc.id) ? store.asText.delete(doc.id) : store.asText.add(doc.id);
    changed("shown");
    changed("go");
  },
  turn: (by) => {
    const at = store.documents.findIndex((d) => d.id === store.shown);
    if (at >= 0) show(store.documents[(at + by + store.documents.length) % store.documents.length].id);
  },
  help: () => byId("help").showModal(),
};

const spoken = (chosen) => {
  speak(chosen);
  byId("language").textContent = chosen === "ja" ? "English" : "日本語";
  byId("language").lang = chosen === "ja" ? "en" : "ja";
  listKeys();
};

const load = async () => {
  const told = await api.state();
  byId("model").textContent = `${told.version} · ${told.model}`;
  store.documents = told.documents;
  store.shown = store.documents.some((d) => d.id === store.shown) ? store.shown : store.documents[0]?.id ?? null;
  store.chosen = new Set(store.documents.map((d) => d.id));
  const known = new Set(told.answers.map((a) => a.id));
  const newer = store.answers.filter((a) => !known.has(a.id)); // written while the server told of the others
  store.answers = [];
  store.answer = null;
  [...told.answers, ...newer].forEach(take);
  document.title = [...store.documents.map((d) => d.name), "tsel"].join(" · ");
  changed("documents");
  changed("answers");
  changed("shown");
  await Promise.all(store.answers.map(place));
  return told;
};

const wire = () => {
  byId("ask").addEventListener("submit", (event) => { event.preventDefault(); ask(); });
  byId("question").addEventListener("keydown", (event) => {
    const composing = event.isComposing || event.keyCode === 229; // Enter that ends Japanese input sends nothing
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    ask();
  });
  byId("stop").addEventListener("click", stop);
  byId("view").addEventListener("click", acts.view);
  byId("heat").addEventListener("click", acts.heat);
  byId("smaller").addEventListener("click", () => resize(1 / 1.2));
  byId("larger").addEventListener("click", () => resize(1.2));
  byId("keys").addEventListener("click", acts.help);
  byId("language").addEventListener("click", async () => { spoken(lang() === "ja" ? "en" : "ja"); await load(); again(); });
  byId("forget").addEventListener("click", () => byId("sure").showModal());
  byId("sure").addEventListener("close", ({ target }) => { if (target.returnValue === "yes") forgetAll(); target.returnValue = ""; });
  byId("file").addEventListener("change", async ({ target }) => { await open([...target.files]); target.value = ""; });
  byId("sides").addEventListener("click", ({ target }) => {
    if (!target.dataset.side) return;
    side(target.dataset.side);
    store.calm = true;
    changed("go"); // what could not be scrolled while it was not seen
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => { event.preventDefault(); open([...event.dataTransfer.files]); });
  on("documents", tabs);
  on("shown", tabs);
  on("go", () => { if (store.goal && !store.calm) side("reader"); });
  listen(acts);
};

const begin = async () => {
  spoken((navigator.language || "en").startsWith("ja") ? "ja" : "en");
  wire();
  const token = location.hash.slice(1);
  if (token) {
    history.replaceState(null, "", "/");
    await api.enter(token);
  }
  try {
    const told = await load();
    if (told.language !== lang() && token) { spoken(told.language); await load(); }
  } catch (error) {
    if (error.status !== 401) return tell(error.message);
    const dialog = byId("enter");
    dialog.addEventListener("close", async () => { if (await api.enter(byId("key").value)) await load(); else dialog.showModal(); });
    dialog.showModal();
  }
  drawChosen();
  redraw();
  refresh();
  byId("question").focus();
};

begin();
