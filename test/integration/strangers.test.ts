import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

let house: RunningHouse;
let ann: Caller;
beforeAll(async () => {
  house = await startHouse({ away: { type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false } });
  ann = await house.user("ann");
});
afterAll(() => house.close());

interface Asked {
  method?: string;
  path: string;
  headers?: Record<string, string>;
}

/** By hand, because fetch chooses its own Host. */
function ask({ method = "GET", path, headers = {} }: Asked): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, house.url), { method, headers }, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, text });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("a page that had its own name lead here", () => {
  const rebound = { host: "evil.test:3080", origin: "http://evil.test:3080" };

  it.each([
    ["GET", "/api/setup"],
    ["GET", "/api/auth/me"],
    ["GET", "/api/mcp/servers"],
    ["GET", "/api/openapi.json"],
    ["POST", "/api/auth/sign-in"],
    ["POST", "/api/mcp/away/reinitialize"],
    ["POST", "/api/mcp/away/tools/echo/call"],
  ])("[OPS-06] is refused %s %s, whoever is signed in, with and without an Origin", async (method, path) => {
    for (const headers of [rebound, { host: rebound.host }]) {
      const answer = await ask({ method, path, headers: { ...headers, cookie: ann.cookie } });
      expect([answer.status, JSON.parse(answer.text).code]).toEqual([403, "ORIGIN_REFUSED"]);
      expect(answer.text).not.toContain("evil.test");
    }
  });

  it("[OPS-06] is the only one that is refused: addresses and local names are ours", async () => {
    const { host } = new URL(house.url);
    for (const own of [host, "localhost:3080", "[::1]:3080", "patchbay"]) {
      const { status } = await ask({ path: "/api/auth/me", headers: { cookie: ann.cookie, host: own } });
      expect([own, status]).toEqual([own, 200]);
    }
  });
});

describe("somebody who is not signed in", () => {
  it("[OPS-07] learns that it lives and is ready, and nothing about it", async () => {
    for (const status of ["live", "ready"]) {
      const answer = await ask({ path: `/health/${status}` });
      expect([answer.status, JSON.parse(answer.text)]).toEqual([200, { status }]);
    }
    const metrics = await ask({ path: "/metrics" });
    expect([metrics.status, JSON.parse(metrics.text).code]).toEqual([401, "SIGN_IN_REQUIRED"]);
    expect(metrics.text).not.toMatch(/patchbay_|nodejs|version|away/i);
  });
});
