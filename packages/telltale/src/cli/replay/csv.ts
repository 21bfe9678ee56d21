/**
 * The fields of one line of CSV (RFC 4180). A quoted field may hold commas and doubled quotes; one
 * that goes on in the next line is not found in traces and gives null, as other damage does.
 */
export function csvFields(line: string): string[] | null {
  const fields: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (field.lastIndex <= line.length) {
    const found = field.exec(line);
    if (found === null) return null;
    const [, quoted, plain, end] = found;
    fields.push(quoted === undefined ? (plain ?? "").trim() : quoted.replaceAll('""', '"'));
    if (end === "") return fields;
  }
  return null;
}
