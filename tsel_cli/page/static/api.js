// The server: every request goes to the page's own address, with the cookie that `enter` brought.
import { lang, t } from "./words.js";

const BASE = "/page/api/";

export class Refused extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

// The token of the address's fragment, or a key, for a cookie. A fragment is never sent, and taken off the address.
export const enter = async (secret) => {
  const answer = await fetch("/page/enter", { method: "POST", headers: { authorization: "Bearer " + secret } });
  return answer.ok;
};

const send = async (path, options = {}) => {
  let answer;
  try {
    answer = await fetch(`${BASE}${path}${path.includes("?") ? "&" : "?"}lang=${lang()}`, options);
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Refused(0, t("lost"));
  }
  if (answer.ok) return answer;
  const body = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, body.error?.message ?? String(answer.status));
};

const json = async (path, options) => (await send(path, options)).json();
const posted = (body) => ({ method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const state = () => json("state");
export const units = (id) => json(`documents/${id}/units`);
export const places = (id, spans) => json(`documents/${id}/places`, posted({ spans }));
export const picture = (id, page, width) => `${BASE}documents/${id}/pages/${page}?width=${width}`;
export const report = (id) => `${BASE}answers/${id}/report.html`;
export const closeDocument = (id) => json(`documents/${id}`, { method: "DELETE" });
export const forget = () => json("answers", { method: "DELETE" });

export const upload = (file) => {
  const body = new FormData();
  body.append("file", file);
  return json("documents", { method: "POST", body });
};

// Events of an answer as they come; `signal` ends it, and the server stops writing.
export async function* ask(question, documents, signal) {
  const answer = await send("ask", { ...posted({ question, documents }), signal });
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const events = (rest + value).split("\n\n");
    rest = events.pop();
    for (const event of events) if (event.startsWith("data: ")) yield JSON.parse(event.slice(6));
  }
}
