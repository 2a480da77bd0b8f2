/** Milliseconds of work this thread has done: what a busy machine does not change. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1_000;
}

/** The most work done in one turn of the event loop while something else was awaited. */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = cpuMs();
  let isOver = false;
  const turn = () =>
    new Promise<void>((resolve) => {
      setTimeout(() => {
        const now = cpuMs();
        longest = Math.max(longest, now - last);
        last = now;
        resolve();
      }, 1);
    });
  const watching = (async () => {
    while (!isOver) await turn();
  })();
  await turn();
  await work();
  isOver = true;
  await watching;
  return longest;
}
