import { describe, expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { cleanups, kept } from "../support/clean-up.ts";
import { type RunningHouse, startHouse } from "../support/house.ts";

const TOKEN = "0123456789abcdef-metrics";
async function started(options: { metricsToken?: string } = {}): Promise<RunningHouse> {
  const server = await startHttpServer();
  cleanups.push(server.close);
  const servers = {
    one: { type: "streamable-http", url: server.url },
    gone: { type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false },
  };
  const house = await startHouse(servers, { hosted: true, ...options });
  cleanups.push(house.close);
  return house;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("GET /metrics", () => {
  it("is for admins, and for who has the token", async () => {
    const house = await started({ metricsToken: TOKEN });
    const ask = async (who: { ask: typeof house.anonymous.ask }, headers?: Record<string, string>) =>
      (await who.ask("GET", "/metrics", undefined, headers)).status;
    expect(await ask(house.anonymous)).toBe(401);
    expect(await ask(house.anonymous, bearer("0123456789abcdef-wrong"))).toBe(401);
    expect(await ask(house.anonymous, bearer(""))).toBe(401);
    expect(await ask(house.anonymous, bearer(TOKEN))).toBe(200);
    expect(await ask(await house.user("ann"))).toBe(403);
    expect(await ask(await house.admin())).toBe(200);
  });

  it("is shut to every token when none is set", async () => {
    const house = await started();
    for (const token of ["", "null", "undefined"])
      expect((await house.anonymous.ask("GET", "/metrics", undefined, bearer(token))).status).toBe(401);
  });

  it("tells how connections stand and what became of calls, and is answered while the process ends", async () => {
    const house = await started({ metricsToken: TOKEN });
    const ann = await house.user("ann");
    await ann.ask("POST", "/api/mcp/one/tools/echo/call", { arguments: { message: "canary-argument" } });
    await ann.ask("POST", "/api/mcp/one/tools/fail/call", {});
    await ann.ask("POST", "/api/mcp/one/tools/canary-tool/call", {});
    await ann.ask("POST", "/api/mcp/gone/connect");
    house.house.drain();
    const { body, headers } = await house.anonymous.ask("GET", "/metrics", undefined, bearer(TOKEN));
    expect(headers.get("content-type")).toMatch(/^text\/plain/);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(body).toContain('patchbay_connections{state="connected"} 1');
    expect(body).toContain('patchbay_tool_calls_total{server="one",tool="echo",outcome="done"} 1');
    expect(body).toContain('patchbay_tool_calls_total{server="one",tool="fail",outcome="tool_error"} 1');
    expect(body).toContain('patchbay_tool_calls_total{server="one",tool="other",outcome="TOOL_UNKNOWN"} 1');
    expect(body).toContain('patchbay_connect_failures_total{server="gone",code="CONNECT_FAILED"} 1');
    expect(body).not.toContain("canary");
    expect(body).not.toContain("ann");
  });

  it("[SEC-17] holds no address, no query and no header, neither of servers nor of requests", async () => {
    const upstream = await kept(startHttpServer());
    const one = {
      type: "streamable-http",
      url: `${upstream.url}?token=canary-query`,
      headers: { Authorization: "Bearer canary-header", "X-User-Key": "{{KEY}}" },
      customUserVars: { KEY: { title: "Key", description: "" } },
    };
    const gone = { ...one, url: "http://127.0.0.1:1/canary-path?token=canary-query" };
    const house = await kept(startHouse({ one, gone }, { hosted: true, metricsToken: TOKEN }));
    const ann = await house.user("ann");
    for (const server of ["one", "gone"]) {
      const auth = { KEY: "canary-value" };
      await ann.ask("POST", "/api/user/plugins", { pluginKey: `mcp_${server}`, action: "install", auth });
      await ann.ask("POST", `/api/mcp/${server}/tools/echo/call?token=canary-query`, {
        arguments: { message: "canary-argument" },
      });
    }
    expect(upstream.ledger.headerValues("x-user-key")).toContain("canary-value");
    for (const path of ["/api/canary-path?token=canary-query", "/api/mcp/canary-server/tools", "/health/live?canary=canary"])
      await ann.ask("GET", path, undefined, { "x-canary": "canary", authorization: "Bearer canary-header" });
    const { body } = await house.anonymous.ask("GET", "/metrics?canary=1", undefined, bearer(TOKEN));
    expect(body).toContain('patchbay_tool_calls_total{server="one",tool="echo",outcome="done"} 1');
    expect(body).toMatch(/patchbay_http_request_seconds_count\{[^}]*status="404"/);
    expect(body).not.toMatch(/canary|127\.0\.0\.1|\?|authorization|host-ann/i);
    expect((await house.anonymous.ask("GET", "/metrics")).status).toBe(401);
  });
});
