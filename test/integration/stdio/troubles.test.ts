import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import type { CallView } from "../../../schemas/wire.ts";
import { stdioFixture } from "../../servers/stdio-fixture.ts";
import { kept } from "../../support/clean-up.ts";
import { fastClock } from "../../support/fast-clock.ts";
import { type Caller, type RunningHouse, type StartHouseOptions, startHouse } from "../../support/house.ts";
import { startHouseApart } from "../../support/house-apart.ts";
import { isAlive } from "../../support/is-alive.ts";

const MB = 1024 * 1024;

const start = (servers: object, options: StartHouseOptions = {}) => kept(startHouse(servers, { hosted: true, ...options }));
const connect = (who: Caller, server = "one") => who.ask("POST", `/api/mcp/${server}/connect`);
const statusOf = async (who: Caller, server = "one") =>
  (await who.ask("GET", `/api/mcp/connection/status/${server}`)).body.status;
const call = (who: Caller, tool: string, args: object = {}, server = "one") =>
  who.ask("POST", `/api/mcp/${server}/tools/${tool}/call`, { arguments: args });
const echo = async (who: Caller, server = "one") =>
  (await call(who, "echo", { message: "hello" }, server)).body.content?.[0].text;
const pidOf = async (who: Caller): Promise<number> => JSON.parse((await call(who, "pids")).body.content[0].text).pid;
const timed = async (work: () => Promise<unknown>) => {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
};
const refused = async (house: RunningHouse, why: string) => {
  const { body } = await (await house.admin()).ask("GET", "/metrics");
  const line = new RegExp(`^patchbay_mcp_messages_refused_total\\{server="one",why="${why}"\\} (\\d+)$`, "m");
  return Number(line.exec(String(body))?.[1] ?? 0);
};
/** How long calls took that missed their deadline, by the journal, milliseconds. */
const lateMs = async (who: Caller): Promise<number[]> =>
  ((await who.ask("GET", "/api/mcp/calls")).body.calls as CallView[])
    .filter(({ code }) => code === "CALL_TIMEOUT")
    .map(({ startedAt, endedAt }) => (endedAt ?? 0) - startedAt);

describe("a program that is slow to start", () => {
  it("[F-STD-09] holds up nobody, says since when it starts, and is there in the end", async () => {
    // Thirty seconds of patience and a start of twenty-five, four times as fast.
    const clock = fastClock(4);
    const file = join(process.env.TMPDIR ?? "/tmp", `patchbay-start-${process.pid}`);
    const slow = { ...stdioFixture(), initTimeout: 30_000, startup: true, env: { START_FILE: file } };
    let house: RunningHouse | undefined;
    const bootMs = await timed(async () => {
      house = await start({ slow, quick: stdioFixture() }, { clock });
      await house.anonymous.ask("GET", "/health/ready");
    });
    expect(bootMs).toBeLessThan(2_000);
    const ann = await (house as RunningHouse).user("ann");
    void connect(ann, "slow");
    await expect.poll(async () => (await statusOf(ann, "slow")).state).toBe("initializing");
    const { since } = await statusOf(ann, "slow");
    expect(await echo(ann, "quick")).toBe("Echo: hello");
    while (clock.now() - since < 25_000) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await statusOf(ann, "slow")).toMatchObject({ state: "initializing", since });
    writeFileSync(file, "");
    await expect.poll(async () => (await statusOf(ann, "slow")).state, { timeout: 5_000 }).toBe("connected");
    expect(await echo(ann, "slow")).toBe("Echo: hello");
  });
});

