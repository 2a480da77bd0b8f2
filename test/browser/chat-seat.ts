import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { stringify } from "yaml";
import { type OpenAiServer, startOpenAiServer } from "../servers/openai-server.ts";
import { type Product, startProduct } from "./product.ts";
import { PASSWORD } from "./support.ts";

export interface ChatProduct extends Product {
  model: OpenAiServer;
}

/** The product with a model that says what tests want. */
export async function startChatProduct(more: object | ((model: OpenAiServer) => object) = {}): Promise<ChatProduct> {
  const model = await startOpenAiServer();
  const folder = mkdtempSync(join(tmpdir(), "patchbay-chat-"));
  const file = join(folder, "librechat.yaml");
  const models = { default: ["small", "large"] };
  const local = { name: "Local", apiKey: "test-key", baseURL: model.url, models };
  const added = typeof more === "function" ? more(model) : more;
  writeFileSync(file, stringify({ version: "1.3.5", endpoints: { custom: [local] }, ...added }));
  const product = await startProduct({ CONFIG_PATH: file });
  return {
    ...product,
    model,
    async stop() {
      const code = await product.stop();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
      return code;
    },
  };
}

/** Makes the first account, from the setup link; ends on the page of servers. */
export async function becomeAdmin(page: Page, setupLink: string): Promise<void> {
  await page.goto(setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create admin account" }).click();
  await page.getByRole("link", { name: "Chat" }).waitFor();
}

export async function openChat(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/chat`);
  await page.getByRole("textbox", { name: "Message" }).waitFor();
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("textbox", { name: "Message" }).press("Enter");
}

/** The answers of the branch that is shown. */
export const answers = (page: Page): Locator => page.getByRole("article", { name: "Answer" });
/** What the person said on it. */
export const said = (page: Page): Locator => page.getByRole("article", { name: "You", exact: true });

/** Something that a script waits for, and the test lets go. */
export function gate(): { opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { opened: promise, open: () => resolve() };
}

/** As from a clipboard: a PNG, by the name of pasted.png. */
export async function pasteImage(page: Page, bytes: Buffer): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).evaluate((input, base64) => {
    const data = new DataTransfer();
    const content = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    data.items.add(new File([content], "pasted.png", { type: "image/png" }));
    input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, bytes.toString("base64"));
}

/** The widths of the images that were said, as they are, in order. */
export function shownImages(page: Page): Promise<number[]> {
  return said(page)
    .getByRole("img")
    .evaluateAll((images) => images.map((image) => (image as HTMLImageElement).naturalWidth));
}
