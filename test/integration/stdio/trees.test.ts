import { expect, it } from "vitest";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { cleanups } from "../../support/clean-up.ts";
import { type Caller, startHouse } from "../../support/house.ts";
import { isAlive } from "../../support/is-alive.ts";

/** Also in `npm run chaos`, five hundred times. */
const ROUNDS = 2;

/** As npx does it: a program that starts the server, which starts another one. */
function threeLevels() {
  const { command, args } = stdioFixture("grandchild");
  const script = `require("node:child_process").spawn(${JSON.stringify(command)}, ${JSON.stringify(args)}, { stdio: "inherit" });`;
  return { command: process.execPath, args: ["-e", script] };
}

const pidsOf = async (who: Caller): Promise<number[]> => {
  const answer = await who.ask("POST", "/api/mcp/tree/tools/pids/call", { arguments: {} });
  const { pid, grandchild, parent } = JSON.parse(answer.body.content[0].text);
  return [parent, pid, grandchild];
};
const survivors = (pids: readonly number[]) => pids.filter(isAlive);

it("[F-STD-05] a tree of three levels is gone whole after disconnecting, reinitializing and shutting down", async () => {
  const house = await startHouse({ tree: threeLevels() }, { hosted: true });
  cleanups.push(() => house.close());
  const people = await Promise.all(["ann", "bob"].map((name) => house.user(name)));
  const seen = new Set<number>();
  const round = async (who: Caller, how: "disconnect" | "reinitialize") => {
    const pids = await pidsOf(who);
    expect(survivors(pids)).toEqual(pids);
    for (const pid of pids) seen.add(pid);
    await who.ask("POST", `/api/mcp/tree/${how}`);
    await expect.poll(() => survivors(pids), { timeout: 5_000 }).toEqual([]);
  };
  for (let count = 0; count < ROUNDS; count += 1)
    await Promise.all(people.map((who, nth) => round(who, (count + nth) % 2 === 0 ? "disconnect" : "reinitialize")));
  const last = (await Promise.all(people.map(pidsOf))).flat();
  expect(survivors(last)).toHaveLength(6);
  await house.close();
  expect(survivors([...last, ...seen])).toEqual([]);
}, 60_000);
