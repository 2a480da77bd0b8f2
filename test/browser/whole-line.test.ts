import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "./product.ts";
import { card, createAdmin, enterNotesKey, initialize, light, newPerson, openBrowser, openTools, runTool } from "./support.ts";

let browser: Browser;
let product: Product;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
});
afterAll(async () => {
  await browser?.close();
  expect(await product?.stop()).toBe(0);
});

describe("from the setup link to a tool's result", () => {
  it("first run, panel, key, reinitialize, green light without a reload, tool, result", async () => {
    const { page, complaints } = await newPerson(browser);
    await createAdmin(page, product.setupLink);
    for (const title of ["Everything", "Notes", "Desk"]) await card(page, title).waitFor();
    await light(page, "Notes", "Disconnected");
    await page.evaluate(() => Object.assign(globalThis, { neverReloaded: true }));

    await enterNotesKey(page, "demo-ada12345", "Ada L.");
    await initialize(page, "Notes");
    await light(page, "Notes", "Connected");

    await openTools(page, "Notes");
    await runTool(page, { title: "Who am I?", shows: "You are Ada L., with the key demo-ad…45." });
    expect(await page.getByRole("region", { name: "Result" }).innerText()).toContain("ada@example.org");
    expect(await page.evaluate(() => "neverReloaded" in globalThis)).toBe(true);
    expect(await page.content()).not.toContain("demo-ada12345");
    expect(complaints).toEqual([]);
  });
});
