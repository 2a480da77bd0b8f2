import { expect } from "vitest";
import { fastClock } from "./fast-clock.ts";
import { echo, oauthWorld, signedIn } from "./oauth-world.ts";

/** How much faster than the wall the house's clock runs. */
const TIMES = 10;

/** So many people whose tokens all end at the same moment; each has a connection open. Asserts what F-OA-08 promises. */
export async function expireTogether(people: number, signInForMs: number): Promise<void> {
  const clock = fastClock(TIMES);
  const { idp, house } = await oauthWorld({ clock, env: { MCP_USER_CONNECTION_IDLE_TIMEOUT: String(24 * 3_600_000) } });
  const endsAt = clock.now() + signInForMs * TIMES;
  idp.give = (tokens) => {
    const leftSeconds = Math.round((endsAt - clock.now()) / 1_000);
    return { ...tokens, expires_in: leftSeconds > 60 ? leftSeconds : 3_600 };
  };
  const all = Array.from({ length: people }, (_, index) => `person-${index}`);
  const callers = [];
  for (let from = 0; from < people; from += 10) {
    const some = await Promise.all(all.slice(from, from + 10).map((name) => signedIn(house, name)));
    callers.push(...some.map(({ who }) => who));
    await Promise.all(some.map(({ who }) => echo(who)));
  }
  let failed = 0;
  let slowestMs = 0;
  // Everybody goes on working through the moment and past it.
  while (clock.now() < endsAt + 30_000) {
    const who = callers[Math.floor(Math.random() * callers.length)];
    if (who === undefined) break;
    const at = clock.now();
    if ((await echo(who)).status !== 200) failed += 1;
    slowestMs = Math.max(slowestMs, (clock.now() - at) / TIMES);
  }
  const posts = idp.tokenPosts("refresh_token").map(({ at }) => Math.floor((at * TIMES) / 1_000));
  const perSecond = [...Map.groupBy(posts, (second) => second).values()].map(({ length }) => length);
  const peak = Math.max(...perSecond);
  console.log(
    `${people} tokens ended at once: ${posts.length} refreshes, ${peak} a second at most, slowest call ${Math.round(slowestMs)} ms`,
  );
  expect(posts.length).toBeGreaterThanOrEqual(people);
  expect(peak).toBeLessThanOrEqual(25);
  expect(failed).toBe(0);
  expect(idp.requests.filter(({ path }) => path === "/authorize").length).toBe(people);
}
