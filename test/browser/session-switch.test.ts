import type { Browser, Page, WebSocket } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Product, startProduct } from "./product.ts";
import {
  card,
  createAccount,
  createAdmin,
  enterNotesKey,
  initialize,
  light,
  newPerson,
  openBrowser,
  openTools,
  PASSWORD,
  runTool,
  signIn,
} from "./support.ts";

let browser: Browser;
let product: Product;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startProduct()]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

/** Everything of Ada's that the next person must not find. */
const ADAS = /ada@example|Ada L|\bAda\b|only for|demo-ada/;

/** By the form that is there: the page is not loaded anew. */
async function signInHere(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await card(page, "Notes").waitFor();
}

async function signOut(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(name) }).click();
  await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
  await page.getByLabel("Password", { exact: true }).waitFor();
}

/** What the page shows, holds in its fields and has put away in this browser. */
const whatIsLeft = (page: Page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll("input, textarea")].map((each) => (each as HTMLInputElement).value);
    const stored = [localStorage, sessionStorage].map((each) => JSON.stringify(each));
    return [document.documentElement.outerHTML, document.title, location.href, ...fields, ...stored].join("\n");
  });

function socketsOf(page: Page): WebSocket[] {
  const sockets: WebSocket[] = [];
  page.on("websocket", (socket) => sockets.push(socket));
  return sockets;
}

describe("one browser, one person after another", () => {
  it("[MULTI-07] leaves nothing of the first in the tab, and signs the socket in anew", async () => {
    const { page, context, complaints } = await newPerson(browser);
    const sockets = socketsOf(page);
    await createAdmin(page, product.setupLink);
    await createAccount(page, product.url, "bob@example.org", "Bob");
    await enterNotesKey(page, "demo-ada12345", "Ada L.");
    await initialize(page, "Notes");
    await light(page, "Notes", "Connected");
    await openTools(page, "Notes");
    await runTool(page, { title: "Add a note", fields: { text: "only for Ada" }, shows: "is written" });
    expect(await whatIsLeft(page)).toMatch(ADAS);
    const [before] = sockets;
    await signOut(page, "Ada");
    expect(await whatIsLeft(page)).not.toMatch(ADAS);
    await expect.poll(() => before?.isClosed()).toBe(true);

    await signInHere(page, "bob@example.org");
    await light(page, "Notes", "Disconnected");
    expect(await whatIsLeft(page)).not.toMatch(ADAS);
    await expect.poll(() => sockets.filter((socket) => !socket.isClosed()).length).toBe(1);
    expect(sockets.at(-1)).not.toBe(before);

    // What happens to Ada elsewhere is no news here; what happens to Bob is.
    const frames: string[] = [];
    sockets.at(-1)?.on("framereceived", ({ payload }) => frames.push(String(payload)));
    const elsewhere = await newPerson(browser);
    await signIn(elsewhere.page, product.url, "ada@example.org");
    await card(elsewhere.page, "Notes").getByRole("button", { name: "Disconnect" }).click();
    await light(elsewhere.page, "Notes", "Disconnected");
    await enterNotesKey(page, "demo-bob67890", "Bob B.");
    await initialize(page, "Notes");
    await light(page, "Notes", "Connected");
    expect(frames.filter((frame) => frame.includes("disconnected"))).toEqual([]);
    await openTools(page, "Notes");
    await runTool(page, { title: "List notes", shows: "No notes yet." });
    await page.goBack();
    await page.goBack();
    expect(await whatIsLeft(page)).not.toMatch(ADAS);
    expect(complaints).toEqual([]);
    await Promise.all([context.close(), elsewhere.context.close()]);
  });

  it("[MULTI-07] goes for all of its tabs: each ends with the session, and comes back as whoever is signed in", async () => {
    const { page, context } = await newPerson(browser);
    await signIn(page, product.url, "ada@example.org");
    const second = await context.newPage();
    await second.goto(product.url);
    await card(second, "Notes").waitFor();
    await openTools(second, "Notes");
    await signOut(page, "Ada");
    await second.getByLabel("Password", { exact: true }).waitFor();
    expect(await whatIsLeft(second)).not.toMatch(ADAS);

    await signInHere(page, "ada@example.org");
    await second.goto(product.url);
    await card(second, "Notes").waitFor();
    // Somebody signs in while Ada's session goes on: her tab is Bob's when it is looked at again.
    const data = { email: "bob@example.org", password: PASSWORD };
    const answer = await context.request.post(`${product.url}/api/auth/sign-in`, { data, headers: { origin: product.url } });
    expect(answer.status()).toBe(200);
    const sockets = socketsOf(second);
    await second.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
    await second.getByRole("button", { name: /Bob/ }).waitFor();
    await light(second, "Notes", "Connected");
    expect(await whatIsLeft(second)).not.toMatch(ADAS);
    expect(sockets).toHaveLength(1);
    await context.close();
  });
});
