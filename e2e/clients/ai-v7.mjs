import { createOpenAI } from "@ai-sdk/openai-v4";
import { OpenTelemetry } from "@ai-sdk/otel";
import { generateText, registerTelemetry, streamText } from "ai-v7";
import { traces } from "./telemetry.cjs";

const provider = traces();
registerTelemetry(new OpenTelemetry());
const model = createOpenAI({ baseURL: process.env.OPENAI_BASE_URL }).chat("gpt-4o-mini");

await generateText({ model, prompt: "Say hello", maxRetries: 0 });
const { textStream } = streamText({ model, prompt: "Say hello", maxRetries: 0 });
for await (const _ of textStream);
await provider.forceFlush();
await provider.shutdown();
