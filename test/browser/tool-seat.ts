import { completable } from "@modelcontextprotocol/sdk/server/completable.js";
import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { z } from "zod";
import { type Exchange, type HandmadeServer, startHandmadeServer } from "../servers/handmade-server.ts";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { type ChatProduct, startChatProduct } from "./chat-seat.ts";
import { newPerson, PASSWORD, settled } from "./support.ts";

export interface ToolProduct extends ChatProduct {
  /** "Workshop": tools of every kind, all but `wipe` allowed by the operator. */
  tools: HttpFixture;
  /** "Mail": one tool `send`, as `define` says it is; nothing is allowed. */
  mail: HandmadeServer;
  define(definition: object): void;
  /** Arguments of the sends that reached it. */
  sent: object[];
  /** Signed in as the first account. */
  storageState: Awaited<ReturnType<BrowserContext["storageState"]>>;
}

export const SEND = {
  name: "send",
  title: "Send a message",
  description: "Sends a message to one person.",
  inputSchema: {
    type: "object",
    properties: { to: { type: "string" }, text: { type: "string" }, copies: { type: "integer", minimum: 1 } },
    required: ["to"],
  },
  annotations: { destructiveHint: true, openWorldHint: true },
};
const FREE = ["echo", "whoami", "fail", "slow", "big", "structured", "image", "audio", "resource_link", "embedded"];

/** The product with real servers of ours, one whose tools run and one that asks. `extra` goes into the file. */
export async function startToolProduct(browser: Browser, extra: object = {}): Promise<ToolProduct> {
  let definition: object = SEND;
  const sent: object[] = [];
  const tools = await startHttpServer({ onSession: withPrompts });
  const mail = await startHandmadeServer({
    instead: {
      "tools/list": ({ answer }: Exchange) => answer({ tools: [definition] }),
      "tools/call": ({ params, answer }: Exchange) => {
        const args = params.arguments as { to?: string };
        sent.push(args);
        answer({ content: [{ type: "text", text: `Sent to ${args.to}.` }] });
      },
    },
  });
  const product = await startChatProduct({
    mcpServers: {
      workshop: { title: "Workshop", type: "streamable-http", url: tools.url, toolApproval: { allow: FREE } },
      mail: { title: "Mail", type: "streamable-http", url: mail.url },
    },
    ...extra,
  });
  const { page, context } = await newPerson(browser);
  await page.goto(product.setupLink);
  await page.getByLabel("E-mail").fill("ada@example.org");
  await page.getByLabel("Name", { exact: true }).fill("Ada");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Create admin account" }).click();
  await page.getByRole("link", { name: "Chat" }).waitFor();
  const storageState = await context.storageState();
  await context.close();
  return {
    ...product,
    tools,
    mail,
    sent,
    storageState,
    define: (next) => {
      definition = next;
    },
    async stop() {
      const code = await product.stop();
      await Promise.all([tools.close(), mail.close()]);
      return code;
    },
  };
}

/** It offers completion, and has nothing to propose: what it does not offer, the browser would note as a failed request. */
function withPrompts(server: McpServer): void {
  server.registerPrompt(
    "review",
    { title: "Review", description: "Asks for a look at something.", argsSchema: { what: completable(z.string(), () => []) } },
    ({ what }) => ({ messages: [{ role: "user", content: { type: "text", text: `Please look at ${what}.` } }] }),
  );
}

/** A conversation with these servers picked, open on the page. */
export async function converse(page: Page, url: string, servers: readonly string[] = ["workshop", "mail"]): Promise<string> {
  const made = await page.request.post(`${url}/api/chat/conversations`, { data: { servers }, headers: { origin: url } });
  if (!made.ok()) throw new Error(`no conversation: ${made.status()} ${await made.text()}`);
  const { id } = (await made.json()) as { id: string };
  await page.goto(`${url}/chat/${id}`);
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  return id;
}

/** The card of a tool's call, by the tool's name and the server's title. */
export const callCard = (page: Page, name: string): Locator => page.getByRole("region", { name, exact: true });

/** Pictures of what is on the page, light and dark, wide and narrow, when PICTURES says where to. */
export async function picture(page: Page, name: string): Promise<void> {
  const to = process.env.PICTURES;
  if (to === undefined) return;
  for (const [scheme, width] of [
    ["light", 1440],
    ["dark", 360],
    ["dark", 1440],
    ["light", 360],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    await page.waitForTimeout(300);
    await settled(page);
    await page.screenshot({ path: `${to}/${name}-${scheme}-${width}.png` });
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1440, height: 900 });
}
