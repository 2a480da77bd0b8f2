import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { type OAuthWorld, oauthWorld } from "../support/oauth-world.ts";
import { seriousFaults } from "./axe.ts";
import { newPerson, openBrowser, settled } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** Does not answer. */
const DEAF = "process.stdin.resume()";

/** A port at which nobody listens. */
async function closedPort(): Promise<number> {
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address() as AddressInfo;
  await new Promise((resolve) => http.close(resolve));
  return port;
}

/** Ada in the chat, with a server in every state. */
async function inTheChat(options: Parameters<Browser["newContext"]>[0] = {}) {
  const plain = await kept(startHttpServer());
  const away = await closedPort();
  const http = { type: "streamable-http", url: plain.url };
  const world = await oauthWorld({
    hosted: false,
    clientDir: "client/dist",
    entry: { requiresOAuth: true, startup: true, description: "Keeps what people write down." },
    servers: () => ({
      plain: { ...http, title: "Plain", description: "Says things again." },
      keyed: {
        ...http,
        title: "Keyed",
        headers: { "x-key": "{{KEY}}" },
        customUserVars: { KEY: { title: "Key", description: "Yours." } },
      },
      away: { type: "streamable-http", url: `http://127.0.0.1:${away}/mcp`, title: "Away" },
      deaf: { command: process.execPath, args: ["-e", DEAF], title: "Deaf" },
      hidden: { ...http, title: "Hidden", chatMenu: false },
    }),
  });
  const [name = "", value = ""] = (await world.house.admin()).cookie.split("=");
  const { context, page, complaints } = await newPerson(browser, options);
  await kept(context);
  await context.addCookies([{ name, value, url: world.house.url }]);
  await page.goto(`${world.house.url}/chat`);
  return { ...world, plain, context, page, complaints };
}

const menuButton = (page: Page) => page.getByRole("button", { name: /^(MCP servers|\d+ servers?)/ });
const rows = (page: Page) => page.getByRole("list", { name: "Servers of this conversation" });
const row = (page: Page, title: string) =>
  rows(page)
    .getByRole("listitem")
    .filter({ has: page.getByRole("checkbox", { name: title }) });
const box = (page: Page, title: string) => rows(page).getByRole("checkbox", { name: title });

async function openMenu(page: Page): Promise<void> {
  if (!(await rows(page).isVisible())) await menuButton(page).click();
  await rows(page).waitFor();
}

/** Waits until the row's light says this. */
const shows = (page: Page, title: string, word: string) =>
  row(page, title)
    .getByRole("status")
    .filter({ hasText: new RegExp(`${word}$`) })
    .waitFor();
const step = (page: Page, name: string): Locator => rows(page).getByRole("button", { name, exact: true });
const picked = async (page: Page) => {
  const boxes = await rows(page).getByRole("checkbox", { checked: true }).all();
  return Promise.all(boxes.map((each) => each.locator("xpath=.//span[@id]").first().innerText()));
};
/** Every word the row's light has from now on, for as short a time as it may be. */
async function lightsOf(page: Page, title: string): Promise<() => Promise<string[]>> {
  const status = row(page, title).getByRole("status");
  const seen = await status.evaluateHandle((light) => {
    const wordOf = () => (light.textContent ?? "").replace(/^.*: /, "");
    const words = [wordOf()];
    new MutationObserver(() => {
      if (words.at(-1) !== wordOf()) words.push(wordOf());
    }).observe(light, { subtree: true, childList: true, characterData: true });
    return words;
  });
  return () => seen.jsonValue();
}
const disconnect = (page: Page, world: OAuthWorld, server: string) =>
  page.request.post(`${world.house.url}/api/mcp/${server}/disconnect`, { data: {}, headers: { origin: world.house.url } });

