import { hash } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { Clock } from "../../ports/clock.ts";
import type { CheckJob, CheckResult } from "./check-worker.ts";
import { schemaRefusal } from "./schema-limits.ts";

/** What a look at a tool's structured answer said; `why` in words for the log and for people. */
export type OutputVerdict =
  | { readonly kind: "fits" }
  | { readonly kind: "misfit"; readonly why: string }
  /** The schema, or the time, does not allow a look: the answer is taken as it is. `costly`: it was tried, for as long as may be. */
  | { readonly kind: "unchecked"; readonly why: string; readonly costly: boolean };

/** Checks what tools answer against their own output schemas, on one thread for all. */
export interface OutputChecks {
  /** A schema must not change afterwards: what is known of it is kept with it. */
  check(schema: object, value: unknown): Promise<OutputVerdict>;
  close(): Promise<void>;
}

export interface OutputChecksOptions {
  clock: Clock;
  /** For one value, its schema compiled for the first time included. @default 1_000 */
  maxMs?: number;
  /** Nobody waits longer for their turn. @default 5_000 */
  maxWaitMs?: number;
}

const MAX_VALUE_CHARS = 4 * 1024 * 1024;
const MAX_HEAP_MB = 128;
const IDLE_MS = 60_000;
const MAX_REMEMBERED = 1_000;

interface Turn {
  job: CheckJob;
  settle: (verdict: OutputVerdict) => void;
  stopWaiting: () => void;
}

/**
 * A schema of a stranger can take for ever, to compile and to check, and no analysis tells which. So it is done on a thread
 * that is ended when it takes too long; the schema is not tried again, and what waited behind it goes on with a new thread.
 */
export function outputChecks({ clock, maxMs = 1_000, maxWaitMs = 5_000 }: OutputChecksOptions): OutputChecks {
  const schemas = new WeakMap<object, KnownSchema>();
  const hopeless = new Map<string, string>();
  const queue: Turn[] = [];
  let worker: Worker | null = null;
  let isReady = false;
  let running: { turn: Turn; stopTimer: () => void } | null = null;
  let stopIdle = () => {};

  const giveUp = (key: string, why: string) => {
    hopeless.set(key, why);
    if (hopeless.size > MAX_REMEMBERED) hopeless.delete(hopeless.keys().next().value ?? "");
  };

  const endWorker = async () => {
    stopIdle();
    const ending = worker;
    worker = null;
    isReady = false;
    await ending?.terminate();
  };

  const finish = (verdict: OutputVerdict) => {
    const ended = running;
    running = null;
    ended?.stopTimer();
    ended?.turn.settle(verdict);
    next();
  };

  const tooMuch = (why: string) => {
    if (running === null) return;
    giveUp(running.turn.job.key, why);
    void endWorker();
    finish({ kind: "unchecked", why, costly: true });
  };

  const start = (): Worker => {
    const started = new Worker(new URL("./check-worker.ts", import.meta.url), {
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB },
    });
    started.unref();
    started.on("message", (said: "ready" | CheckResult) => {
      if (started !== worker) return;
      if (said !== "ready") return finish(verdictOf(said));
      isReady = true;
      next();
    });
    const died = () => {
      if (started !== worker) return;
      worker = null;
      isReady = false;
      tooMuch("takes more memory than it may");
    };
    started.on("error", died);
    started.on("exit", died);
    return started;
  };

  const next = () => {
    stopIdle();
    if (running !== null) return;
    if (queue.length === 0) {
      stopIdle = clock.setTimer(IDLE_MS, () => void endWorker());
      return;
    }
    worker ??= start();
    if (!isReady) return;
    const turn = queue.shift();
    if (turn === undefined) return;
    turn.stopWaiting();
    const refusal = hopeless.get(turn.job.key);
    if (refusal !== undefined) {
      turn.settle({ kind: "unchecked", why: refusal, costly: false });
      return next();
    }
    running = { turn, stopTimer: clock.setTimer(maxMs, () => tooMuch(`takes longer than ${maxMs} ms`)) };
    worker.postMessage(turn.job);
  };

  return {
    async check(schema, value) {
      const known = schemas.get(schema) ?? lookedAt(schema);
      schemas.set(schema, known);
      const { key, text, refusal = hopeless.get(key) } = known;
      if (refusal !== undefined) return { kind: "unchecked", why: refusal, costly: false };
      const job = { key, schema: text, value: JSON.stringify(value) };
      if (job.value.length > MAX_VALUE_CHARS)
        return { kind: "unchecked", why: "was not held against so long an answer", costly: false };
      return new Promise((resolve) => {
        const turn: Turn = { job, settle: resolve, stopWaiting: () => {} };
        turn.stopWaiting = clock.setTimer(maxWaitMs, () => {
          queue.splice(queue.indexOf(turn), 1);
          resolve({
            kind: "unchecked",
            why: "was not held against the answer, because too many others are checked",
            costly: false,
          });
        });
        queue.push(turn);
        next();
      });
    },
    async close() {
      for (const turn of queue.splice(0)) turn.stopWaiting();
      running?.stopTimer();
      running = null;
      await endWorker();
    },
  };
}

/** What every check of a schema needs; the same text is the same schema. */
interface KnownSchema {
  readonly key: string;
  readonly text: string;
  /** Why it is not even tried. */
  readonly refusal: string | undefined;
}

function lookedAt(schema: object): KnownSchema {
  const refusal = schemaRefusal(schema) ?? undefined;
  const text = refusal === undefined ? JSON.stringify(schema) : "";
  return { key: hash("sha256", text), text, refusal };
}

function verdictOf({ problem, refusal }: CheckResult): OutputVerdict {
  if (refusal !== null) return { kind: "unchecked", why: `cannot be used: ${refusal}`, costly: false };
  return problem === null ? { kind: "fits" } : { kind: "misfit", why: problem };
}
