import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seriousFaults } from "./axe.ts";
import {
  answers,
  becomeAdmin,
  type ChatProduct,
  openChat,
  pasteImage,
  said,
  say,
  shownImages,
  startChatProduct,
} from "./chat-seat.ts";
import { newPerson, openBrowser, settled, textOf } from "./support.ts";

let browser: Browser;
let product: ChatProduct;
let storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;

beforeAll(async () => {
  const endpoints = ({ url }: { url: string }) => ({
    custom: [
      { name: "Local", apiKey: "test-key", baseURL: url, models: { default: ["small", "large"] } },
      { name: "Mine", apiKey: "user_provided", baseURL: url, models: { default: ["private"] } },
    ],
  });
  [browser, product] = await Promise.all([openBrowser(), startChatProduct((model) => ({ endpoints: endpoints(model) }))]);
  const { page, context } = await newPerson(browser);
  await becomeAdmin(page, product.setupLink);
  storageState = await context.storageState();
  await context.close();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const ada = (options: Parameters<typeof newPerson>[1] = {}) => newPerson(browser, { storageState, ...options });
const list = (page: Page): Locator => page.getByRole("navigation", { name: "Conversations" });
const entry = (page: Page, title: string): Locator => list(page).getByRole("link", { name: title });
const idle = (page: Page) => page.getByRole("button", { name: "Send", exact: true }).waitFor();
/** Says it in a new conversation, and waits for the whole answer. */
const talk = async (page: Page, text: string, answer: string) => {
  product.model.script([{ text: answer }]);
  await openChat(page, product.url);
  await say(page, text);
  await answers(page).first().waitFor();
  await idle(page);
};
/** Of its own menu: another one that closes may still be seen. */
const more = async (page: Page, title: string, item: string) => {
  const button = list(page).getByRole("button", { name: `More about ${title}` });
  await button.click();
  return page.getByRole("menu", { name: `More about ${title}` }).getByRole("menuitem", { name: item });
};

const CODE = `Like this:\n\n\`\`\`ts\nconst answer = "${"x".repeat(300)}";\n\`\`\`\n\n| a | b |\n| - | - |\n| 1 | 2 |`;

describe("the list of conversations", () => {
  it("is searched by title and by what was said, renamed, exported and deleted", async () => {
    const { page, context, complaints } = await ada();
    await talk(page, "Apples and pears", "Fruit, all of them");
    await talk(page, "Ships at sea", "They carry apples");
    await talk(page, "Something else", "Nothing of the kind");
    const search = page.getByRole("searchbox", { name: "Search conversations" });
    await search.fill("apples");
    await entry(page, "Something else").waitFor({ state: "detached" });
    await entry(page, "Ships at sea").waitFor();
    await entry(page, "Apples and pears").waitFor();
    await search.fill("nowhere to be found");
    await list(page).getByText("Nothing was found.").waitFor();
    await search.fill("");
    await entry(page, "Something else").waitFor();

    const other = await context.newPage();
    await openChat(other, product.url);
    await page.bringToFront();
    await (await more(page, "Something else", "Rename")).click();
    await page.getByRole("dialog", { name: "Rename the conversation" }).getByLabel("Title").fill("Named anew");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Named anew" }).waitFor();
    await entry(other, "Named anew").waitFor();

    const asMarkdown = await more(page, "Ships at sea", "Export as Markdown");
    const [file] = await Promise.all([page.waitForEvent("download"), asMarkdown.click()]);
    expect(file.suggestedFilename()).toBe("Ships-at-sea.md");
    expect(await textOf(file)).toContain("They carry apples");
    const asJson = await more(page, "Ships at sea", "Export as JSON");
    const [json] = await Promise.all([page.waitForEvent("download"), asJson.click()]);
    expect(JSON.parse(await textOf(json))).toMatchObject({ conversation: { title: "Ships at sea" } });

    await (await more(page, "Named anew", "Delete")).click();
    const dialog = page.getByRole("dialog", { name: "Delete this conversation?" });
    await dialog.getByRole("button", { name: "Keep" }).click();
    await entry(page, "Named anew").waitFor();
    await (await more(page, "Named anew", "Delete")).click();
    await dialog.getByRole("button", { name: "Delete" }).click();
    await entry(page, "Named anew").waitFor({ state: "detached" });
    await entry(other, "Named anew").waitFor({ state: "detached" });
    await page.getByRole("heading", { level: 1, name: "New conversation" }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });
});

describe("what goes with a message", () => {
  it("another model, picked for the conversation and remembered for the next", async () => {
    const { page, context } = await ada();
    await openChat(page, product.url);
    await page.getByRole("button", { name: "Model: small" }).click();
    await page.getByRole("option", { name: "large" }).click();
    await say(page, "To the large one");
    await answers(page).waitFor();
    await idle(page);
    expect(product.model.asked.at(-1)?.body.model).toBe("large");
    await page.reload();
    await page.getByRole("button", { name: "Model: large" }).waitFor();
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("button", { name: "Model: large" }).waitFor();
    await context.close();
  });

  it("a key of one's own: entered, used, and forgotten", async () => {
    const { page, context } = await ada();
    await openChat(page, product.url);
    await page.getByRole("button", { name: "Model: small" }).click();
    await page.getByRole("option", { name: "Enter your key" }).click();
    const dialog = page.getByRole("dialog", { name: "Your key for Mine" });
    await dialog.getByLabel("API key").fill("sk-of-ada");
    await dialog.getByRole("button", { name: "Save" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Model: small" }).click();
    await page.getByRole("option", { name: "private" }).click();
    await say(page, "With my own key");
    await answers(page).waitFor();
    await idle(page);
    expect(product.model.asked.at(-1)?.headers.authorization).toBe("Bearer sk-of-ada");
    await page.getByRole("button", { name: "Model: private" }).click();
    await page.getByRole("option", { name: "Change your key" }).click();
    await dialog.getByRole("button", { name: "Forget it" }).click();
    await dialog.waitFor({ state: "hidden" });
    await page.getByRole("button", { name: "Model: private" }).click();
    await page.getByRole("option", { name: "Enter your key" }).waitFor();
    await context.close();
  });

  it("images: attached, taken away, pasted, sent to the model, and there after a reload", async () => {
    const { page, context, complaints } = await ada();
    await openChat(page, product.url);
    const picture = await page.screenshot({ clip: { x: 0, y: 0, width: 900, height: 700 } });
    const small = await page.screenshot({ clip: { x: 0, y: 0, width: 16, height: 16 } });
    const files = [
      { name: "large.png", mimeType: "image/png", buffer: picture },
      { name: "gone.png", mimeType: "image/png", buffer: small },
    ];
    const [chooser] = await Promise.all([
      page.waitForEvent("filechooser"),
      page.getByRole("button", { name: "Attach images" }).click(),
    ]);
    await chooser.setFiles(files);
    await page.getByRole("button", { name: "Remove gone.png" }).click();
    await pasteImage(page, small);
    await page.getByRole("button", { name: "Remove pasted.png" }).waitFor();
    await say(page, "What is on these?");
    await answers(page).waitFor();
    await idle(page);
    const content = product.model.asked.at(-1)?.body.messages.at(-1).content as { image_url?: { url: string } }[];
    const sent = content.flatMap((part) => part.image_url?.url ?? []);
    expect(sent).toEqual([picture, small].map((bytes) => `data:image/png;base64,${bytes.toString("base64")}`));
    await page.reload();
    await expect.poll(() => shownImages(page), { timeout: 10_000 }).toEqual([900, 16]);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("drafts: kept for each conversation, and gone when the person is", async () => {
    const { page, context } = await ada();
    await talk(page, "First of two", "Yes");
    const input = page.getByRole("textbox", { name: "Message" });
    await input.fill("half a thought");
    await page.getByRole("button", { name: "New conversation" }).click();
    await page.getByRole("heading", { level: 1, name: "New conversation" }).waitFor();
    expect(await input.inputValue()).toBe("");
    await input.fill("another beginning");
    await entry(page, "First of two").click();
    await expect.poll(() => input.inputValue()).toBe("half a thought");
    await page.reload();
    await expect.poll(() => input.inputValue()).toBe("half a thought");
    await page.getByRole("button", { name: /ada@example\.org/ }).click();
    await page.getByRole("menuitem", { name: "Sign out", exact: true }).click();
    await page.getByLabel("Password", { exact: true }).waitFor();
    expect(await page.evaluate(() => JSON.stringify(sessionStorage))).not.toMatch(/thought|beginning/);
    await context.close();
    // Signing out ended the session of everybody here.
    const again = await newPerson(browser);
    await again.page.goto(product.url);
    await again.page.getByLabel("E-mail").fill("ada@example.org");
    await again.page.getByLabel("Password", { exact: true }).fill("correct horse battery staple");
    await again.page.getByRole("button", { name: "Sign in" }).click();
    await again.page.getByRole("link", { name: "Chat" }).waitFor();
    storageState = await again.context.storageState();
    await again.context.close();
  });
});

it("stays at the newest words, lets go when the person scrolls up, and jumps back when asked", async () => {
  const { page, context } = await ada({ viewport: { width: 900, height: 560 } });
  const { promise, resolve } = Promise.withResolvers<void>();
  const lines = (from: number) => Array.from({ length: 40 }, (_, at) => `Line ${from + at}\n\n`).join("");
  product.model.script([{ text: lines(0) }, { until: promise }, { text: lines(100) }]);
  await openChat(page, product.url);
  await say(page, "Many lines");
  const frame = page.getByRole("region", { name: "Conversation" });
  const distance = () => frame.evaluate((each) => each.scrollHeight - each.clientHeight - each.scrollTop);
  await page.getByText("Line 39", { exact: true }).waitFor();
  await expect.poll(distance).toBeLessThan(5);
  await frame.hover();
  await page.mouse.wheel(0, -600);
  const jump = page.getByRole("button", { name: "Jump to newest" });
  await jump.waitFor();
  const before = await frame.evaluate((each) => each.scrollTop);
  resolve();
  await page.getByText("Line 139", { exact: true }).waitFor({ state: "attached" });
  expect(await frame.evaluate((each) => each.scrollTop)).toBe(before);
  await jump.click();
  await expect.poll(distance).toBeLessThan(5);
  await jump.waitFor({ state: "detached" });
  await context.close();
});

/** What a person can come to in the chat; each leaves the page where it is to be looked at. */
const VIEWS: Record<string, (page: Page) => Promise<void>> = {
  "a new conversation": (page) => openChat(page, product.url),
  "an answer with code": async (page) => {
    await talk(page, `Show me code ${"and more of it ".repeat(12)}`, CODE);
    await page.getByRole("button", { name: "Copy code" }).waitFor();
  },
  "an answer that broke off": async (page) => {
    product.model.script([{ text: "Half of" }, { cut: true }]);
    await openChat(page, product.url);
    await say(page, "Break");
    await page.getByRole("button", { name: "Continue" }).waitFor();
  },
  "a message that is edited": async (page) => {
    await talk(page, "Words", "Yes");
    await said(page).hover();
    await said(page).getByRole("button", { name: "Edit message" }).click();
    await page.getByRole("form", { name: "Edit message" }).waitFor();
  },
  models: async (page) => {
    await openChat(page, product.url);
    await page.getByRole("button", { name: /^Model:/ }).click();
    await page.getByRole("option", { name: "Enter your key" }).waitFor();
  },
  "a conversation there is not": async (page) => {
    await page.goto(`${product.url}/chat/nowhere`);
    await page.getByRole("alert").waitFor();
  },
};

describe("every view of the chat", () => {
  it.each(Object.keys(VIEWS))(
    "%s: axe finds nothing serious by day or night, and at 360 pixels nothing is cut off",
    async (name) => {
      const { page, context } = await ada();
      await VIEWS[name]?.(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        await settled(page);
        expect(await seriousFaults(page)).toEqual([]);
      }
      await page.setViewportSize({ width: 360, height: 740 });
      expect(await page.evaluate(overhangs)).toEqual([]);
      await context.close();
    },
  );
});

/** What goes beyond the right edge: of the page, and of what was said. */
function overhangs(): string[] {
  const frames = [document.documentElement, ...document.querySelectorAll('section[aria-label="Conversation"]')];
  return frames.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.tagName);
}

it("on a phone the list is a drawer that closes when a conversation is chosen", async () => {
  const { page, context } = await ada({ viewport: { width: 360, height: 740 }, hasTouch: true });
  await openChat(page, product.url);
  expect(await list(page).isVisible()).toBe(false);
  await page.getByRole("button", { name: "Conversations" }).click();
  const drawer = page.getByRole("dialog", { name: "Conversations" });
  await drawer.getByRole("link", { name: "Words" }).first().waitFor();
  await settled(page);
  expect(await seriousFaults(page)).toEqual([]);
  await drawer.getByRole("link", { name: "Words" }).first().click();
  await drawer.waitFor({ state: "hidden" });
  await said(page).filter({ hasText: "Words" }).waitFor();
  await context.close();
});
