/**
 * Reads server-sent events (WHATWG HTML, "Server-sent events"), piece by piece, for their data. What
 * it returns says whether a piece brought any.
 */
export function eventStream(emit: (data: string) => void): (piece: string) => boolean {
  let rest = "";
  let data: string[] = [];
  return (piece) => {
    let any = false;
    // A CR at the end may be the first half of a line end.
    const lines = (rest + piece).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, text] = /^data(?:: ?|$)(.*)/s.exec(line) ?? [];
      if (text !== undefined) data.push(text);
      if (line !== "" || data.length === 0) continue;
      any = true;
      const event = data.join("\n");
      data = [];
      emit(event);
    }
    return any;
  };
}
