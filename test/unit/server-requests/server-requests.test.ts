import { describe, expect, it } from "vitest";
import { AppError } from "../../../api/errors/app-error.ts";
import { serverRequests } from "../../../api/server-requests/server-requests.ts";
import { movedClock } from "../../support/moved-clock.ts";

const FORM = {
  requestedSchema: {
    properties: {
      name: { type: "string", minLength: 2 },
      age: { type: "integer", minimum: 0, default: 42 },
      pets: { type: "array", items: { enum: ["cat", "dog"] }, maxItems: 1 },
      hero: { type: "string", oneOf: [{ const: "a", title: "A" }] },
      sure: { type: "boolean" },
    },
    required: ["name"],
  },
};

function desk(options: { answerMs?: number; maxPerUser?: number } = {}) {
  const clock = movedClock();
  const said: [string, string, unknown][] = [];
  const requests = serverRequests({ clock, sink: { serverSaid: (...news) => void said.push(news) }, ...options });
  const abort = new AbortController();
  const ask = (userId: string, params: Record<string, unknown> = FORM, kind: "elicitation" | "sampling" = "elicitation") =>
    requests.ask(userId, { server: "s", kind, params, terms: null, holdsCall: false }, abort.signal);
  const first = (userId: string) => requests.list(userId)[0]?.id ?? "";
  return { clock, said, requests, abort, ask, first };
}

const refusal = (work: () => unknown): AppError => {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("it was not refused");
};

describe("requests of servers", () => {
  it("are told to their person, answered with defaults, and gone", async () => {
    const { requests, ask, first, said, clock } = desk();
    const answer = ask("ann");
    const id = first("ann");
    expect(requests.list("bob")).toEqual([]);
    requests.answer("ann", id, { action: "accept", content: { name: "Ann" } });
    expect(await answer).toEqual({ action: "accept", content: { name: "Ann", age: 42 } });
    expect(requests.list("ann")).toEqual([]);
    expect(said.map(([userId, name]) => [userId, name])).toEqual([
      ["ann", "mcp:server-request"],
      ["ann", "mcp:server-request-ended"],
    ]);
    expect(clock.pending()).toBe(0);
  });

  it("[SEC-22] are nobody else's to answer, and nobody's twice", async () => {
    const { requests, ask, first } = desk();
    const answer = ask("ann");
    const id = first("ann");
    expect(refusal(() => requests.answer("bob", id, { action: "accept", content: { name: "Bob" } })).code).toBe(
      "REQUEST_UNKNOWN",
    );
    requests.answer("ann", id, { action: "decline" });
    expect(refusal(() => requests.answer("ann", id, { action: "decline" })).code).toBe("REQUEST_UNKNOWN");
    expect(await answer).toEqual({ action: "decline" });
  });

  it.each([
    [{}, "/content/name"],
    [{ name: "A" }, "/content/name"],
    [{ name: "Ann", age: 1.5 }, "/content/age"],
    [{ name: "Ann", age: -1 }, "/content/age"],
    [{ name: "Ann", pets: ["cow"] }, "/content/pets"],
    [{ name: "Ann", pets: ["cat", "dog"] }, "/content/pets"],
    [{ name: "Ann", hero: "b" }, "/content/hero"],
    [{ name: "Ann", sure: "yes" }, "/content/sure"],
    [{ name: "Ann", extra: 1 }, "/content/extra"],
    [{ name: "Ann", __proto__: 1, constructor: 1 }, "/content/constructor"],
  ])("refuse %j and stay open", (content, path) => {
    const { requests, ask, first } = desk();
    void ask("ann");
    const error = refusal(() => requests.answer("ann", first("ann"), { action: "accept", content }));
    expect([error.code, error.details?.map((each) => each.path)]).toEqual(["REQUEST_INVALID", [path]]);
    expect(requests.list("ann")).toHaveLength(1);
  });

  it("are cancelled when nobody answers in time", async () => {
    const { clock, ask, said } = desk({ answerMs: 1_000 });
    const answer = ask("ann");
    await clock.advance(1_000);
    expect(await answer).toEqual({ action: "cancel" });
    expect(said.at(-1)?.[2]).toMatchObject({ how: "expired" });
  });

  it("end with the call they belong to, with the account, and with the process", async () => {
    for (const end of ["abort", "closeUser", "closeAll"] as const) {
      const { requests, abort, ask, said, clock } = desk();
      const answer = ask("ann");
      if (end === "abort") abort.abort();
      else requests[end]("ann");
      expect(await answer).toEqual({ action: "cancel" });
      expect(said.at(-1)?.[2]).toMatchObject({ how: "withdrawn" });
      expect([requests.list("ann"), clock.pending()]).toEqual([[], 0]);
    }
  });

  it("are bounded in number and size, and lead to pages of the web only", async () => {
    const { requests, ask } = desk({ maxPerUser: 1 });
    void ask("ann");
    expect(await ask("ann")).toEqual({ action: "cancel" });
    expect(await ask("bob", { message: "x".repeat(300_000) })).toEqual({ action: "cancel" });
    for (const url of ["javascript:alert(1)", "file:///etc/passwd", "vscode://x", "nonsense"])
      expect(await ask("bob", { mode: "url", url })).toEqual({ action: "cancel" });
    void ask("bob", { mode: "url", url: "https://example.org/" });
    expect([requests.list("ann").length, requests.list("bob").length]).toEqual([1, 1]);
  });

  it("take a visit without a form, and a model's words as they are", async () => {
    const { requests, ask, first } = desk();
    const visit = ask("ann", { mode: "url", url: "https://example.org/" });
    requests.answer("ann", first("ann"), { action: "accept", content: { anything: 1 } });
    expect(await visit).toEqual({ action: "accept" });
    const words = ask("ann", { messages: [] }, "sampling");
    expect(refusal(() => requests.answer("ann", first("ann"), { action: "accept" })).code).toBe("REQUEST_INVALID");
    expect(refusal(() => requests.answer("ann", first("ann"), { action: "accept", result: { model: "m" } })).code).toBe(
      "REQUEST_INVALID",
    );
    const result = { role: "assistant", model: "m", content: { type: "text", text: "hi" } };
    requests.answer("ann", first("ann"), { action: "accept", result });
    expect(await words).toEqual({ action: "accept", result });
  });
});
