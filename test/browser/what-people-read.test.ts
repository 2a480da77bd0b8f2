import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { type Product, startProduct } from "./product.ts";
import { card, createAdmin, enterNotesKey, initialize, light, newPerson, openBrowser, settled } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

async function newProduct(): Promise<{ product: Product; page: Page }> {
  const product = await startProduct();
  await kept({ close: () => product.stop() });
  const { page, context } = await newPerson(browser);
  await kept(context);
  return { product, page };
}

it("says what is wrong with a form in people's words, once", async () => {
  const { product, page } = await newProduct();
  await page.goto(product.setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create admin account" }).click();
  const words = await page.getByRole("alert").innerText();
  expect(words).toContain("at least 10 characters");
  expect(words.match(/at least 10/g)).toHaveLength(1);
  expect(words).not.toMatch(/details|request|\//);
});

it("after a refused key the values come first, and what is said never lies over what is typed", async () => {
  const { product, page } = await newProduct();
  await createAdmin(page, product.setupLink);
  await enterNotesKey(page, "wrong", "Ada");
  await light(page, "Notes", "Error");
  const buttons = await card(page, "Notes").getByRole("button").allInnerTexts();
  expect(buttons.indexOf("Configure")).toBeLessThan(buttons.indexOf("Reinitialize"));
  const toast = page.getByRole("alert").filter({ hasText: "Notes did not connect" });
  await page.getByRole("link", { name: "Chat" }).click();
  const foot = page.locator("form", { has: page.getByRole("textbox", { name: "Message" }) });
  for (const width of [1440, 768, 360]) {
    await page.setViewportSize({ width, height: 740 });
    await toast.waitFor();
    await settled(page);
    const [above, below] = await Promise.all([toast.boundingBox(), foot.boundingBox()]);
    expect([width, (above?.y ?? 0) + (above?.height ?? 0) <= (below?.y ?? 0)]).toEqual([width, true]);
  }
});

it("what a program wrote is told apart by people, not by their ids", async () => {
  const { product, page } = await newProduct();
  await createAdmin(page, product.setupLink);
  await initialize(page, "Everything");
  await light(page, "Everything", "Connected");
  await card(page, "Everything").getByRole("button", { name: "Output" }).click();
  await page.getByRole("dialog").getByRole("region", { name: "Connection of ada@example.org" }).waitFor();
});
