import type { Rollout } from "../../schemas/wire.ts";
import { AppError } from "../errors/app-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { EventSink } from "../ports/event-sink.ts";

export interface RolloutsOptions {
  /** Everybody's connections to one server that are worth replacing. */
  replaceable: (server: string) => readonly { replace(): Promise<void> }[];
  clock: Clock;
  sink: Pick<EventSink, "rolloutChanged">;
  /** Replaced at the same time. @default 4 */
  parallel?: number;
}

/** Reinitializes one server for everybody, a few connections at a time, each make-before-break. */
export interface Rollouts {
  /** Begins, and answers at once. ROLLOUT_RUNNING when one runs for this server. */
  start(server: string): Rollout;
  /** Begins no further connection; those on their way finish. ROLLOUT_UNKNOWN when none runs. */
  stop(server: string): Rollout;
  /** The last one of every server. */
  list(): readonly Rollout[];
}

const DEFAULT_PARALLEL = 4;

export function createRollouts({ replaceable, clock, sink, parallel = DEFAULT_PARALLEL }: RolloutsOptions): Rollouts {
  const last = new Map<string, Rollout>();

  const change = (server: string, by: Partial<Rollout>): Rollout => {
    const next = { ...(last.get(server) as Rollout), ...by };
    last.set(server, next);
    sink.rolloutChanged(next);
    return next;
  };

  const run = async (server: string, queue: { replace(): Promise<void> }[]) => {
    const stateOf = () => last.get(server) as Rollout;
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined && stateOf().state === "running"; next = queue.shift()) {
        const isDone = await next.replace().then(
          () => true,
          () => false,
        );
        const { done, failed } = stateOf();
        change(server, isDone ? { done: done + 1 } : { failed: failed + 1 });
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    change(server, { state: stateOf().state === "stopping" ? "stopped" : "done", endedAt: clock.now() });
  };

  return {
    start(server) {
      const state = last.get(server)?.state;
      if (state === "running" || state === "stopping")
        throw new AppError("ROLLOUT_RUNNING", `${server} is being reinitialized for everybody already`);
      const queue = [...replaceable(server)];
      last.set(server, {
        server,
        state: "running",
        total: queue.length,
        done: 0,
        failed: 0,
        startedAt: clock.now(),
        endedAt: null,
      });
      const started = change(server, {});
      void run(server, queue);
      return started;
    },
    stop(server) {
      if (last.get(server)?.state !== "running")
        throw new AppError("ROLLOUT_UNKNOWN", `${server} is not being reinitialized for everybody`);
      return change(server, { state: "stopping" });
    },
    list: () => [...last.values()],
  };
}
