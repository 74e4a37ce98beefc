// What the parts of the page share, and who hears of a change.
export const store = {
  documents: [], // as the server tells them, each with `text` (units) once they were asked for
  shown: null, // id of the document that is seen
  chosen: new Set(), // ids of the documents that the next question is about
  answers: [], // the oldest first, each with `marks`
  answer: null, // whose places are shown
  sentence: -1, // of it, -1: all
  mark: null, // the place that was gone to
  asText: new Set(), // ids of documents with pages whose text is shown
  goal: null, // the place to be seen next
  calm: false, // it was not asked for by a click or a key
  heat: false,
  size: 1,
};

const events = new EventTarget();
export const on = (name, hear) => events.addEventListener(name, hear);
export const changed = (name) => events.dispatchEvent(new Event(name));

export const byId = (id) => document.getElementById(id);
export const shownDocument = () => store.documents.find((d) => d.id === store.shown) ?? null;
export const isText = (doc) => !doc.pages.length || store.asText.has(doc.id);

// An element with attributes and children; text is never taken for markup.
export const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((c) => c !== null && c !== undefined));
  return element;
};
