import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SignInNews } from "../../schemas/wire.ts";
import { startProtectedServer } from "../servers/protected-server.ts";
import { startScriptedIdp } from "../servers/scripted-idp.ts";
import { browserOf } from "../support/browser-sign-in.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { fastClock } from "../support/fast-clock.ts";
import { startHouse } from "../support/house.ts";
import { echo, oauthWorld, signedIn, stateOf } from "../support/oauth-world.ts";
import { expireTogether } from "../support/same-expiry.ts";

const JSON_TYPE = { "content-type": "application/json" };

describe("an authorization server in trouble", () => {
  it("[F-OA-06] that is down for 60 s leaves the tokens that hold in use, is asked rarely, and sends nobody to sign in", async () => {
    const times = 10;
    const clock = fastClock(times);
    const { idp, house } = await oauthWorld({ clock });
    idp.expiresIn = 40;
    const { who } = await signedIn(house, "ann");
    await echo(who);
    const startedAt = clock.now();
    let isHanging = false;
    idp.instead.set("/token", (_, response) => {
      isHanging = !isHanging;
      if (!isHanging) response.writeHead(500, JSON_TYPE).end('{"error":"invalid_grant"}');
      return true;
    });
    const seen = new Map<string, number>();
    while (clock.now() - startedAt < 60_000) {
      const { status, body } = await echo(who);
      const isValid = clock.now() - startedAt < 35_000;
      const key = status === 200 ? "ok" : body.code;
      if (isValid) expect(key).toBe("ok");
      seen.set(key, (seen.get(key) ?? 0) + 1);
      expect((await stateOf(who)).state).toBe("connected");
    }
    expect([...seen.keys()].sort()).toEqual(["OAUTH_UNAVAILABLE", "ok"]);
    const posts = idp.tokenPosts("refresh_token").map(({ at }) => at * times);
    expect(posts.length).toBeGreaterThan(1);
    for (const [index, at] of posts.entries()) if (index > 0) expect(at - (posts[index - 1] ?? 0)).toBeGreaterThan(4_900);
    expect(idp.requests.filter(({ path }) => path === "/authorize").length).toBe(1);
    expect((await who.ask("GET", "/api/mcp/grants")).body.grants.length).toBe(1);
    idp.instead.clear();
    await expect.poll(async () => (await echo(who)).status, { timeout: 15_000, interval: 200 }).toBe(200);
  }, 40_000);

  it("[F-OA-10] that moved its token endpoint is asked once where it is now", async () => {
    const { idp, house } = await oauthWorld();
    const { who } = await signedIn(house, "ann");
    await echo(who);
    const before = idp.requests.filter(({ path }) => path.startsWith("/.well-known/")).length;
    idp.describe = (metadata) => ({ ...metadata, token_endpoint: `${idp.origin}/moved/token` });
    idp.instead.set("/token", (_, response) => {
      response.writeHead(404).end();
      return true;
    });
    idp.alias.set("/moved/token", "/token");
    idp.expireAll();
    const answers = await Promise.all(Array.from({ length: 10 }, () => echo(who)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(idp.requests.filter(({ path }) => path.startsWith("/.well-known/")).length).toBe(before + 1);
    expect(idp.requests.filter(({ path }) => path === "/moved/token").length).toBe(1);
    idp.expireAll();
    expect((await echo(who)).status).toBe(200);
    expect(idp.requests.filter(({ path }) => path === "/token").length).toBe(2);
  });
});

it("[F-OA-08] 40 people whose tokens end at the same moment never notice, and nobody is stormed", async () => {
  await expireTogether(40, 12_000);
}, 60_000);

describe("several instances over one store", () => {
  it("[F-OA-12] finish what another of them began, and the tab that waits is told: 100 of 100", async () => {
    const dataFolder = mkdtempSync(join(tmpdir(), "patchbay-two-"));
    cleanups.push(() => rmSync(dataFolder, { recursive: true, force: true }));
    const idp = await kept(startScriptedIdp());
    const server = await kept(startProtectedServer(idp));
    const notes = { title: "Notes", type: "streamable-http", url: server.url };
    const more = { mcpSettings: { allowedAddresses: [`127.0.0.1:${idp.port}`] } };
    const start = () => kept(startHouse({ notes }, { hosted: true, dataFolder, more }));
    const [here, there] = [await start(), await start()];
    const finish = async (name: string) => {
      const who = await here.user(name);
      const browser = browserOf(who);
      const socket = who.socket({ "x-host-user": name });
      const news: SignInNews[] = [];
      const states: string[] = [];
      await new Promise((resolve) => socket.on("mcp:snapshot", resolve));
      socket.on("mcp:sign-in", (each) => news.push(each));
      socket.on("mcp:status", ({ status }) => states.push(status.state));
      const { body } = await browser.start("notes");
      const back = await browser.consent(body.authorizationUrl);
      const answer = await (await there.user(name)).ask("GET", back.pathname + back.search, undefined, {
        cookie: browser.cookie,
      });
      if (!String(answer.body).includes("Signed in to Notes")) return false;
      await expect.poll(() => states.at(-1), { timeout: 10_000 }).toBe("connected");
      socket.disconnect();
      return news.some(({ state }) => state === "done") && (await echo(who)).status === 200;
    };
    const names = Array.from({ length: 100 }, (_, index) => `person-${index}`);
    const results: boolean[] = [];
    for (let from = 0; from < names.length; from += 50)
      results.push(...(await Promise.all(names.slice(from, from + 50).map(finish))));
    expect(results.filter((ok) => ok).length).toBe(100);
  }, 60_000);
});
