// Holds ARCHITECTURE.md's floors: imports point one way, adapters stay in their rooms, nothing is in
// a circle. The rules are in import-rules.mjs.
import path from "node:path";
import * as rules from "./import-rules.mjs";
import { files, isMain, lineAt, read, report } from "./sources.mjs";

const imports =
  /^\s*(?:import|export)\s+(type\b)?(?:[^;"'`]*?\sfrom\s+)?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gm;

/** Every import of a source text: what and on which line. */
export function importsOf(text) {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, (comment) =>
    comment.replace(/[^\n]/g, " "),
  );
  return [...code.matchAll(imports)].map((match) => ({
    target: match[2] ?? match[3],
    typeOnly: match[1] !== undefined,
    line: lineAt(code, match.index + match[0].length),
  }));
}

function workspaceOf(file) {
  return Object.keys(rules.workspaces).find((name) => file.startsWith(`${name}/src/`));
}

/** The room of a file of the server: the longest entry of the table that covers it. */
function roomOf(file) {
  const inside = file.slice("packages/telltale/src/".length);
  const found = rules.floors.flatMap((rooms, floor) =>
    rooms
      .filter((room) => inside.startsWith(`${room}/`) || inside.startsWith(`${room}.`))
      .map((room) => ({ room, floor })),
  );
  return found.sort((a, b) => b.room.length - a.room.length)[0];
}

function inRoom(file, room) {
  const inside = file.slice("packages/telltale/src/".length);
  return inside === `${room}.ts` || inside.startsWith(`${room}/`) || inside.startsWith(`${room}-`);
}

function composes(file) {
  return rules.composition.includes(roomOf(file)?.room);
}

const isPackage = (target, name) =>
  name.endsWith("/") ? target.startsWith(name) : target === name || target.startsWith(`${name}/`);

function faultOfPackage(file, target) {
  const workspace = workspaceOf(file);
  const own = Object.entries(rules.alsoAllowed).find(([directory]) => file.startsWith(directory));
  const allowed = [...rules.workspaces[workspace], ...(own?.[1] ?? [])];
  if (isPackage(target, "@telltale/") || isPackage(target, "telltale")) {
    if (workspace.endsWith("testkit") || allowed.some((name) => isPackage(target, name))) return;
    return `${workspace} must not import ${target}`;
  }
  if (workspace !== "packages/telltale") return;
  const adapter = rules.adapters.find((entry) => isPackage(target, entry.package));
  const rooms = adapter ? [adapter.room, ...(adapter.alsoIn ?? [])] : [];
  if (adapter && !rooms.some((room) => inRoom(file, room)))
    return `${target} is imported only in ${adapter.room}`;
}

function faultOfFile(file, target, typeOnly) {
  const workspace = workspaceOf(file);
  if (workspace === "packages/testkit") return;
  if (workspaceOf(target) !== workspace) return `leaves its package (${target})`;
  if (workspace !== "packages/telltale") return;
  const adapter = rules.adapters.find((entry) => inRoom(target, entry.room));
  if (adapter && !typeOnly && !inRoom(file, adapter.room) && !composes(file))
    return `${adapter.room} is imported only by ${rules.composition.join(" and ")}`;
  const from = roomOf(file);
  const to = roomOf(target);
  if (!from || !to) return;
  if (from.room !== to.room && from.floor <= to.floor)
    return `${from.room} is not above ${to.room} (${target})`;
}

/** Groups of files that import each other in a circle. */
export function circles(graph) {
  const state = new Map();
  const found = [];
  const visit = (file, trail) => {
    state.set(file, "open");
    for (const next of graph.get(file) ?? []) {
      if (state.get(next) === "open") found.push([...trail.slice(trail.indexOf(next)), next]);
      else if (!state.has(next)) visit(next, [...trail, next]);
    }
    state.set(file, "done");
  };
  for (const file of graph.keys()) if (!state.has(file)) visit(file, [file]);
  return found;
}

/** @param sources file name → text */
export function check(sources) {
  const faults = [];
  const graph = new Map();
  for (const [file, text] of sources) {
    const workspace = workspaceOf(file);
    if (!workspace) continue;
    if (workspace === "packages/telltale" && !roomOf(file))
      faults.push(`${file}: has no floor; give it one in scripts/import-rules.mjs`);
    const neighbours = [];
    for (const { target, line, typeOnly } of importsOf(text)) {
      const alias = target.startsWith("@/") ? `${workspace}/src/${target.slice(2)}` : undefined;
      const local = target.startsWith(".")
        ? path.posix.join(path.posix.dirname(file), target)
        : alias;
      const fault = local ? faultOfFile(file, local, typeOnly) : faultOfPackage(file, target);
      if (fault) faults.push(`${file}:${line}: ${fault}`);
      if (local) {
        const written = [local, `${local}.ts`, `${local}.tsx`, `${local}/index.ts`];
        neighbours.push(...written.filter((name) => sources.has(name)));
      }
    }
    graph.set(file, neighbours);
    if (file.startsWith(rules.raw.directory) && !rules.raw.except.includes(file)) {
      for (const match of text.matchAll(rules.raw.pattern))
        faults.push(`${file}:${lineAt(text, match.index)}: ${match[0]} belongs in env.ts`);
    }
  }
  for (const circle of circles(graph)) faults.push(`circle: ${circle.join(" → ")}`);
  return faults;
}

if (isMain(import.meta)) {
  const names = files(/^(?:packages|apps)\/[^/]+\/src\/.*\.tsx?$/);
  report(check(new Map(names.map((name) => [name, read(name)]))));
}
