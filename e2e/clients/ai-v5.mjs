import { createOpenAI } from "@ai-sdk/openai-v2";
import { generateText, streamText } from "ai-v5";
import { traces } from "./telemetry.cjs";

const provider = traces();
const model = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL }).chat("gpt-4o-mini");
const telemetry = { experimental_telemetry: { isEnabled: true, metadata: { userId: "ada" } } };

await generateText({ model, prompt: "Say hello", maxRetries: 0, ...telemetry });
const { textStream } = streamText({ model, prompt: "Say hello", maxRetries: 0, ...telemetry });
for await (const _ of textStream);
await provider.forceFlush();
await provider.shutdown();
