import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { type Product, startProduct } from "./product.ts";
import {
  card,
  createAdmin,
  enterNotesKey,
  initialize,
  light,
  newPerson,
  openBrowser,
  openConfigure,
  openTools,
  runTool,
  settled,
} from "./support.ts";

let browser: Browser;
let product: Product;
/** The admin's cookies, so that not every view begins with signing in. */
let storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;

/** Every view a person can come to; each leaves the page where it is to be looked at. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  servers: async (page) => {
    await page.goto(product.url);
    await card(page, "Notes").waitFor();
  },
  "configure dialog": async (page) => {
    await page.goto(product.url);
    await openConfigure(page, "Notes");
  },
  "tools and a result": async (page) => {
    await page.goto(product.url);
    await openTools(page, "Notes");
    await runTool(page, { title: "Who am I?", shows: "You are Ada" });
  },
  "API keys": (page) => openSection(page, "/keys", "API keys"),
  people: (page) => openSection(page, "/people", "People"),
  problems: (page) => openSection(page, "/problems", "Problems"),
};

async function openSection(page: Page, path: string, title: string): Promise<void> {
  await page.goto(`${product.url}${path}`);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
  const { page, context } = await newPerson(browser);
  await createAdmin(page, product.setupLink);
  await enterNotesKey(page, "demo-ada12345", "Ada");
  await initialize(page, "Notes");
  await light(page, "Notes", "Connected");
  storageState = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

describe.each(["light", "dark"] as const)("every view, %s", (colorScheme) => {
  it("before signing in: axe finds nothing serious", async () => {
    const { page, context } = await newPerson(browser, { colorScheme });
    await page.goto(product.url);
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await settled(page);
    expect(await seriousFaults(page)).toEqual([]);
    await context.close();
  });

  it.each(Object.keys(VIEWS))("%s: axe finds nothing serious", async (name) => {
    const { page, context } = await newPerson(browser, { colorScheme, storageState });
    await VIEWS[name]?.(page);
    await settled(page);
    expect(await seriousFaults(page)).toEqual([]);
    await context.close();
  });
});

describe("at 360 pixels", () => {
  it.each(Object.keys(VIEWS))("%s: nothing is cut off at the side", async (name) => {
    const { page, context } = await newPerson(browser, { viewport: { width: 360, height: 740 }, storageState });
    await VIEWS[name]?.(page);
    await settled(page);
    const { content, screen } = await page.evaluate(() => ({
      content: document.documentElement.scrollWidth,
      screen: document.documentElement.clientWidth,
    }));
    expect(content).toBeLessThanOrEqual(screen);
    await context.close();
  });
});
