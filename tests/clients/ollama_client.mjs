// Ollama's JavaScript client: URL and key as arguments; packages from the folder that NODE_FOLDER names.
import { createRequire } from "node:module";
import { join } from "node:path";

const [host, key] = process.argv.slice(2);
const require = createRequire(join(process.env.NODE_FOLDER ?? process.cwd(), "index.js"));
const { Ollama } = require("ollama");
const client = new Ollama({ host, headers: { Authorization: `Bearer ${key}` } });
const messages = [{ role: "user", content: "Say something." }];
const options = { num_predict: 12, temperature: 0 };
const text = async (stream, of) => {
  let found = "";
  for await (const part of stream) found += of(part);
  return found;
};

const model = (await client.list()).models[0].name;
const told = { shown: (await client.show({ model })).capabilities, loaded: (await client.ps()).models.length };
const whole = (await client.chat({ model, messages, options })).message.content;
told.chat = whole === (await text(await client.chat({ model, messages, options, stream: true }), (part) => part.message.content)).trim(); // a whole reply has no white space around it
const written = (await client.generate({ model, prompt: "Once", options })).response;
told.generate = written === (await text(await client.generate({ model, prompt: "Once", options, stream: true }), (part) => part.response)).trim();
const format = { type: "object", properties: { answer: { enum: ["yes", "no"] } }, required: ["answer"], additionalProperties: false };
told.format = JSON.parse((await client.chat({ model, messages, format, options: { ...options, num_predict: 60 } })).message.content).answer;
told.refused = await client.pull({ model: "other" }).then(() => 200, (error) => error.status_code);
console.log(JSON.stringify(told));
