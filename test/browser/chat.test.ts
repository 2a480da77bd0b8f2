import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answers, becomeAdmin, type ChatProduct, gate, openChat, said, say, startChatProduct } from "./chat-seat.ts";
import { newPerson, openBrowser } from "./support.ts";

let browser: Browser;
let product: ChatProduct;
let storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  [browser, product] = await Promise.all([openBrowser(), startChatProduct()]);
  const { page, context } = await newPerson(browser);
  await becomeAdmin(page, product.setupLink);
  storageState = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const WORDS = Array.from({ length: 40 }, (_, at) => `word${at} `);
const ALL = WORDS.join("").trim();
/** The answer that is shown, as its text. */
const answer = async (page: Page) => (await answers(page).last().innerText()).trim();
const idle = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).waitFor();

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

  it("a reload in mid-answer loses no token and doubles none", async () => {
    const { page, context } = await ada();
    const rest = gate();
    product.model.script([
      { slow: WORDS.slice(0, 20), pauseMs: 5 },
      { until: rest.opened },
      { slow: WORDS.slice(20), pauseMs: 40 },
    ]);
    await openChat(page, product.url);
    await say(page, "Count, please");
    await answers(page).filter({ hasText: "word5" }).waitFor();
    await page.reload();
    await answers(page).filter({ hasText: "word19" }).waitFor();
    rest.open();
    await answers(page).filter({ hasText: "word22" }).waitFor();
    await page.reload();
    await answers(page).filter({ hasText: "word39" }).waitFor();
    await idle(page);
    expect(await answer(page)).toBe(ALL);
    await context.close();
  });

  it("a network that was away loses no token", async () => {
    const { page, context } = await ada();
    const rest = gate();
    product.model.script([{ text: "word0 " }, { until: rest.opened }, { slow: WORDS.slice(1), pauseMs: 20 }]);
    await openChat(page, product.url);
    await say(page, "Count again");
    await answers(page).filter({ hasText: "word0" }).waitFor();
    await context.setOffline(true);
    rest.open();
    await expect.poll(() => product.model.open(), { timeout: 10_000 }).toBe(0);
    expect(await answer(page)).toBe("word0");
    await context.setOffline(false);
    await answers(page).filter({ hasText: "word39" }).waitFor();
    await idle(page);
    expect(await answer(page)).toBe(ALL);
    await context.close();
  });

  it("two tabs agree: on the question, on every word, on the title and on the branch that is shown", async () => {
    const { page, context } = await ada();
    const rest = gate();
    product.model.script([{ text: "first " }, { until: rest.opened }, { text: "last" }]);
    await openChat(page, product.url);
    await say(page, "Tell both of us");
    await answers(page).filter({ hasText: "first" }).waitFor();
    const other = await context.newPage();
    await other.goto(page.url());
    await answers(other).filter({ hasText: "first" }).waitFor();
    rest.open();
    await answers(other).filter({ hasText: "first last" }).waitFor();
    await Promise.all([idle(page), idle(other)]);
    product.model.script([{ text: "second answer" }]);
    await say(other, "And from the other side");
    await said(page).filter({ hasText: "And from the other side" }).waitFor();
    await answers(page).filter({ hasText: "second answer" }).waitFor();
    await idle(page);
    const texts = async (tab: Page) => (await tab.getByRole("article").allInnerTexts()).map((text) => text.trim());
    expect(await texts(page)).toEqual(await texts(other));
    await context.close();
  });

  it("after the server was killed in mid-answer: what was said is kept, and Continue goes on", async () => {
    const { page, context } = await ada();
    product.model.script([{ text: "Kept words" }, { until: new Promise(() => {}) }], [{ text: " and the rest" }]);
    await openChat(page, product.url);
    await say(page, "Through thick and thin");
    await answers(page).filter({ hasText: "Kept words" }).waitFor();
    // What was told is written within 100 ms.
    await page.waitForTimeout(300);
    await product.restart();
    const broken = answers(page).filter({ hasText: "The server was restarted during this answer" });
    await broken.waitFor();
    expect(await answer(page)).toContain("Kept words");
    await broken.getByRole("button", { name: "Continue" }).click();
    await answers(page).filter({ hasText: "and the rest" }).waitFor();
    await idle(page);
    expect(await answers(page).count()).toBe(1);
    expect(await answer(page)).toMatch(/Kept words\s+The server was restarted here; then it went on\s+and the rest/);
    expect(await page.getByText("The server was restarted during this answer").count()).toBe(0);
    await context.close();
  });

  it("stops, keeps what was said, and can go on", async () => {
    const { page, context } = await ada();
    product.model.script([{ text: "As far as this" }, { until: new Promise(() => {}) }]);
    await openChat(page, product.url);
    await say(page, "A long story");
    await answers(page).filter({ hasText: "As far as this" }).waitFor();
    await page.getByRole("button", { name: "Stop the answer" }).click();
    await answers(page).filter({ hasText: "You stopped this answer" }).waitFor();
    await expect.poll(() => product.model.open()).toBe(0);
    await page.getByRole("button", { name: "Continue" }).waitFor();
    await context.close();
  });

  it("answers again beside the answer that is there, and edits a question beside the question", async () => {
    const { page, context } = await ada();
    product.model.script([{ text: "Answer one" }], [{ text: "Answer two" }], [{ text: "Answer to the edit" }]);
    await openChat(page, product.url);
    await say(page, "Original words");
    await answers(page).filter({ hasText: "Answer one" }).waitFor();
    await idle(page);
    await answers(page).getByRole("button", { name: "Answer again" }).click();
    await answers(page).filter({ hasText: "Answer two" }).waitFor();
    await idle(page);
    await answers(page).getByText("2 / 2").waitFor();
    await answers(page).getByRole("button", { name: "Branch before" }).click();
    await answers(page).filter({ hasText: "Answer one" }).waitFor();
    await answers(page).getByText("1 / 2").waitFor();

    await said(page).getByRole("button", { name: "Edit message" }).click();
    await page.getByRole("form", { name: "Edit message" }).getByRole("textbox").fill("Other words");
    await page.getByRole("form", { name: "Edit message" }).getByRole("button", { name: "Send" }).click();
    await answers(page).filter({ hasText: "Answer to the edit" }).waitFor();
    await said(page).filter({ hasText: "Other words" }).getByText("2 / 2").waitFor();
    await idle(page);
    await said(page).getByRole("button", { name: "Branch before" }).click();
    await said(page).filter({ hasText: "Original words" }).waitFor();
    await page.reload();
    await said(page).filter({ hasText: "Original words" }).waitFor();
    await context.close();
  });
});
