"use client";

import type { ReactElement } from "react";
import type { Filter } from "./filter.ts";

interface FilterFieldsProps {
  filter: Filter;
  types: Iterable<string>;
  onChange: (filter: Filter) => void;
}

/** Which frames are shown. */
export function FilterFields({ filter, types, onChange }: FilterFieldsProps): ReactElement {
  return (
    <>
      <label>
        Type{" "}
        <select
          value={filter.type}
          onChange={(event) => onChange({ ...filter, type: event.target.value })}
        >
          <option value="">All</option>
          {[...types].sort().map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label>
        Direction{" "}
        <select
          value={filter.direction}
          onChange={({ target: { value } }) =>
            onChange({ ...filter, direction: value === "in" || value === "out" ? value : "" })
          }
        >
          <option value="">Both</option>
          <option value="in">Received</option>
          <option value="out">Sent</option>
        </select>
      </label>
      <label>
        Contains{" "}
        <input
          type="search"
          value={filter.text}
          onChange={(event) => onChange({ ...filter, text: event.target.value })}
        />
      </label>
    </>
  );
}
