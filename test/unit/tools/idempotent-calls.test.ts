import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import type { Principal } from "../../../api/ports/identity.ts";
import { digestOf } from "../../../api/tools/digest.ts";
import { type IdempotentCallsOptions, idempotentCalls } from "../../../api/tools/idempotent-calls.ts";
import type { ToolCallRequest, ToolCalls } from "../../../api/tools/tool-calls.ts";
import type { AccessRules, ServerConfig } from "../../../config/types.ts";
import type { ToolCallAnswer } from "../../../schemas/wire.ts";
import { movedClock } from "../../support/moved-clock.ts";

const HOURS_24 = 24 * 60 * 60_000;
const person = (userId: string): Principal => ({
  userId,
  email: "",
  name: "",
  role: "USER",
  sessionId: null,
  via: "api_key",
  fields: {},
});
const ann = person("ann");
const answer = (text: string): ToolCallAnswer => ({
  callId: "c",
  server: "s",
  tool: "t",
  isError: false,
  content: [{ type: "text", text }],
  structuredContent: null,
  durationMs: 1,
});
const OPEN: AccessRules = { roles: null, users: null, includedTools: null, filteredTools: [] };
const everything = { get: () => ({ access: OPEN }) as ServerConfig };
const call = (key: string | undefined, args: Record<string, unknown> = {}): ToolCallRequest => ({
  server: "s",
  tool: "t",
  arguments: args,
  idempotencyKey: key,
});

function counted(
  run: (request: ToolCallRequest, nth: number) => Promise<ToolCallAnswer>,
  options: Partial<IdempotentCallsOptions> = {},
) {
  const clock = movedClock();
  let runs = 0;
  const inner: ToolCalls = {
    call: (_, request) => {
      runs += 1;
      return run(request, runs);
    },
    cancel: () => {},
    cancelAll: () => {},
    stopUnsent: () => ({ stopped: 0, running: 0 }),
  };
  return { clock, calls: idempotentCalls(inner, { clock, directory: everything, ...options }), runs: () => runs };
}
const sent = async ({ onSent }: ToolCallRequest, nth: number) => {
  onSent?.();
  return answer(String(nth));
};

describe("a call with an idempotency key", () => {
  it("runs once, whatever the order of its arguments, for 24 hours", async () => {
    const { calls, runs, clock } = counted(sent);
    const first = await calls.call(ann, call("k", { a: 1, b: { c: 2, d: 3 } }));
    await clock.advance(HOURS_24 - 1);
    expect(await calls.call(ann, call("k", { b: { d: 3, c: 2 }, a: 1 }))).toEqual(first);
    expect(runs()).toBe(1);
    await clock.advance(1);
    await calls.call(ann, call("k", { other: true }));
    expect(runs()).toBe(2);
  });

  it("is refused for another call, and belongs to one person", async () => {
    const { calls, runs } = counted(sent);
    await calls.call(ann, call("k"));
    await expect(calls.call(ann, call("k", { x: 1 }))).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    await expect(calls.call(ann, { ...call("k"), tool: "u" })).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    await calls.call(person("bob"), call("k", { x: 1 }));
    await calls.call(ann, call(undefined));
    await calls.call(ann, call(undefined));
    expect(runs()).toBe(4);
  });

  it("is told to wait while the first runs", async () => {
    let finish = () => {};
    const { calls, runs } = counted(({ onSent }) => {
      onSent?.();
      return new Promise((resolve) => {
        finish = () => resolve(answer("late"));
      });
    });
    const first = calls.call(ann, call("k"));
    await expect(calls.call(ann, call("k"))).rejects.toMatchObject({ code: "CALL_RUNNING", httpStatus: 409 });
    finish();
    expect(await first).toEqual(await calls.call(ann, call("k")));
    expect(runs()).toBe(1);
  });

  it("fails again as the first did when that may have run, and runs when the first never did", async () => {
    const { calls, runs } = counted(async ({ onSent }, nth) => {
      if (nth === 1) throw new AppError("CONNECT_FAILED", "not sent");
      onSent?.();
      if (nth === 2) throw new AppError("CONNECTION_CLOSED", "not sent either", { neverRan: true });
      throw new AppError("OUTCOME_UNKNOWN", "sent");
    });
    const codes = [];
    for (let nth = 0; nth < 5; nth += 1) codes.push(await calls.call(ann, call("k")).catch(({ code }) => code));
    expect(codes).toEqual(["CONNECT_FAILED", "CONNECTION_CLOSED", "OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN", "OUTCOME_UNKNOWN"]);
    expect(runs()).toBe(3);
  });

  it("is not answered again for somebody who may not use the server or the tool any more", async () => {
    let access = OPEN;
    let isSeen = true;
    const directory = {
      get: () => {
        if (!isSeen) throw new AppError("SERVER_UNKNOWN", "there is no such server for you");
        return { access } as ServerConfig;
      },
    };
    const { calls, runs } = counted(sent, { directory });
    const first = await calls.call(ann, call("k"));
    access = { ...OPEN, filteredTools: ["t"] };
    await expect(calls.call(ann, call("k"))).rejects.toMatchObject({ code: "TOOL_UNKNOWN" });
    isSeen = false;
    await expect(calls.call(ann, call("k"))).rejects.toMatchObject({ code: "SERVER_UNKNOWN" });
    [access, isSeen] = [OPEN, true];
    expect(await calls.call(ann, call("k"))).toEqual(first);
    expect(runs()).toBe(1);
  });

  it("does not run again for an answer that was too large to keep", async () => {
    const { calls, runs } = counted(sent, { maxBytes: 10 });
    await calls.call(ann, call("k"));
    await expect(calls.call(ann, call("k"))).rejects.toMatchObject({ code: "IDEMPOTENCY_KEY_REUSED" });
    expect(runs()).toBe(1);
  });

  it("is remembered for so many keys of a person, the oldest forgotten first", async () => {
    const { calls, runs } = counted(sent, { maxPerUser: 2 });
    for (const key of ["a", "b", "c", "b", "c", "a"]) await calls.call(ann, call(key));
    expect(runs()).toBe(4);
  });
});

describe("a digest", () => {
  it("tells values apart that look alike", () => {
    const values = [{}, [], null, "", "{}", { a: 1 }, { a: "1" }, [["a", 1]], { object: [["a", 1]] }, { a: { b: 1 } }];
    expect(new Set(values.map(digestOf)).size).toBe(values.length);
    expect(digestOf(JSON.parse('{"__proto__":1}'))).not.toBe(digestOf({}));
  });
});
