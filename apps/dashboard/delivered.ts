// What a build adds so that the page arrives quickly: compressed copies, and the font asked for with the page.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import type { Plugin } from "vite";

/** Below this an answer's head weighs more than what is saved. */
const LEAST_BYTES = 1_024;

/** Writes each text also as `.br` and `.gz`, which the server sends to whoever understands them. */
export function compressed(): Plugin {
  return {
    name: "compressed",
    apply: "build",
    writeBundle({ dir }, bundle) {
      for (const name of Object.keys(bundle)) {
        if (!/\.(?:js|css|svg|webmanifest)$/.test(name)) continue;
        const file = path.join(dir ?? "", name);
        const text = readFileSync(file);
        if (text.length < LEAST_BYTES) continue;
        writeFileSync(`${file}.br`, brotliCompressSync(text));
        writeFileSync(`${file}.gz`, gzipSync(text, { level: 9 }));
      }
    },
  };
}

/** The font of nearly every text, asked for before the styles that name it have arrived. */
export function fontFirst(): Plugin {
  return {
    name: "font-first",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle }) {
        const font = Object.keys(bundle ?? {}).find((name) => /inter-latin-wght-normal/.test(name));
        if (font === undefined) throw new Error("The build has no latin Inter to ask for first.");
        const attrs = {
          rel: "preload",
          as: "font",
          type: "font/woff2",
          crossorigin: "",
          href: `/${font}`,
        };
        return [{ tag: "link", attrs, injectTo: "head" }];
      },
    },
  };
}
