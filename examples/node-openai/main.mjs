// The OpenAI SDK through Telltale: the only change to an application is `baseURL`.
import OpenAI from "openai";
import { startUpstream } from "./upstream.mjs";

const telltale = (process.env.TELLTALE_URL ?? "http://127.0.0.1:8000").replace(/\/$/, "");
const port = Number(process.env.UPSTREAM_PORT ?? 18080);
const key = process.env.OPENAI_API_KEY;

// Without a key, a model of our own stands in for OpenAI, as the upstream "local".
const upstream = key ? null : await startUpstream(port);
const name = key ? "openai" : "local";

function giveUp(problem) {
  const start = key ? "npm start" : `TELLTALE_PROXY_LOCAL_URL=http://127.0.0.1:${port} npm start`;
  console.error(
    `${problem}\n\nStart Telltale in another terminal like this, then try again:\n\n  ${start}\n`,
  );
  process.exit(1);
}

const there = await fetch(`${telltale}/proxy/${name}/v1/models`).catch(() => null);
if (there === null)
  giveUp(`There is no Telltale at ${telltale} (set TELLTALE_URL for another address).`);
const type = there.headers.get("content-type") ?? "";
if (type.startsWith("application/problem+json")) {
  giveUp(`Telltale cannot reach the model: ${(await there.json()).detail}`);
}

const client = new OpenAI({
  baseURL: `${telltale}/proxy/${name}/v1`,
  apiKey: key ?? "none needed",
});
const model = process.env.OPENAI_MODEL ?? "gpt-4o-mini";
const messages = [{ role: "user", content: "In one sentence: what does a telltale do?" }];

const stream = await client.chat.completions.create({ model, messages, stream: true });
for await (const chunk of stream) process.stdout.write(chunk.choices[0]?.delta.content ?? "");
process.stdout.write("\n");

const answer = await client.chat.completions.create({ model, messages });
console.log(answer.choices[0]?.message.content);
console.log(`\nBoth calls, with tokens and time to first token, are at ${telltale}`);
upstream?.close();
upstream?.closeAllConnections();
