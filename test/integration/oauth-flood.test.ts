import { request } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { browserOf } from "../support/browser-sign-in.ts";
import { kept } from "../support/clean-up.ts";
import { echo, oauthWorld, stateOf } from "../support/oauth-world.ts";

/** A request that came by this name. */
function cameBy(houseUrl: string, host: string, { method, path }: { method: string; path: string }) {
  return new Promise<{ status: number; body: Record<string, string> }>((resolve, reject) => {
    const { port } = new URL(houseUrl);
    const headers = { host, "x-host-user": "ann" };
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += String(chunk);
      resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) });
    });
    sent.on("error", reject).end();
  });
}

describe("beginning sign-ins", () => {
  const start = { method: "POST", path: "/api/mcp/notes/oauth/start" };

  it("[OAUTH-14] sends nobody back to an address that only the request names, and registers for none", async () => {
    const { idp, house } = await oauthWorld({ allowedHosts: ["Chat.example.org"] });
    const { port } = new URL(house.url);
    await house.user("ann");
    for (const host of ["10.0.0.0:80", "192.168.1.5:3080", "patchbay", "evil.example", "localhost.evil.example"]) {
      for (const asked of [start, { method: "GET", path: "/api/mcp/notes/oauth/client-metadata.json" }]) {
        const { status, body } = await cameBy(house.url, host, asked);
        expect([host, status, body.code]).toEqual([host, 403, "ORIGIN_REFUSED"]);
        expect(body.message).toContain("DOMAIN_SERVER");
      }
    }
    expect(idp.requests).toEqual([]);
    for (const host of [`127.0.0.1:${port}`, `[::1]:${port}`, "localhost:80", "chat.example.org"]) {
      const { status, body } = await cameBy(house.url, host, start);
      expect([host, status]).toEqual([host, 200]);
      expect(new URL(body.authorizationUrl ?? "").searchParams.get("redirect_uri")).toContain(new URL(`http://${host}`).host);
    }
    const known = await oauthWorld({ publicUrl: "https://chat.example.org" });
    await known.house.user("ann");
    const { body } = await cameBy(known.house.url, "10.0.0.0:80", start);
    const back = new URL(body.authorizationUrl ?? "").searchParams.get("redirect_uri");
    expect(back).toBe("https://chat.example.org/api/mcp/notes/oauth/callback");
  });

  it("has an end for one person within a minute, and is open to everybody else", async () => {
    const { idp, house } = await oauthWorld();
    const [ann, bob] = [await house.user("ann"), await house.user("bob")];
    const answers = [];
    for (let nth = 0; nth < 300; nth += 1) answers.push(await ann.ask("POST", "/api/mcp/notes/oauth/start"));
    expect(answers.filter(({ status }) => status === 200).length).toBe(20);
    const { status, body, headers } = answers.at(-1) ?? {};
    expect([status, body.code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(headers?.get("retry-after"))).toSatisfy((seconds: number) => seconds > 0 && seconds <= 60);
    expect(idp.requests.length).toBeLessThan(45);
    expect((await bob.ask("POST", "/api/mcp/notes/oauth/start")).status).toBe(200);
  });

  it("keeps the newest few of one person at one server, and those can be finished", async () => {
    const { house } = await oauthWorld();
    const ann = await house.user("ann");
    const browsers = Array.from({ length: 8 }, () => browserOf(ann));
    const begun: { flowId: string; authorizationUrl: string }[] = [];
    for (const browser of browsers) begun.push((await browser.start("notes")).body);
    const states = [];
    for (const { flowId } of begun) states.push((await ann.ask("GET", `/api/mcp/oauth/status/${flowId}`)).body.state);
    expect(states).toEqual([...Array(3).fill("cancelled"), ...Array(5).fill("pending")]);
    expect((await stateOf(ann)).state).not.toBe("cancelling");
    const finish = async (nth: number) => {
      const browser = browsers[nth] ?? browserOf(ann);
      return String((await browser.back(await browser.consent(begun[nth]?.authorizationUrl ?? ""))).body);
    };
    expect(await finish(0)).toContain("it is over");
    expect(await finish(3)).toContain("Signed in to Notes");
    expect((await echo(ann)).status).toBe(200);
  });
});

describe("the address that browsers come back to", () => {
  it("[OAUTH-31] is not looked for without end: 10 000 made-up answers write nothing and slow nobody down", async () => {
    const { house } = await oauthWorld();
    const ann = await house.user("ann");
    const timed = async () => {
      const at = performance.now();
      await ann.ask("GET", "/api/mcp/servers");
      return performance.now() - at;
    };
    const p95 = (each: number[]) => each.sort((a, b) => a - b)[Math.floor(each.length * 0.95)] ?? 0;
    const calm: number[] = [];
    for (let index = 0; index < 60; index += 1) calm.push(await timed());
    const db = await kept(new DatabaseSync(join(house.dataFolder, "patchbay.db")));
    const changes = () => db.prepare("PRAGMA data_version").get()?.data_version;
    const before = changes();
    const statuses = new Map<number, number>();
    const busy: number[] = [];
    for (let round = 0; round < 100; round += 1) {
      const batch = Array.from({ length: 100 }, (_, index) =>
        house.anonymous.ask("GET", `/api/mcp/notes/oauth/callback?code=c&state=${round}-${index}-${"x".repeat(32)}`),
      );
      for (const { status } of await Promise.all(batch)) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      busy.push(await timed());
    }
    expect(changes()).toBe(before);
    expect([...statuses.keys()].sort()).toEqual([400, 429]);
    expect(statuses.get(400)).toBeLessThan(200);
    console.log(
      `callback flood: p95 of another route ${p95(calm).toFixed(1)} ms before, ${p95(busy).toFixed(1)} ms between its waves`,
    );
    expect(p95(busy)).toBeLessThan(p95(calm) * 6 + 60);
  }, 60_000);

  it("lets somebody finish their own sign-in, whatever others send from the same address", async () => {
    const { house } = await oauthWorld();
    const browser = browserOf(await house.user("ann"));
    const begun = await browser.start("notes");
    const back = await browser.consent(begun.body.authorizationUrl);
    const stray = () => house.anonymous.ask("GET", "/api/mcp/notes/oauth/callback?code=c&state=made-up");
    for (let nth = 0; nth < 30; nth += 1) expect((await stray()).status).toBe(400);
    const limited = await stray();
    expect([limited.status, limited.headers.get("content-type")]).toEqual([429, "text/html; charset=utf-8"]);
    expect(limited.body).toContain("Too many attempts; try again in");
    const ending = await browser.back(back);
    expect(ending.status).toBe(200);
    expect(ending.body).toContain("Signed in to");
  });
});
