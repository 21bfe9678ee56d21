import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { connection } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

async function post(server: Server, count: number, status: "success" | "error"): Promise<void> {
  const failure = { status_code: 500, error_type: "server_error", error_message: "It fell over" };
  const answer = await server.post(
    "/ingest/requests",
    Array.from({ length: count }, () => event({ status, ...(status === "error" ? failure : {}) })),
  );
  expect(answer.status).toBe(202);
}

/** What the page asked the desktop to show, and how often it asked for leave. */
async function recordNotifications(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shown: { title: string; tag: string }[] = [];
    let permission = "default";
    const Recorder = class {
      static get permission(): string {
        return permission;
      }
      static async requestPermission(): Promise<string> {
        permission = "granted";
        Object.assign(window, { asked: true });
        return permission;
      }
      constructor(title: string, { tag }: { tag: string }) {
        shown.push({ title, tag });
      }
      close(): void {}
    };
    Object.assign(window, { Notification: Recorder, shown });
  });
}

async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
}

test("[N5] a rule made on the page fires there, in the bell, the title and on the desktop, is silenced and resolved", async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  await recordNotifications(page);
  await post(server, 1, "success");
  await page.goto(`${server.url}/alerts`);
  await expect(connection(page)).toHaveText("Connected");
  const now = page.getByRole("region", { name: "Now" });
  await expect(now).toContainText("Nothing is watched yet");
  await expect(page).toHaveTitle("Alerts · Telltale");

  const bell = page.getByRole("button", { name: /^Alerts: / });
  await bell.click();
  expect(await page.evaluate(() => "asked" in window)).toBe(false);
  await page.getByRole("switch", { name: "Desktop notifications" }).click();
  expect(await page.evaluate(() => "asked" in window)).toBe(true);
  await page.keyboard.press("Escape");

  await page.keyboard.press("n");
  const editor = page.getByRole("dialog");
  await expect(editor.getByLabel("Name")).toBeFocused();
  await expect(editor.getByText("Would not have fired")).toBeVisible();
  await editor.getByLabel("Value").fill("lots");
  await expect(editor.getByLabel("Value")).toHaveAttribute("aria-invalid", "true");
  await editor.getByLabel("Value").fill("5");
  await editor.getByLabel("Fires after").fill("0");
  await editor.getByLabel("Is over after").fill("0");
  await editor.getByLabel("Fewest requests in the window to count").fill("1");
  await editor.getByRole("button", { name: "Make the rule" }).click();
  await expect(editor.getByLabel("Name")).toHaveAttribute("aria-invalid", "true");
  await editor.getByLabel("Name").fill("Too many errors");
  await editor.getByRole("button", { name: "Make the rule" }).click();
  await expect(editor).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Rules" })).toContainText("Error rate above 5.00%");
  await expect(now).toContainText("Nothing fires");

  await post(server, 1, "error");
  const row = now.getByRole("listitem").filter({ hasText: "Too many errors" });
  await expect(row).toContainText("Firing");
  await expect(row).toContainText("50.0%");
  await expect(row).toContainText("Error rate was 50.0% when it fired, above 5.00%");
  await post(server, 1, "success");
  // It moves on while the alert stays the same.
  await expect(row).toContainText(/now33\.3%/, { timeout: 15_000 });
  await expect(page).toHaveTitle("(1) Alerts · Telltale");
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute("href", "/favicon-alert.svg");
  await expect(bell).toHaveAccessibleName(/1 firing, 1 new/);
  await expect(page.getByRole("region", { name: "Messages" })).toContainText(
    "Too many errors fires",
  );
  const shown = await page.evaluate(() => (window as unknown as { shown: unknown[] }).shown);
  expect(shown).toEqual([
    { title: "Too many errors fires", tag: expect.stringMatching(/^telltale /) },
  ]);
  await bell.click();
  await expect(page.getByRole("list", { name: "Latest alerts" })).toContainText("New");
  await page.keyboard.press("Escape");
  await expect(bell).toHaveAccessibleName("Alerts: 1 firing");

  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await row.getByLabel("Note").fill("Looking at it");
  await row.getByRole("button", { name: "Acknowledge" }).click();
  await expect(row).toContainText("Looking at it");

  for (const colorScheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    expect(await violations(page), colorScheme).toEqual([]);
  }

  await row.getByRole("button", { name: "Silence" }).first().click();
  await page.getByRole("dialog").getByLabel("Why").fill("Maintenance");
  await page.getByRole("dialog").getByRole("button", { name: "Silence", exact: true }).click();
  await expect(row).toContainText("Silenced");
  await expect(bell).toHaveAccessibleName(/none firing/);
  await expect(page).toHaveTitle("Alerts · Telltale");
  const silences = page.getByRole("region", { name: "Silences" });
  await expect(silences).toContainText("Maintenance");
  await silences.getByRole("button", { name: "End now" }).click();
  await expect(silences).toContainText("ended");
  await expect(page).toHaveTitle("(1) Alerts · Telltale");

  await post(server, 60, "success");
  await expect(now).toContainText("Nothing fires");
  await expect(page).toHaveTitle("Alerts · Telltale");
  await expect(page.locator('link[rel="icon"]')).toHaveAttribute("href", "/favicon.svg");
  const history = page.getByRole("region", { name: "History" });
  for (const word of ["Firing", "Acknowledged", "Resolved"]) {
    await expect(history.getByText(word, { exact: true })).toBeVisible();
  }

  await page.goto(server.url);
  await expect(page.getByRole("img", { name: /Alerts: fired .*, resolved/ }).first()).toBeVisible();
});

test("[N6] a rule is copied, switched off, removed and brought back; every kind has an accessible editor", async ({
  page,
  server,
}) => {
  test.setTimeout(180_000);
  await server.post("/api/v1/alerts/rules", {
    kind: "budget",
    name: "Daily",
    amount: 10,
    period: "day",
  });
  await server.post("/ingest/requests", event({ cost: 2.5 }));
  await page.goto(`${server.url}/alerts`);
  const rules = page.getByRole("region", { name: "Rules" });
  await rules.getByRole("switch", { name: "Daily is watched" }).click();
  await expect(rules).toContainText("Off");
  await rules.getByRole("switch", { name: "Daily is watched" }).click();
  await expect(rules).not.toContainText("Off");
  await rules.getByRole("button", { name: "Remove Daily" }).click();
  await expect(rules).toContainText("Start from one of these");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(rules).toContainText("80%, 95%, 100% of $10.00 a day");
  await expect(page.getByRole("progressbar", { name: "Daily" })).toHaveAttribute(
    "aria-valuetext",
    /^\$2\.50 of \$10\.00/,
  );
  await rules.getByRole("button", { name: "Duplicate Daily" }).click();
  const editor = page.getByRole("dialog");
  await expect(editor.getByLabel("Name")).toHaveValue("Daily (copy)");
  for (const kind of ["threshold", "no_data", "burn_rate", "anomaly", "budget"]) {
    await editor.getByLabel("Kind").selectOption(kind);
    expect(await violations(page), kind).toEqual([]);
  }
  await editor.getByRole("button", { name: "Make the rule" }).click();
  await expect(rules.getByRole("listitem")).toHaveCount(2);
});
