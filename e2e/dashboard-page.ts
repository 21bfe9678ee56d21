import type { Locator, Page } from "@playwright/test";

/** The address of every place in the navigation. */
export function everyPlace(page: Page): Promise<string[]> {
  return page
    .getByRole("navigation", { name: "Pages", includeHidden: true })
    .first()
    .getByRole("link", { includeHidden: true })
    .evaluateAll((links) =>
      links.map((link) => new URL((link as HTMLAnchorElement).href).pathname),
    );
}

/** A figure on the overview, by its label; its `title` is the full value. */
export function figure(page: Page, label: string): Locator {
  return page
    .locator("dl > div")
    .filter({ has: page.getByRole("term").getByText(label, { exact: true }) })
    .locator("dd [title]")
    .first();
}

/** The number that a figure stands for. */
export async function amount(page: Page, label: string): Promise<number> {
  const title = (await figure(page, label).getAttribute("title")) ?? "";
  return Number(title.replace(/[^\d.-]/g, ""));
}

/** The row of one model in the table of models. */
export function modelRow(page: Page, model: string): Locator {
  return page
    .getByRole("region", { name: "Model performance" })
    .getByRole("row")
    .filter({ has: page.getByText(model, { exact: true }) });
}

/** The newest requests, first the newest. */
export function recentRows(page: Page): Locator {
  return page.getByRole("grid", { name: "Recent requests" }).locator("[data-row]");
}

/** The cell of a request's row below the column of that name. */
export async function cell(page: Page, row: Locator, column: string): Promise<Locator> {
  const grid = page.getByRole("grid", { name: "Recent requests" });
  const names = await grid.getByRole("columnheader").allTextContents();
  return row.getByRole("gridcell").nth(names.indexOf(column));
}

/** The word in the header that says how the connection is doing. */
export function connection(page: Page): Locator {
  return page.getByRole("banner").getByRole("status");
}
