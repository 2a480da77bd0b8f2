import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { kept } from "../support/clean-up.ts";
import { oauthWorld } from "../support/oauth-world.ts";

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
});
