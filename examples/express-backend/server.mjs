// A chat service with an OpenAI-compatible model behind it, and its live figures beside it.
import path from "node:path";
import express from "express";
import OpenAI from "openai";
import { measured } from "./measured.mjs";
import { Meter } from "./meter.mjs";
import { startModel } from "./model.mjs";
import { openStream } from "./stream.mjs";

// Without a key, a model of our own stands in for OpenAI.
const apiKey = process.env.OPENAI_API_KEY;
const openai = new OpenAI(
  apiKey ? { apiKey } : { apiKey: "none needed", baseURL: await startModel(), maxRetries: 0 },
);

const app = express();
app.use(express.static(path.join(import.meta.dirname, "dist")));
app.use(express.json());

const server = app.listen(Number(process.env.PORT ?? 3001), "127.0.0.1", (error) => {
  if (error) throw error;
  console.log(
    `The page, POST /chat and /metrics/stream: http://127.0.0.1:${server.address().port}`,
  );
});
const meter = new Meter();
const publish = openStream(server, meter);
const complete = measured(openai, meter, publish);

app.post("/chat", async (request, response) => {
  const { model = "gpt-4o-mini", message = "Say hello" } = request.body ?? {};
  try {
    for await (const text of complete({ model, messages: [{ role: "user", content: message }] })) {
      if (response.destroyed) break;
      response.write(text);
    }
    response.end("\n");
  } catch (error) {
    if (response.headersSent) response.destroy();
    else response.status(502).json({ error: error.message });
  }
});
