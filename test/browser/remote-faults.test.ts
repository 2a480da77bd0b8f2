import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startBufferingProxy } from "../servers/buffering-proxy.ts";
import { certificate } from "../servers/certificate.ts";
import { type Exchange, startHandmadeServer } from "../servers/handmade-server.ts";
import { startHttpServer } from "../servers/http-server.ts";
import { configText } from "../support/house.ts";
import { seriousFaults } from "./axe.ts";
import { type Product, startProduct } from "./product.ts";
import { card, createAccount, createAdmin, initialize, light, newPerson, openBrowser, settled, signIn } from "./support.ts";

const folder = mkdtempSync(join(tmpdir(), "patchbay-faults-"));
const closing: (() => unknown)[] = [];
let browser: Browser;
let product: Product;
/** Somebody who runs nothing. */
let page: Page;
let restarting: { stop(): Promise<void>; start(): Promise<void> };

async function opened<T extends { close(): unknown }>(made: Promise<T>): Promise<T> {
  const it = await made;
  closing.push(() => it.close());
  return it;
}

async function closedPort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const { port } = listener.address() as { port: number };
  await new Promise((resolve) => listener.close(resolve));
  return port;
}

async function servers(): Promise<Record<string, object>> {
  const expired = await certificate({ notAfter: new Date(Date.now() - 60_000) });
  writeFileSync(join(folder, "authority.pem"), expired.cert);
  const tls = await opened(startHandmadeServer({ tls: expired }));
  const html = await opened(
    startHandmadeServer({
      instead: {
        initialize: ({ response }) => void response.writeHead(200, { "content-type": "text/html" }).end("<h1>Sign in</h1>"),
      },
    }),
  );
  const busy = await opened(
    startHandmadeServer({
      instead: { initialize: ({ response }) => void response.writeHead(429, { "retry-after": "600" }).end() },
    }),
  );
  const silent = await opened(startHandmadeServer({ instead: { initialize: () => {}, "server/discover": () => {} } }));
  const real = await opened(startHttpServer());
  const proxy = await opened(startBufferingProxy(real.url));
  const news = ({ response }: Exchange) => response.writeHead(200, { "content-type": "text/event-stream" }).flushHeaders();
  const start = (port = 0) => startHandmadeServer({ withSessions: true, port, instead: { GET: news } });
  let here = await start();
  closing.push(() => here.close());
  const { port, url } = here;
  restarting = {
    stop: () => here.close(),
    start: async () => {
      here = await start(port);
    },
  };
  const remote = (title: string, address: string, more: object = {}) => ({
    type: "streamable-http",
    url: address,
    title,
    ...more,
  });
  return {
    gone: remote("Gone", `http://127.0.0.1:${await closedPort()}/mcp`),
    expired: remote("Expired", tls.url),
    page: remote("Page", html.url),
    busy: remote("Busy", busy.url),
    silent: remote("Silent", silent.url, { initTimeout: 1_500 }),
    proxied: remote("Proxied", proxy.url),
    restarts: remote("Restarts", url),
    // What the sign-up helper waits for.
    notes: remote("Notes", url),
  };
}

beforeAll(async () => {
  const configPath = join(folder, "librechat.yaml");
  writeFileSync(configPath, configText(await servers()));
  const env = { CONFIG_PATH: configPath, NODE_EXTRA_CA_CERTS: join(folder, "authority.pem") };
  [browser, product] = await Promise.all([openBrowser(), startProduct(env)]);
  const admin = await newPerson(browser);
  await createAdmin(admin.page, product.setupLink);
  await createAccount(admin.page, product.url, "bob@example.org", "Bob");
  await admin.context.close();
  ({ page } = await newPerson(browser));
  await signIn(page, product.url, "bob@example.org");
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  for (const close of closing) await close();
  rmSync(folder, { recursive: true, force: true });
});

describe("a person whose server does not answer sees why, what to do, and when it is tried again", () => {
  it.each([
    [
      "Gone",
      /nobody listens at its address/i,
      /You need not do anything: it is tried again by itself\./,
      /Next try (in \d+ s|now)\./,
    ],
    ["Expired", /its certificate expired/i, /the certificate must be renewed/, /Next try (in \d+ s|now)\./],
    ["Page", /not an MCP server \(text\/html\)/i, /Something else answers at its address/, /Next try (in \d+ s|now)\./],
    ["Busy", /asks for fewer requests/i, /it is asked again when it said/, /Next try in 10 min\./],
    ["Silent", /no answer within 1\.5 s/i, /You need not do anything/, /Next try (in \d+ s|now)\./],
  ])("%s", async (title, why, next, again) => {
    await initialize(page, title);
    await light(page, title, "Error");
    const text = () => card(page, title).innerText();
    for (const words of [why, next, again]) await expect.poll(text, { timeout: 5_000 }).toMatch(words);
    expect(await text()).not.toMatch(/Retry-After|initTimeout|undefined|\[object/);
  });

  it("[F-HTTP-27] a hint stands on the card of a server whose streams are held back", async () => {
    await initialize(page, "Proxied");
    await light(page, "Proxied", "Connected");
    const hint = /a proxy in front of the server may hold answers back; its buffering must be off \(nginx: proxy_buffering off\)/;
    await expect.poll(() => card(page, "Proxied").innerText(), { timeout: 12_000 }).toMatch(hint);
  });

  it("[F-HTTP-20] a server that restarts is seen to be away, and comes back without a click; its card does not jump", async () => {
    await initialize(page, "Restarts");
    await light(page, "Restarts", "Connected");
    await restarting.stop();
    await light(page, "Restarts", "Error");
    const texts = new Set<string>();
    const until = Date.now() + 4_000;
    while (Date.now() < until) texts.add(await card(page, "Restarts").innerText());
    for (const text of texts) expect(text).toMatch(/the server (broke the connection|cannot be reached)/i);
    await restarting.start();
    await light(page, "Restarts", "Connected");
    expect(await card(page, "Restarts").innerText()).not.toMatch(/Next try|Trying again/);
  });

  it("a server that is tried again by itself is not said to need anybody", async () => {
    await expect.poll(() => page.locator("main").innerText()).toMatch(/2 of 8 connected, [34] away for now/);
  });

  it("in words and colours that everybody can read", async () => {
    await settled(page);
    expect(await seriousFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    const overhang = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(overhang).toBeLessThanOrEqual(0);
  });
});
