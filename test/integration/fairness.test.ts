import { expect, it } from "vitest";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, startHouse } from "../support/house.ts";

const CALL = "/api/mcp/remote/tools/go/call";

/** The order, not the time: how long it takes beside a thousand calls a second is measured in test/load. */
it("[F-LOAD-06] of what comes at once, one call of somebody else goes before most of sixty of one person", async () => {
  const server = await kept(startHandmadeServer());
  const order: string[] = [];
  server.instead.set("tools/call", ({ params, answer }) => {
    order.push((params.arguments as { who: string }).who);
    answer({ content: [] });
  });
  const house = await kept(startHouse({ remote: { type: "streamable-http", url: server.url } }, { hosted: true }));
  const hot = await house.user("hot");
  const others = await Promise.all(["ann", "bob", "cas", "dee"].map((name) => house.user(name)));
  for (const who of [hot, ...others]) await who.ask("POST", "/api/mcp/remote/connect");
  const call = (caller: Caller, who: string) => caller.ask("POST", CALL, { arguments: { who } });
  const places: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    order.length = 0;
    const calls = Array.from({ length: 60 }, () => call(hot, "hot"));
    const last = others.map((who) => call(who, "other"));
    for (const { status } of await Promise.all([...calls, ...last])) expect(status).toBe(200);
    // The first round opens the sockets, one after the other.
    if (round > 0) places.push(order.lastIndexOf("other"));
  }
  console.log(`who came after sixty was at the server behind ${places.join(", ")}`);
  // Behind a turn's share or two; the median, because some of sixty may come by a socket that has yet to open.
  expect(places.sort((a, b) => a - b)[2]).toBeLessThan(30);
});