describe("a program that writes what it should not", () => {
  it("[F-STD-10] [F-STD-11] is heard all the same, before and between messages; the rest is counted, the hint given once", async () => {
    const house = await start({ one: stdioFixture("garbage") });
    const ann = await house.user("ann");
    expect((await connect(ann)).body.status.state).toBe("connected");
    expect(await refused(house, "not_json")).toBe(1);
    const hints = () => house.log.filter((line) => line.includes("is for MCP alone"));
    expect(hints()).toHaveLength(1);
    for (let count = 0; count < 2; count += 1) {
      const answer = await call(ann, "babble");
      expect([answer.status, answer.body.content?.[0].text]).toEqual([200, "done"]);
    }
    expect(await refused(house, "not_json")).toBeGreaterThanOrEqual(5);
    expect(await refused(house, "malformed")).toBeGreaterThanOrEqual(4);
    expect(await echo(ann)).toBe("Echo: hello");
    // Said once, and once more at the tenth.
    expect(hints().length).toBeLessThanOrEqual(2);
  });

  it("[F-STD-13] may flood stderr: it is always read, kept as far as 64 KB, and logged as far as 64 KB a minute", async () => {
    const house = await start({ one: { ...stdioFixture(), stderr: "inherit", env: { KEY: "very-secret-value" } } });
    const ann = await house.user("ann");
    await connect(ann);
    await call(ann, "complain", { line: "the key is very-secret-value" });
    await expect.poll(() => house.log.join("")).toContain("the key is ***");
    const screams = await call(ann, "scream", { bytes: 16 * MB });
    expect([screams.status, screams.body.content?.[0].text]).toEqual([200, "done"]);
    expect(await echo(ann)).toBe("Echo: hello");
    const admin = await house.admin();
    const { entries } = (await admin.ask("GET", "/api/mcp/one/stderr")).body;
    expect(entries[0].text.length).toBeLessThanOrEqual(64 * 1024);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const loggedBytes = house.log.filter((line) => line.includes("wrote to stderr")).reduce((sum, line) => sum + line.length, 0);
    expect(loggedBytes).toBeGreaterThan(1_000);
    expect(loggedBytes).toBeLessThanOrEqual(64 * 1024);
    expect(house.log.join("")).not.toContain("very-secret-value");
  });

  it("keeps its stderr out of the log where the file does not ask for it, and out of everything where it says so", async () => {
    const house = await start({ one: stdioFixture(), two: { ...stdioFixture(), stderr: "ignore" } });
    const [ann, admin] = [await house.user("ann"), await house.admin()];
    for (const server of ["one", "two"]) await call(ann, "complain", { line: "a word to admins" }, server);
    const kept = async (server: string) => (await admin.ask("GET", `/api/mcp/${server}/stderr`)).body.entries.length;
    expect([await kept("one"), await kept("two")]).toEqual([1, 0]);
    expect(house.log.join("")).not.toContain("a word to admins");
  });
});

describe("a program that reads nothing any more", () => {
  it("[F-STD-14] costs a call its timeout, holds up to 16 MB, and is replaced", async () => {
    const house = await start({ one: { ...stdioFixture(), timeout: 2_000 } });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    await call(ann, "freeze");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const large = { message: "x".repeat(3 * MB) };
    const answers = await Promise.all(Array.from({ length: 7 }, () => call(ann, "echo", large)));
    const codes = answers.map(({ body }) => body.code);
    // Sixteen are five times three; the first that is late tells what the others need not wait for.
    expect(codes.filter((code) => code === "LIMIT_REACHED")).toHaveLength(2);
    expect(codes).toContain("CALL_TIMEOUT");
    expect(codes.every((code) => ["LIMIT_REACHED", "CALL_TIMEOUT", "OUTCOME_UNKNOWN"].includes(code))).toBe(true);
    expect(await echo(ann)).toBe("Echo: hello");
    expect(await pidOf(ann)).not.toBe(before);
    await expect.poll(() => isAlive(before), { timeout: 5_000 }).toBe(false);

    await call(ann, "freeze");
    await new Promise((resolve) => setTimeout(resolve, 100));
    const machine = monitorEventLoopDelay({ resolution: 10 });
    machine.enable();
    expect((await call(ann, "echo", large)).body.code).toBe("CALL_TIMEOUT");
    machine.disable();
    // Without what a busy machine adds to every timer.
    expect(((await lateMs(ann))[0] ?? 0) - machine.max / 1e6).toBeLessThanOrEqual(2_250);
  });

  it("[F-STD-14] is replaced as well when it stands still with its pipe not yet full", async () => {
    const house = await start({ one: { ...stdioFixture(), timeout: 20_000, initTimeout: 300_000 } }, { clock: fastClock(10) });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    await call(ann, "freeze");
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await call(ann, "echo", { message: "small" })).body.code).toBe("CALL_TIMEOUT");
    await expect.poll(() => isAlive(before), { timeout: 10_000 }).toBe(false);
    await expect.poll(async () => (await statusOf(ann)).state, { timeout: 10_000 }).toBe("connected");
    expect(await echo(ann)).toBe("Echo: hello");
  });

  it("is left alone when it is only slow: it answers when it is asked whether it is there", async () => {
    const house = await start({ one: { ...stdioFixture(), timeout: 300 } });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    expect((await call(ann, "slow", { ms: 1_500, steps: 1 })).body.code).toBe("CALL_TIMEOUT");
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await pidOf(ann)).toBe(before);
  });
});

