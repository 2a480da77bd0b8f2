import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Logger } from "../ports/logger.ts";
import { watchLoop } from "./loop-watch.ts";

interface SettableGauge {
  set(value: number): void;
  set(labels: Record<string, string>, value: number): void;
}
type AddGauge = (name: string, help: string, labels: string[], collect: (gauge: SettableGauge) => void) => unknown;

const NANOSECONDS = 1e9;
const RESOLUTION_MS = 20;

/** What the process itself uses, and how it fares, under the names that Prometheus' own clients give it. */
export function processFigures(gauge: AddGauge, logger: Pick<Logger, "warn">): { close(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  gauge("nodejs_eventloop_lag_seconds", "Delay of the event loop since the last look.", ["quantile"], (each) => {
    for (const quantile of [50, 90, 99]) each.set({ quantile: String(quantile / 100) }, delay.percentile(quantile) / NANOSECONDS);
    each.set({ quantile: "1" }, delay.max / NANOSECONDS);
    delay.reset();
  });
  const loop = watchLoop(logger);
  gauge("nodejs_eventloop_stalls", "How often the event loop stood still for a second or more since the start.", [], (each) =>
    each.set(loop.stalls),
  );
  gauge("process_resident_memory_bytes", "Resident memory.", [], (each) => each.set(process.memoryUsage.rss()));
  gauge("nodejs_heap_size_used_bytes", "Heap in use.", [], (each) => each.set(process.memoryUsage().heapUsed));
  gauge("process_cpu_seconds_total", "User and system time.", [], (each) => {
    const { user, system } = process.cpuUsage();
    each.set((user + system) / 1e6);
  });
  gauge("process_start_time_seconds", "When the process began, in seconds since the epoch.", [], (each) =>
    each.set(Math.round(performance.timeOrigin) / 1_000),
  );
  return {
    close() {
      delay.disable();
      loop.close();
    },
  };
}
