import { SERIES_GROUPS, SERIES_METRICS } from "@telltale/protocol";
import fc from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { inOrder, move, reorder, resize, roomFor, settle } from "../src/boards/arrange.ts";
import { type Board, COLUMNS, MAX_PANELS, type Place, panelKinds } from "../src/boards/board.ts";
import { decodeBoard, encodeBoard, MAX_ENCODED } from "../src/boards/board-address.ts";
import { boardFile, readBoardFile } from "../src/boards/board-file.ts";
import { readBoards } from "../src/boards/boards.ts";
import { heatGrid } from "../src/boards/heat-cells.ts";
import { BoardError, readBoard } from "../src/boards/read-board.ts";
import { latencyBoard, modelBoard, moneyBoard } from "../src/boards/templates.ts";
import { titleOf } from "../src/boards/title.ts";
import { presets } from "../src/range/range.ts";
import { HEATMAP_METRICS } from "../src/services/heatmap.ts";

const line = { kind: "line", metric: "requests", x: 0, y: 0, w: 6, h: 7 };

const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((each) => each.trim());

const panel = fc.constantFrom(...panelKinds).chain((kind) =>
  fc.record(
    {
      kind: fc.constant(kind),
      title: text,
      metric: fc.constantFrom(...(kind === "heatmap" ? HEATMAP_METRICS : SERIES_METRICS)),
      group: fc.constantFrom(...SERIES_GROUPS),
      q: fc.constantFrom("", "model:gpt-4*", 'status:error "rate limit"', "latency>2s -provider:x"),
      range: fc.constantFrom(...presets.map(({ name }) => name)),
      x: fc.nat(20),
      y: fc.nat(60),
      w: fc.integer({ min: 0, max: 20 }),
      h: fc.integer({ min: 0, max: 40 }),
    },
    { requiredKeys: ["kind", "metric", "group", "x", "y", "w", "h"] },
  ),
);

const board = fc
  .record({
    name: text.filter((name) => name !== ""),
    panels: fc.array(panel, { maxLength: 12 }),
  })
  .map((value): Board => readBoard(value));

const overlaps = (panels: readonly Place[]): boolean =>
  panels.some((a, i) =>
    panels.some(
      (b, j) => i < j && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h,
    ),
  );

describe("[W2] a board in an address", () => {
  test("comes back as it was, whatever it holds", () => {
    fc.assert(
      fc.property(board, (each) => {
        const encoded = encodeBoard(each);
        expect(encoded).toMatch(/^[\w.-]*$/);
        if (encoded.length <= MAX_ENCODED) expect(decodeBoard(encoded)).toEqual(each);
      }),
    );
  });

  test("comes back from a file too", () => {
    fc.assert(
      fc.property(board, (each) => {
        expect(readBoardFile(boardFile(each))).toEqual(each);
      }),
    );
  });

  test("that was cut or altered is refused in words, never half shown", () => {
    const encoded = encodeBoard(moneyBoard);
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
        const altered = encoded.slice(0, at) + put;
        let read: Board | undefined;
        try {
          read = decodeBoard(altered);
        } catch (error) {
          expect(error).toBeInstanceOf(BoardError);
        }
        if (read) expect(altered).toBe(encoded);
      }),
    );
  });

  test("is bounded", () => {
    expect(() => decodeBoard(`v1.${"a".repeat(MAX_ENCODED)}`)).toThrow(/longer than 6000/);
    expect(() => decodeBoard("v2.abc")).toThrow(/made by this version/);
    for (const starter of [latencyBoard, moneyBoard, modelBoard("gpt-4o-mini")]) {
      expect(encodeBoard(starter).length).toBeLessThan(1_000);
    }
  });
});

describe("[W1] a board from outside", () => {
  test.each([
    [null, /a board was expected/i],
    [[], /a board was expected/i],
    [{ panels: [] }, /name/],
    [{ name: " ", panels: [] }, /name/],
    [{ name: "x".repeat(81), panels: [] }, /1 to 80/],
    [{ name: "x", panels: {} }, /list of panels/],
    [{ name: "x", panels: Array(MAX_PANELS + 1).fill(line) }, /41 panels; 40/],
    [{ name: "x", panels: [line, 5] }, /Panel 2 is not an object/],
    [{ name: "x", panels: [{ ...line, kind: "pie" }] }, /not "pie"/],
    [{ name: "x", panels: [{ ...line, metric: "latency_ms" }] }, /no line panel can show/],
    [{ name: "x", panels: [{ ...line, metric: "toString" }] }, /can show "toString"/],
    [{ name: "x", panels: [{ ...line, kind: "heatmap" }] }, /no heatmap panel can show/],
    [{ name: "x", panels: [{ ...line, group: "planet" }] }, /grouped by "planet"/],
    [{ name: "x", panels: [{ ...line, kind: "table" }] }, /a table needs a group/],
    [{ name: "x", panels: [{ ...line, q: "modle:x" }] }, /filter, column 1/],
    [{ name: "x", panels: [{ ...line, range: "2y" }] }, /time range "2y"/],
    [{ name: "x", panels: [{ ...line, x: -1 }] }, /its x/],
    [{ name: "x", panels: [{ ...line, w: 1e9 }] }, /its w/],
    [{ name: "x", panels: [{ ...line, h: "7" }] }, /its h/],
    [{ name: "x", panels: [{ ...line, title: 7 }] }, /its title/],
  ])("%j is refused with what is wrong", (value, words) => {
    expect(() => readBoard(value)).toThrow(words);
  });

  test("has panels that fit the grid and do not lie over one another", () => {
    fc.assert(
      fc.property(board, ({ panels }) => {
        expect(overlaps(panels)).toBe(false);
        for (const { x, w } of panels) expect(x + w).toBeLessThanOrEqual(COLUMNS);
        expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
      }),
    );
  });

  test("that is broken does not take the others of this browser with it", () => {
    const good = { id: "good", ...latencyBoard };
    const stored = {
      version: 1,
      boards: [good, { id: "bad", name: "x" }, good, { ...good, id: 7 }],
    };
    expect(readBoards(stored)).toEqual([good]);
    expect(readBoards({ version: 2, boards: [good] })).toEqual([]);
    expect(readBoards("[]")).toEqual([]);
  });

  test("may be a starter board as it is", () => {
    for (const starter of [latencyBoard, moneyBoard, modelBoard('a "quoted" model')]) {
      expect(readBoard(starter)).toEqual(starter);
    }
  });
});

