import { useEffect, useState } from "react";

/** Minutes and seconds until a moment (epoch milliseconds), counting. */
export function TimeLeft({ until }: { until: number }) {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((until - now) / 1_000));
  return (
    <time dateTime={new Date(until).toISOString()} role="timer">
      {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, "0")} left
    </time>
  );
}
