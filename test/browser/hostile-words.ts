import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { type Exchange, type HandmadeServer, startHandmadeServer } from "../servers/handmade-server.ts";
import { type OpenAiServer, startOpenAiServer } from "../servers/openai-server.ts";
import { endpointOf } from "../support/chat-world.ts";
import { kept } from "../support/clean-up.ts";
import { type RunningHouse, startHouse } from "../support/house.ts";
import { answers, openChat, say } from "./chat-seat.ts";
import { newPerson } from "./support.ts";

/** Somebody else's site, which learns of whoever asks it for anything. */
export interface Bait {
  url: string;
  asked: string[];
}

export interface HostileWorld {
  house: RunningHouse;
  server: HandmadeServer;
  model: OpenAiServer;
  bait: Bait;
  page: Page;
  /** What a name, a title, a description would do if it were markup. */
  markup: string;
  /** Nothing ran, nothing was fetched from elsewhere, and no element of theirs is on the page. */
  isClean(where: string): Promise<void>;
}

async function openBait(): Promise<Bait & { close(): Promise<void> }> {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.writeHead(200, { "access-control-allow-origin": "*" }).end();
  });
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return { url, asked, close: () => new Promise((resolve) => http.close(() => resolve())) };
}

export function markupOf(bait: string): string {
  return [
    `<img src="${bait}/img" onerror="window.pwned='img'">`,
    `<svg onload="window.pwned='svg'"></svg>`,
    `<script>window.pwned='script'</script>`,
    `<iframe srcdoc="<script>parent.pwned='frame'</script>"></iframe>`,
    `<math><mtext><a href="javascript:window.pwned='math'">math</a></mtext></math>`,
    `<form id="documentElement" action="${bait}/form"><input name="body"></form>`,
    `<a href="javascript:window.pwned='link'">link</a>`,
  ].join("");
}

interface HostileOptions {
  /** By method, what the server answers instead. */
  answers(words: { bait: string; markup: string }): Record<string, (exchange: Exchange) => void>;
  entry?: object;
}

/** Ada, at a house with one server that means harm, and a model that says what the test wants. */
export async function hostileWorld(browser: Browser, { answers, entry }: HostileOptions): Promise<HostileWorld> {
  const bait = await kept(openBait());
  const markup = markupOf(bait.url);
  const model = await kept(startOpenAiServer());
  const server = await kept(startHandmadeServer({ instead: answers({ bait: bait.url, markup }) }));
  const hostile = { type: "streamable-http", url: server.url, title: "Hostile", ...entry };
  const house = await kept(startHouse({ hostile }, { clientDir: "client/dist", more: endpointOf(model) }));
  const [name = "", value = ""] = (await house.admin()).cookie.split("=");
  const { context, page, complaints } = await newPerson(browser);
  await kept(context);
  await context.addCookies([{ name, value, url: house.url }]);
  const dialogs: string[] = [];
  const outside: string[] = [];
  page.on("dialog", (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  // Also what the page's own rules would have stopped: nothing may depend on them alone.
  page.on("request", (request) => {
    if (/^(https?|wss?):/.test(request.url()) && new URL(request.url()).host !== new URL(house.url).host)
      outside.push(request.url());
  });
  const isClean = async (where: string) => {
    const theirs = await page.evaluate(() => {
      const here = location.origin;
      const all = [...document.querySelectorAll("*")];
      const isOurs = (address: string) => new URL(address, here).origin === here || address.startsWith("data:");
      return {
        pwned: (window as { pwned?: unknown }).pwned ?? null,
        html: document.documentElement instanceof HTMLHtmlElement,
        handlers: all.filter((each) => each.getAttributeNames().some((name) => name.startsWith("on"))).length,
        frames: document.querySelectorAll("iframe, object, embed, math, form[action], base, meta[http-equiv]").length,
        scripts: [...document.scripts].filter(({ src }) => src === "" || !isOurs(src)).length,
        sources: [...document.querySelectorAll<HTMLImageElement>("[src]")].map(({ src }) => src).filter((src) => !isOurs(src)),
        links: [...document.querySelectorAll<HTMLAnchorElement>("a[href]")]
          .filter(({ protocol, origin, target, rel, download }) => {
            if (origin === here || download !== "") return false;
            return !/^https?:$/.test(protocol) || target !== "_blank" || !/noopener/.test(rel) || !/noreferrer/.test(rel);
          })
          .map(({ href }) => href),
      };
    });
    expect([where, theirs]).toEqual([
      where,
      { pwned: null, html: true, handlers: 0, frames: 0, scripts: 0, sources: [], links: [] },
    ]);
    // Our own refusals are no complaint about the page.
    const serious = complaints.filter((each) => !each.includes("the server responded with a status of"));
    expect([where, outside, bait.asked, dialogs, serious]).toEqual([where, [], [], [], []]);
  };
  return { house, server, model, bait, page, markup, isClean };
}

/** A tool as `tools/list` has it. */
export const toolNamed = (name: string, more: object = {}) => ({ name, inputSchema: { type: "object" }, ...more });

export const allowed = { toolApproval: { allow: ["*"] } };

/** A new conversation in which the hostile server is picked. */
export async function newChat({ page, house }: HostileWorld): Promise<void> {
  await openChat(page, house.url);
  await page.getByRole("button", { name: /^MCP servers|^\d+ server/ }).click();
  const box = page.getByRole("checkbox", { name: "Hostile" });
  if ((await box.getAttribute("aria-checked")) !== "true") await box.click();
  await page.keyboard.press("Escape");
}

/** Lets the model call this tool, and opens the card. */
export async function called(world: HostileWorld, tool: string): Promise<ReturnType<Page["getByRole"]>> {
  world.model.script([{ calls: [{ name: `${tool}_mcp_hostile`, arguments: {} }] }], [{ text: "Done." }]);
  await newChat(world);
  await say(world.page, "Use it");
  const one = world.page.getByRole("region", { name: new RegExp(`${tool} \\(Hostile\\)`) });
  await one.waitFor();
  await answers(world.page).filter({ hasText: "Done." }).waitFor();
  const head = one.getByRole("button", { expanded: false }).first();
  if (await head.isVisible()) await head.click();
  return one;
}