describe("[W3] arranging by keyboard", () => {
  const id = fc.nat(11);
  const direction = fc.constantFrom("left", "right", "up", "down" as const);

  test("never loses a panel, leaves a hole above one or lays one over another", () => {
    fc.assert(
      fc.property(board, fc.array(fc.tuple(id, direction, fc.boolean())), ({ panels }, steps) => {
        let now = panels;
        for (const [at, towards, sizing] of steps) {
          const chosen = now[at]?.id ?? "";
          now = sizing ? resize(now, chosen, towards, { w: 2, h: 3 }) : move(now, chosen, towards);
        }
        expect(now.map((each) => each.id)).toEqual(panels.map((each) => each.id));
        expect(overlaps(now)).toBe(false);
        expect(settle(now)).toEqual(now);
      }),
    );
  });

  const place = (name: string, x: number, y: number, w = 6, h = 4) => ({ id: name, x, y, w, h });

  test("up and down go past the neighbour, left and right by a column", () => {
    const two = [place("a", 0, 0), place("b", 0, 4)];
    expect(move(two, "a", "down")).toEqual([place("a", 0, 4), place("b", 0, 0)]);
    expect(move(two, "b", "up")).toEqual([place("a", 0, 4), place("b", 0, 0)]);
    expect(move(two, "a", "up")).toEqual(two);
    expect(move([place("a", 0, 0)], "a", "right")).toEqual([place("a", 1, 0)]);
    expect(move([place("a", 6, 0)], "a", "right")).toEqual([place("a", 6, 0)]);
  });

  test("a size stops at the smallest and at the edge", () => {
    const least = { w: 3, h: 3 };
    const [wide] = resize([place("a", 0, 0)], "a", "right", least);
    expect(wide).toMatchObject({ w: 7, h: 4 });
    const full = [place("a", 6, 0)];
    expect(resize(full, "a", "right", least)).toBe(full);
    const small = [place("a", 0, 0, 3, 3)];
    expect(resize(small, "a", "left", least)).toBe(small);
    expect(resize(small, "a", "up", least)).toBe(small);
  });

  test("in one column a panel changes places with its neighbour", () => {
    const three = [place("a", 0, 0), place("b", 6, 0), place("c", 0, 4, 12)];
    const names = (panels: readonly (Place & { id: string })[]): string =>
      inOrder(panels)
        .map((each) => each.id)
        .join("");
    expect(names(reorder(three, "a", 1))).toBe("bac");
    expect(names(reorder(three, "b", -1))).toBe("bac");
    // One that is as wide as the grid goes past both that stand beside each other.
    expect(names(reorder(three, "c", -1))).toBe("cab");
    expect(names(reorder(three, "b", 1))).toBe("cab");
    expect(reorder(three, "a", -1)).toBe(three);
    expect(overlaps(reorder(three, "c", -1))).toBe(false);
  });

  test("a new panel takes the first room", () => {
    expect(roomFor([], { w: 6, h: 4 })).toEqual({ x: 0, y: 0, w: 6, h: 4 });
    expect(roomFor([place("a", 0, 0)], { w: 6, h: 4 })).toMatchObject({ x: 6, y: 0 });
    expect(roomFor([place("a", 0, 0)], { w: 8, h: 4 })).toMatchObject({ x: 0, y: 4 });
  });
});

test("a panel without a name is called after what it shows", () => {
  expect(titleOf({ kind: "line", title: "", metric: "cost", group: "user_id" })).toBe(
    "Cost by user",
  );
  expect(titleOf({ kind: "stat", title: "", metric: "p95_latency_ms" })).toBe("p95 latency");
  expect(titleOf({ kind: "stat", title: "Slow?", metric: "p95_latency_ms" })).toBe("Slow?");
});

test("a heat map has every step and every bucket between the lowest and the highest", () => {
  const grid = heatGrid(
    {
      buckets: [
        { bucket: null, low: 0, high: 0 },
        { bucket: 4, low: 4, high: 8 },
        { bucket: 6, low: 16, high: 32 },
      ],
      cells: [
        [1_000, 4, 3],
        [3_000, 6, 5],
        [3_000, null, 1],
        [9_000, 6, 7],
      ],
    },
    { from: 1_000, to: 4_000, step: 1_000 },
  );
  expect(grid.times).toEqual([1_000, 2_000, 3_000]);
  expect(grid.rows.map(({ bucket, low, high, counts }) => [bucket, low, high, counts])).toEqual([
    [6, 16, 32, [0, 0, 5]],
    [5, 8, 16, [0, 0, 0]],
    [4, 4, 8, [3, 0, 0]],
    [null, 0, 0, [0, 0, 1]],
  ]);
  expect([grid.most, grid.total]).toEqual([5, 9]);
});
