// The official JavaScript client: URL and key as arguments; packages from the folder that NODE_FOLDER names.
import { createRequire } from "node:module";
import { join } from "node:path";

const [url, apiKey] = process.argv.slice(2);
const require = createRequire(join(process.env.NODE_FOLDER ?? process.cwd(), "index.js"));
const { default: OpenAI, toFile } = require("openai");
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });

const models = await client.models.list();
const file = await client.files.create({ file: await toFile(Buffer.from("The fee is 620 euros."), "fee.txt"), purpose: "user_data" });
const messages = [{ role: "user", content: [{ type: "file", file: { file_id: file.id } }, { type: "text", text: "What is the fee?" }] }];
const whole = await client.chat.completions.create({ model: "tsel", messages, max_tokens: 12 });
let streamed = "";
for await (const chunk of await client.chat.completions.create({ model: "tsel", messages, max_tokens: 12, stream: true }))
  streamed += chunk.choices[0]?.delta?.content ?? "";
const response = await client.responses.create({ model: "tsel", input: "Say something.", max_output_tokens: 12 });
await client.files.delete(file.id);
console.log(JSON.stringify({ models: models.data.length, whole: whole.choices[0].message.content, streamed, units: whole.tsel.receipt.units_read, response: response.object }));
