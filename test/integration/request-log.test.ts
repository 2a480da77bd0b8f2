import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHouse, startHouse } from "../support/house.ts";
import type { LogLine } from "../support/kept-log.ts";

let house: RunningHouse;
beforeAll(async () => {
  house = await startHouse(
    { away: { type: "streamable-http", url: "http://127.0.0.1:1/mcp", startup: false } },
    { hosted: true },
  );
});
afterAll(() => house.close());

const lines = (): LogLine[] => house.log.map((line) => JSON.parse(line)).filter(({ msg }) => msg === "request");

describe("the log of requests", () => {
  it("has one line a request, with its id, route, status, time and person; no path, query, header or body", async () => {
    const ann = await house.user("ann");
    const headers = { "x-canary": "canary-header" };
    const answer = await ann.ask("GET", "/api/mcp/connection/status/away?canary=canary-query", undefined, headers);
    await ann.ask("POST", "/api/mcp/canary-server/tools/canary-tool/call", { arguments: { canary: "canary-body" } });
    await house.anonymous.ask("GET", "/api/canary-route");
    await expect.poll(() => lines().length).toBe(3);
    expect(lines()).toMatchObject([
      {
        level: 30,
        requestId: answer.headers.get("x-request-id"),
        method: "GET",
        route: "/api/mcp/connection/status/:server",
        status: 200,
        userId: "host-ann",
      },
      { level: 30, method: "POST", route: "/api/mcp/:server/tools/:tool/call", status: 404, userId: "host-ann" },
      { level: 20, method: "GET", route: "none", status: 404 },
    ]);
    for (const line of lines()) expect(line.ms).toBeGreaterThanOrEqual(0);
    expect(JSON.stringify(lines())).not.toContain("canary");
  });

  it("tells what watches this process at debug level only, and counts it by route", async () => {
    await house.anonymous.ask("GET", "/health/live");
    await expect.poll(() => lines().at(-1)).toMatchObject({ level: 20, route: "/health/live" });
    const { body } = await (await house.admin()).ask("GET", "/metrics");
    expect(body).toContain('patchbay_http_request_seconds_count{method="GET",route="/health/live",status="200"} 1');
    expect(body).not.toContain("canary");
  });
});
