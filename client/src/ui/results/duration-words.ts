/** How long something took, as short as it can be said. */
export function durationWords(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 99_500) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 5_970_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
