// @vitest-environment node
import { renderToString } from "react-dom/server";
import { expect, it } from "vitest";
import Page from "../app/page";

it("is rendered disconnected and empty", () => {
  const html = renderToString(<Page />);
  expect(html).toContain("Waiting for the first figures…");
  expect(html).toContain('data-state="DISCONNECTED"');
});
