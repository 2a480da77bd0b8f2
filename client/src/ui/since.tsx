import { useEffect, useState } from "react";

const UNITS: readonly (readonly [limitMs: number, unitMs: number, unit: Intl.RelativeTimeFormatUnit])[] = [
  [3_600_000, 60_000, "minute"],
  [86_400_000, 3_600_000, "hour"],
  [Number.POSITIVE_INFINITY, 86_400_000, "day"],
];

/** A moment, said as people do; the exact one on hover. `at` is epoch milliseconds. */
export function Since({ at }: { at: number }) {
  const now = useNow(20_000);
  const date = new Date(at);
  return (
    <time dateTime={date.toISOString()} title={date.toLocaleString()}>
      {ago(at, now)}
    </time>
  );
}

/** How long it is until a moment, counting. */
export function Until({ at }: { at: number }) {
  return <span>{until(at, useNow(1_000))}</span>;
}

/** Seconds as long as they are worth counting, then minutes. */
export function until(at: number, now: number): string {
  const seconds = Math.ceil((at - now) / 1_000);
  if (seconds <= 0) return "now";
  return seconds < 90 ? `in ${seconds} s` : `in ${Math.round(seconds / 60)} min`;
}

function ago(at: number, now: number): string {
  const past = Math.max(0, now - at);
  if (past < 60_000) return "just now";
  const [, unitMs, unit] = UNITS.find(([limitMs]) => past < limitMs) ?? ([0, 60_000, "minute"] as const);
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-Math.floor(past / unitMs), unit);
}

function useNow(everyMs: number): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
