import { describe, expect, it } from "vitest";
import { type Attempt, type EndpointGateOptions, endpointGate } from "../../../api/connections/endpoint-gate.ts";
import { AppError } from "../../../api/errors/app-error.ts";
import { movedClock } from "../../support/moved-clock.ts";

const down = (retryAfterMs?: number) => new AppError("CONNECT_FAILED", "nobody listens", { isEndpointDown: true, retryAfterMs });

function gated(options: Partial<EndpointGateOptions> = {}) {
  const clock = movedClock();
  const begun: number[] = [];
  const recovered: string[] = [];
  let answer: () => Promise<string> = async () => "session";
  const gate = endpointGate({
    clock,
    random: () => 0.5,
    onRecovered: (held) => recovered.push(...held.map(({ userId }) => userId)),
    ...options,
  });
  const attempt = (userId: string, more: Partial<Attempt> = {}): Promise<unknown> =>
    gate
      .pass("http://one", { userId, server: "s", signal: new AbortController().signal, asked: false, ...more }, () => {
        begun.push(clock.now());
        return answer();
      })
      .catch((error: unknown) => error);
  return {
    clock,
    gate,
    begun,
    recovered,
    attempt,
    answers: (next: () => Promise<string>) => {
      answer = next;
    },
    /** Two people find out that it is down. */
    async breakIt(error = down()) {
      answer = () => Promise.reject(error);
      for (const userId of ["ann", "bob", "ann"]) await attempt(userId);
      expect(gate.counts().open).toBe(1);
      begun.length = 0;
    },
  };
}

/** The most within any second. */
const peak = (times: number[]) => Math.max(...times.map((at) => times.filter((each) => each >= at && each < at + 1_000).length));

describe("the way to one endpoint", () => {
  it("[F-LOAD-02] is open to 50 attempts a second at most, and takes all of a thousand within 30 s", async () => {
    const { clock, begun, attempt } = gated();
    await attempt("first");
    const all = Array.from({ length: 1_000 }, (_, nth) => attempt(`p${nth}`));
    await clock.advance(30_000);
    expect(begun).toHaveLength(1_001);
    expect(peak(begun)).toBeLessThanOrEqual(50);
    expect(await Promise.all(all)).toEqual(all.map(() => "session"));
    expect(clock.pending()).toBe(0);
  });

  it("lets four find out whether anybody is there, then as many at once as it may", async () => {
    const { clock, begun, attempt, answers } = gated({ parallel: 8, burst: 100 });
    const finish: (() => void)[] = [];
    answers(() => new Promise((resolve) => finish.push(() => resolve("session"))));
    for (let nth = 0; nth < 20; nth += 1) void attempt(`p${nth}`);
    await clock.advance(1_000);
    expect(begun).toHaveLength(4);
    finish.shift()?.();
    await clock.advance(0);
    expect(begun).toHaveLength(9);
  });

  it("lets people who press go first, and forgets who gave up", async () => {
    const { clock, begun, attempt, answers } = gated({ burst: 1, perSecond: 1 });
    answers(async () => "session");
    const order: string[] = [];
    const abort = new AbortController();
    const note = (name: string, done: Promise<unknown>) =>
      void done.then((what) => order.push(`${name} ${what instanceof AppError ? what.code : what}`));
    note("a", attempt("a"));
    note("b", attempt("b"));
    note("gone", attempt("gone", { signal: abort.signal }));
    note("c", attempt("c", { asked: true }));
    abort.abort();
    await clock.advance(5_000);
    expect(order).toEqual(
      ["gone CONNECTION_REPLACED", "a session", "c session", "b session"].sort((x, y) => order.indexOf(x) - order.indexOf(y)),
    );
    expect(order.indexOf("c session")).toBeLessThan(order.indexOf("b session"));
    expect(begun).toHaveLength(3);
  });

  it("[F-HTTP-01] is tried 12 times in five minutes of its absence at most, for 50 people", async () => {
    const { clock, begun, attempt, answers } = gated({ random: Math.random });
    answers(() => Promise.reject(down()));
    for (let nth = 0; nth < 50; nth += 1) {
      const again = async (): Promise<void> => {
        const error = await attempt(`p${nth}`);
        clock.setTimer(error instanceof AppError && error.wasHeldBack ? (error.retryAfterMs ?? 0) : 500, () => void again());
      };
      void again();
    }
    await clock.advance(300_000);
    expect(begun.length).toBeLessThanOrEqual(12);
    expect(begun.length).toBeGreaterThan(4);
    const first = begun.length;
    await clock.advance(300_000);
    expect(begun.length - first).toBeLessThanOrEqual(12);
  });
});

