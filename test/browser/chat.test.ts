import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answers, type ChatProduct, gate, openChat, said, say, startChatProduct } from "./chat-seat.ts";
import { newPerson, openBrowser, PASSWORD } from "./support.ts";

let browser: Browser;
let product: ChatProduct;
let storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startChatProduct()]);
  const { page, context } = await newPerson(browser);
  await page.goto(product.setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create admin account" }).click();
  await page.getByRole("link", { name: "Chat" }).waitFor();
  storageState = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const ada = () => newPerson(browser, { storageState });

describe("the chat in a real browser", () => {
  it("streams an answer and shows it, with the conversation in the list", async () => {
    const { page, context, complaints } = await ada();
    const rest = gate();
    product.model.script([{ text: "Patch panels are **old**" }, { until: rest.opened }, { text: " and `useful`." }]);
    await openChat(page, product.url);
    await say(page, "What is a patch panel?");
    await said(page).filter({ hasText: "What is a patch panel?" }).waitFor();
    await answers(page).filter({ hasText: "Patch panels are old" }).waitFor();
    expect(await page.getByRole("button", { name: "Stop the answer" }).isVisible()).toBe(true);
    rest.open();
    await answers(page).filter({ hasText: "Patch panels are old and useful." }).waitFor();
    await page.getByRole("button", { name: "Send", exact: true }).waitFor();
    expect(await answers(page).locator("strong").innerText()).toBe("old");
    await page.getByRole("navigation", { name: "Conversations" }).getByRole("link", { name: "What is a patch panel?" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});
