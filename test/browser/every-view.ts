import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
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

/** Every view a person can come to; each leaves the page where it is to be looked at. */
export const VIEWS: Record<string, (page: Page, url: string) => Promise<void>> = {
  "first run": async (page, url) => {
    await page.goto(`${url}/setup#token=some-token`);
    await page.getByRole("button", { name: "Create admin account" }).waitFor();
  },
  "account menu": async (page, url) => {
    await page.goto(url);
    await page.getByRole("button", { name: /ada@example\.org/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).waitFor();
  },
  servers: async (page, url) => {
    await page.goto(url);
    await card(page, "Notes").waitFor();
  },
  "chat without a model": async (page, url) => {
    await page.goto(`${url}/chat`);
    await page.getByRole("heading", { name: "Tool console" }).waitFor();
    await page.getByText("No model is configured").waitFor();
  },
  "configure dialog": async (page, url) => {
    await page.goto(url);
    await openConfigure(page, "Notes");
  },
  "tools and a result": async (page, url) => {
    await page.goto(url);
    await openTools(page, "Notes");
    await runTool(page, { title: "Who am I?", shows: "You are Ada" });
  },
  functions: async (page, url) => {
    await page.goto(`${url}/servers/notes/functions`);
    await page.getByRole("list", { name: "Functions" }).waitFor();
  },
  "functions, all allowed": async (page, url) => {
    await page.goto(`${url}/servers/notes/functions`);
    await page.getByRole("group", { name: "Set all that are shown" }).getByRole("button", { name: "Always allow" }).click();
    await page.getByRole("dialog").getByRole("list").waitFor();
  },
  "API keys": (page, url) => openSection(page, `${url}/keys`, "API keys"),
  people: (page, url) => openSection(page, `${url}/people`, "People"),
  "sign-in dialog": async (page, url) => {
    await page.goto(`${url}/?sign-in=diary`);
    await signInDialog(page).getByText("Sign in on another device").click();
    await signInDialog(page).getByRole("img", { name: "QR code of the link" }).waitFor();
  },
  "sign-in on the card": async (page, url) => {
    await page.goto(url);
    await card(page, "Diary")
      .getByText(/^Signed in/)
      .waitFor();
  },
  "sign-out dialog": async (page, url) => {
    await page.goto(url);
    await card(page, "Diary").getByRole("button", { name: "Sign out of Diary" }).click();
    await page.getByRole("dialog", { name: "Sign out of Diary?" }).waitFor();
  },
  "sign-ins": async (page, url) => {
    await openSection(page, `${url}/grants`, "Sign-ins");
    await page.getByRole("list", { name: "Sign-ins" }).waitFor();
  },
  problems: (page, url) => openSection(page, `${url}/problems`, "Problems"),
};

async function openSection(page: Page, url: string, title: string): Promise<void> {
  await page.goto(url);
  await page.getByRole("heading", { level: 1, name: title }).waitFor();
}

/** Starts a product with an admin who has come to everything, for the tests of this file. */
export function everyView() {
  let browser: Browser;
  let product: Product;
  /** The admin's cookies, so that not every view begins with signing in. */
  let storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;

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

  return {
    url: () => product.url,
    stranger: (options: BrowserContextOptions) => newPerson(browser, options),
    /** Opens one of `VIEWS` and waits until it stands still. */
    async open(name: string, options: BrowserContextOptions) {
      const { page, context } = await newPerson(browser, { ...options, storageState });
      await VIEWS[name]?.(page, product.url);
      await settled(page);
      return { page, context };
    },
  };
}

/** No view in these colours has a fault that axe calls serious. */
export function describeColours(colorScheme: "light" | "dark", seat: ReturnType<typeof everyView>): void {
  describe(`every view, ${colorScheme}`, () => {
    it("before signing in: axe finds nothing serious", async () => {
      const { page, context } = await seat.stranger({ colorScheme });
      await page.goto(seat.url());
      await page.getByRole("button", { name: "Sign in" }).waitFor();
      await settled(page);
      expect(await seriousFaults(page)).toEqual([]);
      await context.close();
    });

    it.each(Object.keys(VIEWS))("%s: axe finds nothing serious", async (name) => {
      const { page, context } = await seat.open(name, { colorScheme });
      expect(await seriousFaults(page)).toEqual([]);
      await context.close();
    });
  });
}
