import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { type OAuthWorld, oauthWorld } from "../support/oauth-world.ts";
import { light, newPerson, openBrowser } from "./support.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

/** A page of somebody else's, on an origin of its own. */
async function foreignPage(html: string): Promise<string> {
  const http = createServer((_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(html));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  await kept({ close: () => new Promise((resolve) => http.close(resolve).closeAllConnections()) });
  return `http://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

/** Ada at the panel, where Notes waits for her sign-in. */
async function atThePanel(): Promise<OAuthWorld & { page: Page }> {
  const world = await oauthWorld({ hosted: false, clientDir: "client/dist", entry: { requiresOAuth: true, startup: true } });
  const [name = "", value = ""] = (await world.house.admin()).cookie.split("=");
  const { context, page } = await newPerson(browser);
  await kept(context);
  await context.addCookies([{ name, value, url: world.house.url }]);
  await page.goto(world.house.url);
  await light(page, "Notes", "Needs sign-in");
  return { ...world, page };
}

/** Begins the sign-in from the page itself, as its button does, and opens the address in a window of its own. */
async function openSignIn(page: Page): Promise<Page> {
  const popup = page.context().waitForEvent("page");
  await page.evaluate(async () => {
    const answer = await fetch("/api/mcp/notes/oauth/start", { method: "POST" });
    const { authorizationUrl } = (await answer.json()) as { authorizationUrl: string };
    window.open(authorizationUrl);
  });
  return popup;
}

describe("a sign-in in a real browser", () => {
  it("[OAUTH-18] a provider's page cannot lead our window away; what comes of it arrives over our own socket", async () => {
    const { idp, house, page } = await atThePanel();
    idp.instead.set("/authorize", ({ params }, response) => {
      if (params.has("led")) return false;
      const on = `/authorize?led=1&${params}`;
      const script = `document.title = String(window.opener); try { opener.location = "https://evil.example/" } catch {}
        setTimeout(() => { location = ${JSON.stringify(on)} }, 300)`;
      response.writeHead(200, { "content-type": "text/html" }).end(`<script>${script}</script>`);
      return true;
    });
    const popup = await openSignIn(page);
    await popup.waitForFunction(() => document.title === "null");
    await popup.getByRole("heading", { name: "Signed in to Notes" }).waitFor();
    await light(page, "Notes", "Connected");
    expect(new URL(page.url()).origin).toBe(house.url);
  });

  it("[OAUTH-19] nobody's message counts: the page believes what the API says", async () => {
    const { house, page, server } = await atThePanel();
    const message = { type: "oauth-success", server: "notes", flowId: randomUUID(), state: "done" };
    const text = JSON.stringify(message);
    const evil = await foreignPage(`<iframe src="${house.url}"></iframe><script>
      const open = window.open(${JSON.stringify(house.url)});
      setInterval(() => { for (const each of [open, frames[0]]) try { each.postMessage(${text}, "*") } catch {} }, 50)</script>`);
    const other = await page.context().newPage();
    await other.goto(evil);
    await page.evaluate((sent) => {
      for (let index = 0; index < 20; index += 1) window.postMessage(sent, "*");
    }, message);
    await other.waitForTimeout(500);
    await light(page, "Notes", "Needs sign-in");
    expect(server.ledger.requests).toEqual([]);
  });

  it("[OAUTH-20] an error of the provider's runs nothing and shows our own words", async () => {
    const { house, page } = await atThePanel();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const started = await page.request.post(`${house.url}/api/mcp/notes/oauth/start`, { headers: { origin: house.url } });
    const state = new URL((await started.json()).authorizationUrl).searchParams.get("state") ?? "";
    const query = new URLSearchParams({
      state,
      error: "<script>alert(1)</script>",
      error_description: "<img src=x onerror=alert(2)>",
      error_uri: "javascript:alert(3)",
    });
    const answer = await page.goto(`${house.url}/api/mcp/notes/oauth/callback?${query}`);
    expect(answer?.headers()["content-security-policy"]).toContain("script-src 'self'");
    await page.getByText("The authorization server refused the sign-in.").waitFor();
    expect(await page.locator("a, img, iframe, script").count()).toBe(0);
    expect(dialogs).toEqual([]);
  });

  it("[OAUTH-30] nothing of it can be framed, and a foreign page cannot begin it", async () => {
    const { house, page, idp } = await atThePanel();
    const script = `fetch("${house.url}/api/mcp/notes/oauth/start", { method: "POST", credentials: "include", mode: "no-cors" })`;
    const form = `<form method="post" action="${house.url}/api/mcp/notes/oauth/start"></form>`;
    const frames = ["/", "/api/mcp/notes/oauth/callback", "/?sign-in=notes"].map(
      (path) => `<iframe src="${house.url}${path}"></iframe>`,
    );
    const evil = await foreignPage(`${frames.join("")}${form}<script>${script}</script>`);
    const other = await page.context().newPage();
    await other.goto(evil);
    await other.waitForTimeout(500);
    for (const frame of other.frames().slice(1)) expect(frame.url()).toMatch(/^chrome-error:/);
    await other.evaluate(() => document.forms[0]?.submit());
    await other.getByText("ORIGIN_REFUSED").waitFor();
    expect(idp.requests).toEqual([]);
    await light(page, "Notes", "Needs sign-in");
  });
});
