import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { answers, openChat, say } from "./chat-seat.ts";
import { hostileWorld } from "./hostile-words.ts";
import { openBrowser } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it("what is nested, repeated or endless does not cost the page its life", async () => {
  const shapes: Record<string, string> = {
    quotations: `${"> ".repeat(9_000)}end`,
    "quotations, in steps": `${Array.from({ length: 49 }, () => "> ").join("")}${"*a _b ".repeat(2_500)}${"c_ d* ".repeat(2_500)} end`,
    emphasis: `${"*a _b ".repeat(3_000)}${"c_ d* ".repeat(3_000)} end`,
    "list marks": `${"- ".repeat(9_000)}end`,
    lists: `${Array.from({ length: 190 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n")}\nend`,
    "open brackets": `${"[".repeat(18_000)} end`,
    "open images": `${"![a](".repeat(7_000)} end`,
    stars: `${"*a **b ".repeat(5_000)} end`,
    "code marks": `${"`a``b".repeat(7_000)} end`,
    autolinks: `${"www.a.b/?".repeat(4_000)} end`,
    mails: `${"a@b.c_".repeat(6_000)} end`,
    "a wide table": `|${"a|".repeat(4_000)}\n|${"-|".repeat(4_000)}\n|${"b|".repeat(4_000)}\n\nend`,
    "a long table": `|a|\n|-|\n${"|b|\n".repeat(1_500)}\nend`,
    "one long line": `${"x".repeat(39_000)} end`,
    "open tags": `${"<a ".repeat(5_000)} end`,
    footnotes: `${"[^1] ".repeat(1_000)}\n\n[^1]: end`,
  };
  const world = await hostileWorld(browser, { answers: () => ({}) });
  const { page, house, model, isClean } = world;
  await openChat(page, house.url);
  for (const [shape, text] of Object.entries(shapes)) {
    model.script([{ text }]);
    await say(page, shape);
    await answers(page).last().filter({ hasText: "end" }).waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).waitFor();
    expect([shape, (await page.getByRole("textbox", { name: "Message" }).count()) > 0]).toEqual([shape, true]);
    await isClean(shape);
  }
});
