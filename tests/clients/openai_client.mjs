// The official JavaScript client: URL and key as arguments; packages from the folder that NODE_FOLDER names.
import { createRequire } from "node:module";
import { join } from "node:path";

const [url, apiKey] = process.argv.slice(2);
const require = createRequire(join(process.env.NODE_FOLDER ?? process.cwd(), "index.js"));
const { default: OpenAI, toFile } = require("openai");
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const say = [{ role: "user", content: "Say something." }];
const chat = (more) => client.chat.completions.create({ model: "tsel", messages: say, max_tokens: 12, ...more });
const pieces = async (stream) => {
  const found = [];
  for await (const piece of stream) found.push(piece);
  return found;
};
const schema = { type: "object", properties: { answer: { enum: ["yes", "no"] } }, required: ["answer"], additionalProperties: false };
const told = { models: (await client.models.list()).data.map((m) => m.object) };

const file = await client.files.create({ file: await toFile(Buffer.from("The fee is 620 euros."), "fee.txt"), purpose: "user_data" });
const question = { type: "text", text: "What is the fee?" };
const messages = [{ role: "user", content: [{ type: "file", file: { file_id: file.id } }, question] }];
const whole = await chat({ messages });
told.units = whole.tsel.receipt.units_read;
const inline = { filename: "fee.txt", file_data: `data:text/plain;base64,${Buffer.from("One.\n\nTwo.").toString("base64")}` };
told.inline = (await chat({ messages: [{ role: "user", content: [{ type: "file", file: inline }, question] }] })).tsel.receipt.units_read;
const streamed = await pieces(await chat({ messages, stream: true, stream_options: { include_usage: true } }));
told.streamed = streamed.map((chunk) => chunk.choices[0]?.delta?.content ?? "").join("");
told.usage = streamed.at(-1).usage.total_tokens > 0;
await client.files.delete(file.id);
told.left = (await client.files.list()).data.filter((f) => f.id === file.id).length;

const several = await chat({ n: 3, temperature: 1, seed: 7, logprobs: true, top_logprobs: 2, presence_penalty: 0.5, frequency_penalty: 0.5 });
told.choices = several.choices.length;
told.logprobs = several.choices[0].logprobs.content.every((one) => one.top_logprobs.length === 2 && one.logprob <= 0);
const again = await chat({ n: 3, temperature: 1, seed: 7, presence_penalty: 0.5, frequency_penalty: 0.5 });
told.seeded = several.choices.every((choice, at) => choice.message.content === again.choices[at].message.content);
const plain = (await chat({})).choices[0].message.content;
const stop = plain[Math.floor(plain.length / 2)];
told.stopped = (await chat({ stop })).choices[0].message.content === plain.slice(0, plain.indexOf(stop));
told.length = (await client.chat.completions.create({ model: "tsel", messages: say, max_completion_tokens: 3 })).usage.completion_tokens;

const form = { type: "json_schema", json_schema: { name: "a", schema, strict: true } };
told.schema = JSON.parse((await chat({ max_tokens: 60, response_format: form })).choices[0].message.content).answer;
const tools = [{ type: "function", function: { name: "decide", parameters: schema } }];
const call = (await chat({ max_tokens: 90, tools, tool_choice: "required" })).choices[0].message.tool_calls[0];
told.tool = [call.function.name, JSON.parse(call.function.arguments).answer];

told.completion = (await client.completions.create({ model: "tsel", prompt: "Once", max_tokens: 5 })).object;
const response = await client.responses.create({ model: "tsel", input: "Say something.", max_output_tokens: 12 });
const events = await pieces(await client.responses.create({ model: "tsel", input: "More.", previous_response_id: response.id, max_output_tokens: 12, stream: true }));
told.response = [response.object, events.at(-1).type];
told.refused = await client.embeddings.create({ model: "tsel", input: "x" }).then(() => 200, (error) => error.status);
console.log(JSON.stringify(told));