describe("a program that closes a pipe and lives on", () => {
  it("[F-STD-03] [F-HTTP-13] is replaced by the next call when it closed its stdin: that call never ran, and is sent to the new one", async () => {
    const house = await start({ one: { ...stdioFixture(), timeout: 20_000 } });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    expect((await call(ann, "hang_up", { pipe: "stdin" })).status).toBe(200);
    let after = 0;
    const tookMs = await timed(async () => {
      after = await pidOf(ann);
    });
    expect(tookMs).toBeLessThan(5_000);
    expect(after).not.toBe(before);
    await expect.poll(() => isAlive(before), { timeout: 5_000 }).toBe(false);
    expect(await echo(ann)).toBe("Echo: hello");
  });

  it("has lost its calls at once when it closed its stdout, and is ended", async () => {
    const house = await start({ one: { ...stdioFixture(), timeout: 20_000 } });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    let answer = await call(ann, "pids");
    const tookMs = await timed(async () => {
      answer = await call(ann, "hang_up", { pipe: "stdout" });
    });
    expect(answer.body.code).toBe("OUTCOME_UNKNOWN");
    expect(tookMs).toBeLessThan(2_000);
    await expect.poll(() => isAlive(before), { timeout: 5_000 }).toBe(false);
    await expect.poll(async () => (await statusOf(ann)).state, { timeout: 10_000 }).toBe("connected");
    expect(await echo(ann)).toBe("Echo: hello");
  });
});

describe("a program that grows or spins", () => {
  it.runIf(process.platform === "linux")("[F-STD-16] is started again with a notice when it holds more than it may", async () => {
    const house = await start({ one: { ...stdioFixture(), maxMemoryMb: 300 } });
    const ann = await house.user("ann");
    await connect(ann);
    const before = await pidOf(ann);
    await call(ann, "hoard", { mb: 400 });
    await expect.poll(() => isAlive(before), { timeout: 5_000 }).toBe(false);
    await expect.poll(async () => (await statusOf(ann)).state, { timeout: 10_000 }).toBe("connected");
    expect((await statusOf(ann)).warnings).toEqual([
      { code: "RESTARTED", message: expect.stringMatching(/held \d+ MB of memory and may hold 300 MB; it was started again/) },
    ]);
    expect(await echo(ann)).toBe("Echo: hello");
  });

  it.runIf(process.platform === "linux")("[F-STD-16] leaves our event loop alone", async () => {
    const servers = { bad: { ...stdioFixture(), maxMemoryMb: 300 }, good: stdioFixture() };
    const house = await kept(startHouseApart(servers));
    const use = (server: string, tool: string, args: object) =>
      house.ask("ann", "POST", `/api/mcp/${server}/tools/${tool}/call`, { arguments: args });
    const calm = async (untilMs: number) => {
      for (const endsAt = Date.now() + untilMs; Date.now() < endsAt; )
        expect((await use("good", "echo", { message: "x" })).status).toBe(200);
    };
    await use("bad", "echo", { message: "x" });
    await calm(500);
    await house.turns();
    const spinning = use("bad", "spin", { ms: 2_000 });
    await calm(1_000);
    await use("bad", "hoard", { mb: 400 });
    await calm(1_500);
    await spinning;
    const { p99, max } = await house.turns();
    console.log(
      `turns of the loop beside a program that spins and grows: p99 ${p99.toFixed(1)} ms, longest ${max.toFixed(1)} ms`,
    );
    expect(p99).toBeLessThan(50);
  });
});

describe("a program that ends by itself", () => {
  it("[F-STD-17] has stopped when it ended in peace, and is started again by the next call", async () => {
    const house = await start({ one: stdioFixture() });
    const ann = await house.user("ann");
    const [starts, first]: [number[], number[]] = [[], []];
    for (let count = 0; count < 3; count += 1) {
      await ann.ask("POST", "/api/mcp/one/disconnect");
      starts.push(await timed(() => connect(ann)));
      const before = await pidOf(ann);
      await call(ann, "leave", { ms: 50 });
      await expect.poll(async () => (await statusOf(ann)).state).toBe("disconnected");
      expect((await statusOf(ann)).reason).toMatchObject({ code: "STOPPED" });
      await new Promise((resolve) => setTimeout(resolve, 200));
      // Nobody starts it in between.
      expect((await statusOf(ann)).state).toBe("disconnected");
      first.push(await timed(async () => expect(await echo(ann)).toBe("Echo: hello")));
      expect(await pidOf(ann)).not.toBe(before);
    }
    expect(Math.min(...first)).toBeLessThanOrEqual(Math.max(...starts) + 100);
  });

  it("[F-STD-17] is tried again by itself when it failed, or left a call unanswered", async () => {
    const house = await start({ one: stdioFixture() });
    const ann = await house.user("ann");
    for (const [tool, args] of [
      ["crash", { code: 3 }],
      ["crash", { code: 0 }],
    ] as const) {
      await connect(ann);
      expect((await call(ann, tool, args)).body.code).toBe("OUTCOME_UNKNOWN");
      await expect.poll(async () => (await statusOf(ann)).state, { timeout: 5_000 }).toBe("connected");
    }
  });
});
