import { connection } from "next/server";
import { Live } from "./live";

/** Rendered on the server for each visit, so that a new address needs no new build. */
export default async function Page() {
  await connection();
  const url = process.env.TELLTALE_URL ?? "ws://localhost:8000/metrics/stream";
  return (
    <main>
      <h1>LLM service</h1>
      <Live url={url} />
    </main>
  );
}
