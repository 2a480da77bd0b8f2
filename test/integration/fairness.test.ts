import { expect, it } from "vitest";
import { scryptPasswords } from "../../api/identity/passwords.ts";
import { startHandmadeServer } from "../servers/handmade-server.ts";
import { kept } from "../support/clean-up.ts";
import { type Caller, PASSWORD, startHouse } from "../support/house.ts";

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

it("a person who signs in is not kept waiting by somebody else's guesses", async () => {
  const passwords = scryptPasswords({ log2N: 13, p: 1 });
  const house = await kept(startHouse({}, { trustProxy: 1, passwords }));
  const signIn = async (email: string, from: string) => {
    const headers = { "x-forwarded-for": from };
    return (await house.anonymous.ask("POST", "/api/auth/sign-in", { email, password: PASSWORD }, headers)).status;
  };
  await house.admin();
  let guessed = 0;
  const guesses = Array.from({ length: 40 }, async (_, nth) => {
    expect(await signIn(`nobody-${nth}@example.org`, "192.0.2.66")).toBe(401);
    guessed += 1;
  });
  await expect.poll(() => guessed, { interval: 1 }).toBeGreaterThan(0);
  const before = guessed;
  expect(await signIn("admin@example.org", "192.0.2.1")).toBe(200);
  expect(guessed - before).toBeLessThan(10);
  await Promise.all(guesses);
});
