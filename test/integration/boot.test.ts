import { expect, it } from "vitest";
import { startHttpServer } from "../servers/http-server.ts";
import { kept } from "../support/clean-up.ts";
import { startHouse } from "../support/house.ts";

it("learns at boot what servers offer that need nobody's data, and contacts no other; a hanging one delays nobody", async () => {
  const [open, personal, later, hanging] = [
    await kept(startHttpServer()),
    await kept(startHttpServer()),
    await kept(startHttpServer()),
    await kept(startHttpServer()),
  ];
  hanging.faults.hang = true;
  const entry = (url: string) => ({ type: "streamable-http", url, startup: true });
  const startedAt = Date.now();
  const house = await kept(
    startHouse(
      {
        hanging: { ...entry(hanging.url), initTimeout: 20_000 },
        dead: entry("http://127.0.0.1:1/mcp"),
        open: entry(open.url),
        personal: { ...entry(personal.url), headers: { "X-User": "{{LIBRECHAT_USER_ID}}" } },
        later: { ...entry(later.url), startup: false },
      },
      { hosted: true },
    ),
  );
  expect(Date.now() - startedAt).toBeLessThan(10_000);
  const ann = await house.user("ann");
  const toolsOf = async (name: string) => (await ann.ask("GET", "/api/mcp/tools")).body.servers[name].tools.length;
  await expect.poll(() => toolsOf("open"), { timeout: 5_000 }).toBeGreaterThan(3);
  await expect.poll(() => open.sessionCount).toBe(0);
  expect([
    await toolsOf("personal"),
    await toolsOf("later"),
    personal.ledger.requests.length,
    later.ledger.requests.length,
  ]).toEqual([0, 0, 0, 0]);
  expect((await ann.ask("GET", "/api/mcp/connection/status/open")).body.status.state).toBe("disconnected");
});
