"use client";

import type { ReactElement } from "react";

/** Which types came, and how often. */
export function TypeTable({ types }: { types: ReadonlyMap<string, number> }): ReactElement {
  const rows = [...types].sort(([a], [b]) => a.localeCompare(b));
  return (
    <table>
      <caption>Types seen</caption>
      <thead>
        <tr>
          <th scope="col">Type</th>
          <th scope="col">Messages</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([type, count]) => (
          <tr key={type}>
            <th scope="row">{type}</th>
            <td>{count.toLocaleString("en")}</td>
          </tr>
        ))}
        {rows.length === 0 && (
          <tr>
            <td colSpan={2}>Nothing has arrived yet</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
