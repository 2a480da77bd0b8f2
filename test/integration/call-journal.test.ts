import { describe, expect, it } from "vitest";
import { type HttpFixture, startHttpServer } from "../servers/http-server.ts";
import { stdioFixture } from "../servers/stdio-fixture.ts";
import { cleanups } from "../support/clean-up.ts";
import { type Caller, type RunningHouse, startHouse } from "../support/house.ts";

async function started(): Promise<{ server: HttpFixture; house: RunningHouse; ann: Caller }> {
  const server = await startHttpServer();
  cleanups.push(server.close);
  const house = await startHouse({ one: { type: "streamable-http", url: server.url } }, { hosted: true });
  cleanups.push(house.close);
  return { server, house, ann: await house.user("ann") };
}
const call = (who: Caller, tool: string, args: object, { callId, key }: { callId?: string; key?: string } = {}) =>
  who.ask(
    "POST",
    `/api/mcp/one/tools/${tool}/call`,
    { arguments: args, ...(callId === undefined ? {} : { callId }) },
    key === undefined ? {} : { "idempotency-key": key },
  );
const journal = async (who: Caller, query = "") => (await who.ask("GET", `/api/mcp/calls${query}`)).body;

describe("the journal of calls", () => {
  it("tells what became of one's own calls, without arguments or answers", async () => {
    const { house, ann } = await started();
    await call(ann, "echo", { message: "canary-in-arguments" }, { callId: "first" });
    await call(ann, "fail", {}, { callId: "second" });
    const slow = call(ann, "slow", { ms: 10_000 }, { callId: "third" });
    await expect.poll(async () => (await journal(ann)).calls.map(({ state }: { state: string }) => state)).toContain("running");
    await ann.ask("POST", "/api/mcp/calls/third/cancel");
    await slow;
    const states = async () =>
      (await journal(ann)).calls.map(({ callId, state }: Record<string, string>) => `${callId} ${state}`);
    await expect.poll(states).toEqual(["third cancelled", "second done", "first done"]);
    const told = JSON.stringify(await journal(ann));
    expect(told).not.toContain("canary");
    expect(told).not.toContain("userId");
    expect((await journal(await house.user("bob"))).calls).toEqual([]);
    const page = await journal(ann, "?limit=2");
    expect((await journal(ann, `?limit=2&before=${page.next}`)).calls).toMatchObject([{ callId: "first" }]);
    expect((await ann.ask("GET", "/api/mcp/calls?limit=0")).body.code).toBe("REQUEST_INVALID");
    expect((await ann.ask("GET", "/api/mcp/calls?limit=2&limit=3")).body.code).toBe("REQUEST_INVALID");
  });

  it("says unknown when the answer was lost", async () => {
    const house = await startHouse({ one: { type: "stdio", ...stdioFixture() } }, { hosted: true });
    cleanups.push(house.close);
    const ann = await house.user("ann");
    await ann.ask("POST", "/api/mcp/one/connect");
    const slow = call(ann, "slow", { ms: 10_000 });
    await expect.poll(async () => (await journal(ann)).calls).toHaveLength(1);
    const crash = call(ann, "crash", { code: 1 });
    expect((await slow).body.code).toBe("OUTCOME_UNKNOWN");
    await crash;
    const lost = { state: "unknown", code: "OUTCOME_UNKNOWN" };
    await expect.poll(async () => (await journal(ann)).calls).toMatchObject([lost, lost]);
  });
});

describe("an Idempotency-Key", () => {
  it("makes repeats of one call one call on the server", async () => {
    const { server, ann } = await started();
    const answers = [];
    for (let nth = 0; nth < 3; nth += 1) answers.push((await call(ann, "echo", { message: "once" }, { key: "k-1" })).body);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    expect(server.ledger.callsOf("echo")).toHaveLength(1);
    const other = await call(ann, "echo", { message: "other" }, { key: "k-1" });
    expect([other.status, other.body.code]).toEqual([409, "IDEMPOTENCY_KEY_REUSED"]);
    expect((await call(ann, "echo", { message: "x" }, { key: "no blanks" })).body.code).toBe("REQUEST_INVALID");
    expect(server.ledger.callsOf("echo")).toHaveLength(1);
  });

  it("is answered 409 while the first call runs", async () => {
    const { server, ann } = await started();
    const first = call(ann, "slow", { ms: 300 }, { key: "k-2" });
    await expect.poll(() => server.ledger.callsOf("slow").length).toBe(1);
    const second = await call(ann, "slow", { ms: 300 }, { key: "k-2" });
    expect([second.status, second.body.code]).toEqual([409, "CALL_RUNNING"]);
    expect((await call(ann, "slow", { ms: 300 }, { key: "k-2" })).body.code).toBe("CALL_RUNNING");
    const { body } = await first;
    expect((await call(ann, "slow", { ms: 300 }, { key: "k-2" })).body).toEqual(body);
    expect(server.ledger.callsOf("slow")).toHaveLength(1);
  });
});