describe("the menu of servers under the input", () => {
  it("has a row for every server of chats with its light in every state, and one click for what it needs", async () => {
    const world = await inTheChat();
    const { page, plain, complaints } = world;
    await openMenu(page);
    expect(await rows(page).getByRole("checkbox").count()).toBe(5);
    expect(await box(page, "Hidden").count()).toBe(0);
    await shows(page, "Notes", "Needs sign-in");
    await shows(page, "Plain", "Disconnected");
    await row(page, "Plain").getByText("Says things again.").waitFor();
    await step(page, "Initialize Plain").click();
    await shows(page, "Plain", "Connected");
    expect(plain.sessionCount).toBe(1);
    expect(await row(page, "Plain").getByRole("button").count()).toBe(0);
    await step(page, "Initialize Away").click();
    await shows(page, "Away", "Error");
    await step(page, "Reinitialize Away").waitFor();
    await step(page, "Initialize Deaf").click();
    await shows(page, "Deaf", "Initializing");
    const seen = await lightsOf(page, "Deaf");
    await disconnect(page, world, "deaf");
    await shows(page, "Deaf", "Disconnected");
    expect(await seen()).toEqual(["Initializing", "Cancelling", "Disconnected"]);
    expect(await picked(page)).toEqual([]);
    await page.keyboard.press("Escape");
    await rows(page).waitFor({ state: "hidden" });
    expect(complaints).toEqual([]);
  });

  it("leads to a sign-in and to a server's values, and their lights turn by themselves", async () => {
    const { page } = await inTheChat();
    await openMenu(page);
    await step(page, "Sign in Notes").click();
    const dialog = page.getByRole("dialog", { name: /Sign in to Notes/ });
    const popup = page.context().waitForEvent("page");
    await dialog.getByRole("link", { name: "Open the sign-in page" }).click();
    await (await popup).getByRole("heading", { name: "Signed in to Notes" }).waitFor();
    await dialog.waitFor({ state: "hidden" });
    await openMenu(page);
    await shows(page, "Notes", "Connected");
    await step(page, "Configure Keyed").click();
    const values = page.getByRole("dialog", { name: "Configure Keyed" });
    await values.getByLabel("Key").fill("k-1");
    await values.getByRole("button", { name: "Save" }).click();
    await values.waitFor({ state: "hidden" });
    await openMenu(page);
    await shows(page, "Keyed", "Connected");
    await step(page, "Configure Keyed").waitFor();
  });

  it("keeps what was picked with its conversation: after a reload, in another tab, and apart from other conversations", async () => {
    const { page, context, house } = await inTheChat();
    await openMenu(page);
    await box(page, "Plain").click();
    await shows(page, "Plain", "Connected");
    await box(page, "Notes").click();
    expect(await picked(page)).toEqual(["Notes", "Plain"]);
    await menuButton(page).filter({ hasText: "2 servers1 not ready" }).waitFor();
    await page.reload();
    await openMenu(page);
    expect(await picked(page)).toEqual(["Notes", "Plain"]);
    const made = await page.request.post(`${house.url}/api/chat/conversations`, {
      data: { title: "With Plain", servers: ["plain"] },
      headers: { origin: house.url },
    });
    const { id } = (await made.json()) as { id: string };
    await page.goto(`${house.url}/chat/${id}`);
    const other = await context.newPage();
    await other.goto(`${house.url}/chat/${id}`);
    for (const tab of [page, other]) {
      await menuButton(tab).filter({ hasText: "1 server" }).waitFor();
      await openMenu(tab);
      expect(await picked(tab)).toEqual(["Plain"]);
    }
    for (const title of ["Away", "Plain", "Notes", "Plain"]) await box(page, title).click();
    await expect.poll(() => picked(other)).toEqual(["Notes", "Plain", "Away"]);
    await other.reload();
    await openMenu(other);
    expect(await picked(other)).toEqual(["Notes", "Plain", "Away"]);
    const kept = await page.request.get(`${house.url}/api/chat/conversations/${id}`);
    expect((await kept.json()).conversation.servers).toEqual(["away", "notes", "plain"]);
    await page.goto(`${house.url}/chat/${id}`);
    await menuButton(page).filter({ hasText: "3 servers" }).waitFor();
  });

  it("is worked by keys alone, says what is picked, and has no serious fault for those who use other senses", async () => {
    const { page } = await inTheChat({ viewport: { width: 360, height: 740 }, colorScheme: "dark" });
    await menuButton(page).focus();
    await page.keyboard.press("Enter");
    await rows(page).waitFor();
    await box(page, "Notes").focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Space");
    expect(await box(page, "Plain").getAttribute("aria-checked")).toBe("true");
    // What a row says is also seen: names that only the tree of accessibility has would pass everything else here.
    const seen = await row(page, "Plain").getByText("Plain", { exact: true }).boundingBox();
    expect(seen?.width).toBeGreaterThan(20);
    await shows(page, "Plain", "Connected");
    await page.keyboard.press("End");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("Deaf");
    await settled(page);
    expect(await seriousFaults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    await page.keyboard.press("Escape");
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain("1 server");
  });
});
