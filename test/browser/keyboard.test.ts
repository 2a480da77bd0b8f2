import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "./product.ts";
import { light, newPerson, openBrowser, PASSWORD } from "./support.ts";

let browser: Browser;
let product: Product;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Presses Tab until the focused element has this accessible name, as a person without a mouse does. */
async function tabTo(page: Page, name: RegExp | string, within = "body"): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    const wanted = page
      .locator(within)
      .locator(":focus")
      .and(page.getByRole("button", { name }).or(page.getByLabel(name)));
    if ((await wanted.count()) > 0) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${name}`);
}

describe("without a mouse", () => {
  it("one gets from the setup link to a connected server", async () => {
    const { page } = await newPerson(browser);
    await page.goto(product.setupLink);
    await page.getByLabel("E-mail").waitFor();
    for (const [label, value] of [
      ["E-mail", "ada@example.org"],
      ["Name", "Ada"],
      ["Password", PASSWORD],
    ] as const) {
      await tabTo(page, new RegExp(`^${label}`));
      await page.keyboard.type(value);
    }
    await page.keyboard.press("Enter");

    await page.getByRole("article", { name: "Notes" }).waitFor();
    await tabTo(page, /^Configure/, 'article:has-text("Notes")');
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog", { name: "Configure Notes" });
    await dialog.waitFor();
    await tabTo(page, /^Demo key/);
    await page.keyboard.type("demo-ada12345");
    await tabTo(page, /^Display name/);
    await page.keyboard.type("Ada");
    await tabTo(page, "Save");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await light(page, "Notes", "Connected");
  });

  it("Escape closes the dialog and the focus returns to where it was", async () => {
    const { page } = await newPerson(browser);
    await page.goto(product.url);
    await page.getByLabel("E-mail").fill("ada@example.org");
    await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await page.keyboard.press("Enter");
    await page.getByRole("article", { name: "Notes" }).waitFor();
    await tabTo(page, /^Configure/, 'article:has-text("Notes")');
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Configure Notes" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Configure");
  });
});
