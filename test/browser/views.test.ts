import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import { allow, sendTo, signInDialog } from "./diary-seat.ts";
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
  "first run": async (page) => {
    await page.goto(`${product.url}/setup#token=some-token`);
    await page.getByRole("button", { name: "Create admin account" }).waitFor();
  },
  "account menu": async (page) => {
    await page.goto(product.url);
    await page.getByRole("button", { name: /ada@example\.org/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).waitFor();
  },
  servers: async (page) => {
    await page.goto(product.url);
    await card(page, "Notes").waitFor();
  },
  "chat without a model": async (page) => {
    await page.goto(`${product.url}/chat`);
    await page.getByRole("heading", { name: "Tool console" }).waitFor();
    await page.getByText("No model is configured").waitFor();
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
  functions: async (page) => {
    await page.goto(`${product.url}/servers/notes/functions`);
    await page.getByRole("list", { name: "Functions" }).waitFor();
  },
  "functions, all allowed": async (page) => {
    await page.goto(`${product.url}/servers/notes/functions`);
    await page.getByRole("group", { name: "Set all that are shown" }).getByRole("button", { name: "Always allow" }).click();
    await page.getByRole("dialog").getByRole("list").waitFor();
  },
  "API keys": (page) => openSection(page, "/keys", "API keys"),
  people: (page) => openSection(page, "/people", "People"),
  "sign-in dialog": async (page) => {
    await page.goto(`${product.url}/?sign-in=diary`);
    await signInDialog(page).getByText("Sign in on another device").click();
    await signInDialog(page).getByRole("img", { name: "QR code of the link" }).waitFor();
  },
  "sign-in on the card": async (page) => {
    await page.goto(product.url);
    await card(page, "Diary")
      .getByText(/^Signed in/)
      .waitFor();
  },
  "sign-out dialog": async (page) => {
    await page.goto(product.url);
    await card(page, "Diary").getByRole("button", { name: "Sign out of Diary" }).click();
    await page.getByRole("dialog", { name: "Sign out of Diary?" }).waitFor();
  },
  "sign-ins": async (page) => {
    await openSection(page, "/grants", "Sign-ins");
    await page.getByRole("list", { name: "Sign-ins" }).waitFor();
  },
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
  await initialize(page, "Diary");
  await allow(await sendTo(page), "Ann");
  await light(page, "Diary", "Connected");
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

/** How far the page goes beyond the right edge of the screen, in CSS pixels. */
function overhang(page: Page): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

it("the checks see what is wrong with a page that is wrong", async () => {
  const { page, context } = await newPerson(browser, { viewport: { width: 360, height: 740 } });
  await page.setContent('<main style="width: 400px"><button></button><img src="data:,"></main>');
  const faults = await seriousFaults(page);
  expect(faults.map((fault) => fault.split(":")[0])).toEqual(expect.arrayContaining(["button-name", "image-alt"]));
  expect(await overhang(page)).toBeGreaterThan(0);
  await context.close();
});

describe("at 360 pixels", () => {
  // The account menu has a button of its own there: the navigation is folded away.
  it.each(Object.keys(VIEWS).filter((name) => name !== "account menu"))("%s: nothing is cut off at the side", async (name) => {
    const { page, context } = await newPerson(browser, { viewport: { width: 360, height: 740 }, storageState });
    await VIEWS[name]?.(page);
    await settled(page);
    expect(await overhang(page)).toBeLessThanOrEqual(0);
    await context.close();
  });
});
