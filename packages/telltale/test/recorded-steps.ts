/** What a traced process did to files and said on its standard output, in order. */
export type Step =
  | { readonly kind: "make"; readonly inode: number; readonly name: string }
  | {
      readonly kind: "write";
      readonly inode: number;
      /** Null at the end of the file. */
      readonly at: number | null;
      readonly bytes: Buffer;
    }
  | { readonly kind: "truncate"; readonly inode: number; readonly length: number }
  /**
   * Was answered now, and speaks for what came before step `since`, when it was asked for. `inode` is
   * null for the directory.
   */
  | { readonly kind: "sync"; readonly inode: number | null; readonly since: number }
  | { readonly kind: "unlink"; readonly name: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string }
  | { readonly kind: "say"; readonly text: string };

/** The calls to trace: `strace -f -y -xx -s <more than any write> -e trace=<these>`. */
export const tracedCalls =
  "openat,creat,open,write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,truncate,ftruncate," +
  "fallocate,copy_file_range,sendfile,splice,link,linkat,unlink,unlinkat,rename,renameat,renameat2";

const begun = /^(\d+) +(\w+)\((.*)$/s;
const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)$/s;
const answer = / = (-?\d+)[^=]*$/;
const hex = "((?:\\\\x[0-9a-f]{2})*)";
const quoted = new RegExp(`"${hex}"`, "g");
const descriptor = new RegExp(`^(\\d+)<${hex}>(\\(deleted\\))?`);
const written = new RegExp(`, "${hex}", (\\d+)(?:, (\\d+))?`);

const unhex = (text: string): Buffer => Buffer.from(text.replaceAll("\\x", ""), "hex");
const strings = (text: string): string[] =>
  Array.from(text.matchAll(quoted), ([, found = ""]) => unhex(found).toString());

/**
 * Reads what `strace` wrote, strictly: what it does not understand of files below `directory` is an
 * error, never left out. Threads come between each other's calls: what a call changes may be on the
 * disk from when it began; what it promises holds from when it was answered.
 */
export function stepsOf(trace: string, directory: string): Step[] {
  const steps: Step[] = [];
  const inodes = new Map<string, number>();
  const appending = new Set<string>();
  /** By thread: the call it waits for, and how many steps there were when it began. */
  const waiting = new Map<string, { readonly text: string; readonly since: number }>();
  let next = 1;

  const inodeOf = (name: string): number => {
    const inode = inodes.get(name);
    if (inode === undefined) throw new Error(`${name} was there before the recording`);
    return inode;
  };
  const begin = (call: string, text: string): void => {
    if (call === "openat") return;
    if (call === "rename" || call === "renameat" || call === "renameat2") {
      const [from = "", to = ""] = strings(text);
      const inode = inodes.get(from);
      if (inode === undefined) return;
      inodes.delete(from);
      inodes.set(to, inode);
      steps.push({ kind: "rename", from, to });
    } else if (call === "unlink" || call === "unlinkat") {
      const [name = ""] = strings(text);
      if (inodes.delete(name)) steps.push({ kind: "unlink", name });
    } else {
      const [, fd, encoded, deleted] = descriptor.exec(text) ?? [];
      if (fd === "1" && call === "write") {
        steps.push({ kind: "say", text: strings(text)[0] ?? "" });
        return;
      }
      const name = encoded === undefined ? (strings(text)[0] ?? "") : unhex(encoded).toString();
      // What becomes of a file without a name is lost anyway.
      if (!name.startsWith(directory) || deleted !== undefined) return;
      if (name === directory && call === "fsync") return;
      const inode = inodeOf(name);
      if (call === "write" || call === "pwrite64") {
        const [, content, length, at] = written.exec(text) ?? [];
        if (content === undefined || (call === "write" && !appending.has(name)))
          throw new Error(`A ${call} to ${name} is not understood`);
        const bytes = unhex(content);
        if (bytes.length !== Number(length)) throw new Error(`A ${call} was cut off in the trace`);
        steps.push({ kind: "write", inode, at: call === "write" ? null : Number(at), bytes });
      } else if (call === "ftruncate") {
        const length = /, (\d+)/.exec(text)?.[1];
        steps.push({ kind: "truncate", inode, length: Number(length) });
      } else if (call !== "fsync" && call !== "fdatasync") {
        throw new Error(`${call} of ${name} is not understood`);
      }
    }
  };
  const end = (call: string, text: string, result: number, since: number): void => {
    if (call === "openat") {
      const [name = ""] = strings(text.replace(/^\w+<[^>]*>/, ""));
      if (result < 0 || !name.startsWith(directory) || !/O_RDWR|O_WRONLY/.test(text)) return;
      if (text.includes("O_APPEND")) appending.add(name);
      else appending.delete(name);
      let inode = inodes.get(name);
      if (inode === undefined) {
        inode = next++;
        inodes.set(name, inode);
        steps.push({ kind: "make", inode, name });
      }
      if (text.includes("O_TRUNC")) steps.push({ kind: "truncate", inode, length: 0 });
      return;
    }
    const [, , encoded = "", deleted] = descriptor.exec(text) ?? [];
    const name = unhex(encoded).toString();
    if (!name.startsWith(directory) || deleted !== undefined) return;
    if (call === "fsync" || call === "fdatasync") {
      const inode = name === directory ? null : inodeOf(name);
      if (result === 0) steps.push({ kind: "sync", inode, since });
    } else if (result < 0 || (/write/.test(call) && result !== Number(written.exec(text)?.[2]))) {
      throw new Error(`A ${call} to ${name} was answered ${result}`);
    }
  };

  for (const line of trace.slice(0, trace.lastIndexOf("\n")).split("\n")) {
    const [, late, lateCall = "", rest = ""] = resumed.exec(line) ?? [];
    if (late !== undefined) {
      const call = waiting.get(late);
      const result = answer.exec(rest)?.[1];
      waiting.delete(late);
      if (call !== undefined && result !== undefined)
        end(lateCall, call.text, Number(result), call.since);
      continue;
    }
    const [, thread, call = "", text = ""] = begun.exec(line) ?? [];
    if (thread === undefined) continue;
    const since = steps.length;
    begin(call, text);
    const result = answer.exec(text)?.[1];
    if (text.endsWith("<unfinished ...>")) waiting.set(thread, { text, since });
    else if (result !== undefined) end(call, text, Number(result), since);
  }
  return steps;
}
