import { expect, it } from "vitest";
import { check } from "../check-guide.mjs";

const guide = `## Step 1: Setup
<Provider
      config={{
        url: 'ws://h',
      }}
      onConnect={() => {}}
    >
      <App />
\`\`\`bash
REACT_APP_X=1
\`\`\`
1. **Use once**: wrap the root
2. Check the address
- [ ] Tested
`;

const coverage = ["Step 1: Setup", "url", "onConnect", "REACT_APP_X", "Use once", "Tested"]
  .map((item) => `| ${item} | [somewhere](x) |`)
  .join("\n");

it("an item of the guide without a row is named", () => {
  expect(check(guide, coverage)).toEqual([
    'docs/guide-coverage.md: no row for "Check the address"',
  ]);
});

it("a guide that is covered is fine", () => {
  expect(check(guide, `${coverage}\n| Check the address | [there](y) |`)).toEqual([]);
});