describe("an endpoint that is down", () => {
  it("is not asked again before its time; the refusal says when, and repeats why", async () => {
    const { clock, begun, attempt, breakIt } = gated();
    await breakIt();
    expect(await attempt("cas")).toMatchObject({
      code: "CONNECT_FAILED",
      message: "nobody listens",
      wasHeldBack: true,
      retryAfterMs: 2_000,
    });
    await clock.advance(1_499);
    await attempt("cas");
    expect(begun).toEqual([]);
    await clock.advance(1);
    expect(await attempt("cas")).toMatchObject({ wasHeldBack: false });
    expect(begun).toHaveLength(1);
    expect(await attempt("ann")).toMatchObject({ wasHeldBack: true, retryAfterMs: 3_500 });
  });

  it("that was there a moment ago is tried again within one and a half seconds, for a minute", async () => {
    const { clock, attempt, breakIt } = gated({ random: () => 1 });
    await attempt("ann");
    await breakIt();
    expect(await attempt("bob")).toMatchObject({ wasHeldBack: true, retryAfterMs: 1_500 });
    for (let seconds = 1; seconds <= 62; seconds += 1) {
      await clock.advance(1_000);
      await attempt("ann");
    }
    expect(await attempt("bob")).toMatchObject({ wasHeldBack: true, retryAfterMs: 5_000 });
  });

  it("is tried by one for all, and calls those it held back when it answers", async () => {
    const { clock, begun, attempt, breakIt, answers, recovered, gate } = gated();
    await breakIt();
    for (const userId of ["cas", "dee"]) await attempt(userId);
    await clock.advance(2_000);
    let finish = () => {};
    answers(
      () =>
        new Promise((resolve) => {
          finish = () => resolve("session");
        }),
    );
    const probe = attempt("cas");
    expect(await attempt("eve")).toMatchObject({ wasHeldBack: true });
    expect(begun).toHaveLength(1);
    finish();
    expect(await probe).toBe("session");
    expect(recovered.sort()).toEqual(["dee", "eve"]);
    expect(gate.counts()).toEqual({ closed: 1, open: 0, probing: 0 });
  });

  it("[F-HTTP-12] is met by 20 a second at most when it comes back, and by all of a thousand within 30 s", async () => {
    const { clock, begun, attempt, breakIt, answers } = gated({ onRecovered: (held) => held.map(({ userId }) => again(userId)) });
    const again = (userId: string) => void attempt(userId);
    await breakIt();
    for (let nth = 0; nth < 1_000; nth += 1) await attempt(`p${nth}`);
    await clock.advance(2_000);
    answers(async () => "session");
    begun.length = 0;
    await attempt("probe");
    await clock.advance(6_000);
    expect(peak(begun)).toBeLessThanOrEqual(20);
    expect(begun.length).toBeGreaterThan(80);
    await clock.advance(24_000);
    expect(begun).toHaveLength(1_001);
    expect(peak(begun)).toBeLessThanOrEqual(50);
  });

  it("may always be tried by a person who presses, without moving the next try away", async () => {
    const { begun, clock, attempt, breakIt, answers } = gated();
    await breakIt();
    expect(await attempt("ann", { asked: true })).toMatchObject({ wasHeldBack: false });
    expect(begun).toHaveLength(1);
    await clock.advance(1_500);
    expect(await attempt("bob")).toMatchObject({ wasHeldBack: false });
    answers(async () => "session");
    expect(await attempt("ann", { asked: true })).toBe("session");
    expect(await attempt("bob")).toBe("session");
  });

  it("is left alone for as long as it asks", async () => {
    const { clock, begun, attempt, breakIt } = gated();
    await breakIt(new AppError("RATE_LIMITED", "fewer", { retryAfterMs: 90_000 }));
    await clock.advance(89_999);
    await attempt("ann");
    expect(begun).toEqual([]);
    await clock.advance(1);
    await attempt("ann");
    expect(begun).toHaveLength(1);
  });

  it("does not stay shut when the one that tried gave up", async () => {
    const { clock, attempt, breakIt, answers, begun } = gated();
    await breakIt();
    await clock.advance(2_000);
    const abort = new AbortController();
    answers(() => new Promise((_, reject) => abort.signal.addEventListener("abort", () => reject(down()))));
    const probe = attempt("ann", { signal: abort.signal });
    await clock.advance(0);
    abort.abort();
    await probe;
    answers(async () => "session");
    await attempt("bob");
    expect(begun).toHaveLength(2);
  });
});

describe("[API-31] what does not make an endpoint down for others", () => {
  it.each([
    ["one person's failures", () => down(), ["ann"]],
    ["refused keys", () => new AppError("CREDENTIALS_REFUSED", "no"), ["ann", "bob"]],
    ["answers that are no MCP", () => new AppError("PROTOCOL_ERROR", "no"), ["ann", "bob"]],
    ["failures without a sign that nobody is there", () => new AppError("CONNECT_FAILED", "HTTP 500"), ["ann", "bob"]],
  ])("%s", async (_, error, people) => {
    const { attempt, answers, gate } = gated({ burst: 20 });
    answers(() => Promise.reject(error()));
    for (let nth = 0; nth < 20; nth += 1) await attempt(people[nth % people.length] as string);
    expect(gate.counts()).toEqual({ closed: 1, open: 0, probing: 0 });
  });
});
