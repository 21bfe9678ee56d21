/** What a traced process did to files and said on its standard output, in order. */
export type Step =
  | { readonly kind: "open"; readonly inode: number; readonly name: string; readonly made: boolean }
  | {
      readonly kind: "write";
      readonly inode: number;
      readonly at: number | null;
      readonly bytes: Buffer;
    }
  | { readonly kind: "truncate"; readonly inode: number; readonly length: number }
  | { readonly kind: "sync"; readonly inode: number }
  | { readonly kind: "unlink"; readonly name: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "say"; readonly text: string };

const call = /^(\d+) +(\w+)\((.*)$/;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>.*= (-?\d+)/;

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll("\\x", ""), "hex");
const strings = (text: string): string[] =>
  Array.from(text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g), ([, hex]) => unhex(hex ?? "").toString());

/**
 * Reads what `strace -f -xx` wrote. Writes count from when they were made, syncs from when they were
 * answered; files outside `directory` are left out, except what was said.
 */
export function stepsOf(trace: string, directory: string): Step[] {
  const steps: Step[] = [];
  const open = new Map<number, { inode: number; append: boolean; at: number }>();
  const inodes = new Map<string, number>();
  const syncing = new Map<string, number>();
  // Calls that other threads' calls came between: by thread, until they are answered.
  const opening = new Map<string, string>();
  let next = 1;
  const opened = (rest: string, fd: number): void => {
    const [path = ""] = strings(rest);
    open.delete(fd);
    if (fd < 0 || !path.startsWith(directory) || !/O_RDWR|O_WRONLY/.test(rest)) return;
    const known = inodes.get(path);
    const inode = known ?? next++;
    inodes.set(path, inode);
    open.set(fd, { inode, append: rest.includes("O_APPEND"), at: 0 });
    steps.push({ kind: "open", inode, name: path, made: known === undefined });
    if (rest.includes("O_TRUNC")) steps.push({ kind: "truncate", inode, length: 0 });
  };
  for (const line of trace.split("\n")) {
    const late = resumed.exec(line);
    if (late !== null) {
      const [, thread = "", name = "", result = ""] = late;
      const inode = syncing.get(thread);
      if (/sync/.test(name) && inode !== undefined) steps.push({ kind: "sync", inode });
      else if (name === "openat") opened(opening.get(thread) ?? "", Number(result));
      continue;
    }
    const [, thread = "", name = "", rest = ""] = call.exec(line) ?? [];
    const unfinished = rest.endsWith("<unfinished ...>");
    const result = Number(/= (-?\d+)[^=]*$/.exec(rest)?.[1] ?? "0");
    const fd = Number(/^\d+/.exec(rest)?.[0] ?? "-1");
    const file = open.get(fd);
    if (name === "openat") {
      if (unfinished) opening.set(thread, rest);
      else opened(rest, result);
    } else if (name === "write" && fd === 1) {
      steps.push({ kind: "say", text: strings(rest)[0] ?? "" });
    } else if (name === "unlink" || name === "unlinkat") {
      const [path = ""] = strings(rest);
      if (inodes.delete(path)) steps.push({ kind: "unlink", name: path });
    } else if (name.startsWith("rename")) {
      const [from = "", to = ""] = strings(rest);
      const inode = inodes.get(from);
      if (inode === undefined) continue;
      inodes.delete(from);
      inodes.set(to, inode);
      steps.push({ kind: "rename", from, to });
    } else if (name === "close") {
      open.delete(fd);
    } else if (file !== undefined) {
      const { inode } = file;
      if (/^(?:p?write(?:64)?)$/.test(name)) {
        const bytes = unhex(/"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[1] ?? "");
        const place =
          name === "write"
            ? file.at
            : Number(
                /, (\d+)\)? /.exec(rest.slice(rest.lastIndexOf('"')).replace(/^", \d+/, ""))?.[1] ??
                  "0",
              );
        steps.push({ kind: "write", inode, at: file.append ? null : place, bytes });
        if (name === "write") file.at += bytes.length;
      } else if (name === "ftruncate") {
        steps.push({ kind: "truncate", inode, length: Number(/^\d+, (\d+)/.exec(rest)?.[1]) });
      } else if (name === "fsync" || name === "fdatasync") {
        if (unfinished) syncing.set(thread, inode);
        else steps.push({ kind: "sync", inode });
      } else if (name === "lseek" && !unfinished) file.at = result;
      else if (/writev|fallocate/.test(name)) throw new Error(`${name} is not understood`);
    }
  }
  return steps;
}

type Change = Extract<Step, { kind: "write" | "truncate" }>;

function apply(content: Buffer, change: Change, torn = Number.POSITIVE_INFINITY): Buffer {
  if (change.kind === "truncate") {
    const result = Buffer.alloc(change.length);
    content.copy(result, 0, 0, change.length);
    return result;
  }
  const bytes = change.bytes.subarray(0, torn);
  const at = change.at ?? content.length;
  const result = Buffer.alloc(Math.max(content.length, at + bytes.length));
  content.copy(result);
  bytes.copy(result, at);
  return result;
}

/**
 * The files that a power cut after the first `count` steps leaves: what was synced; of what was not,
 * a part from its beginning, the last write of it torn. A sync also makes lasting what names files
 * had before it, as journals do.
 */
export function afterPowerCut(
  steps: readonly Step[],
  count: number,
  random: () => number,
): Map<string, Buffer> {
  const contents = new Map<number, Buffer>();
  const pending = new Map<number, Change[]>();
  let names = new Map<string, number>();
  let renames: ((to: Map<string, number>) => void)[] = [];
  for (const step of steps.slice(0, count)) {
    switch (step.kind) {
      case "open":
        if (step.made) renames.push((to) => to.set(step.name, step.inode));
        break;
      case "write":
      case "truncate":
        pending.set(step.inode, [...(pending.get(step.inode) ?? []), step]);
        break;
      case "unlink":
        renames.push((to) => to.delete(step.name));
        break;
      case "rename":
        renames.push((to) => {
          const inode = to.get(step.from);
          to.delete(step.from);
          if (inode !== undefined) to.set(step.to, inode);
        });
        break;
      case "sync": {
        let content = contents.get(step.inode) ?? Buffer.alloc(0);
        for (const change of pending.get(step.inode) ?? []) content = apply(content, change);
        contents.set(step.inode, content);
        pending.delete(step.inode);
        for (const rename of renames) rename(names);
        renames = [];
        break;
      }
      case "say":
        break;
    }
  }
  names = new Map(names);
  for (const rename of renames.slice(0, Math.floor(random() * (renames.length + 1)))) rename(names);
  const files = new Map<string, Buffer>();
  for (const [name, inode] of names) {
    let content = contents.get(inode) ?? Buffer.alloc(0);
    const changes = pending.get(inode) ?? [];
    const kept = Math.floor(random() * (changes.length + 1));
    for (const change of changes.slice(0, kept)) content = apply(content, change);
    const last = changes[kept];
    if (last?.kind === "write" && random() < 0.7) {
      content = apply(content, last, Math.floor(random() * last.bytes.length));
    }
    files.set(name, content);
  }
  return files;
}
