/** One task after the other; of what waits, each one's first goes before anybody's second. */
export function inTurns(): <T>(whose: string, task: () => Promise<T>) => Promise<T> {
  const waiting = new Map<string, (() => Promise<void>)[]>();
  let isRunning = false;

  const run = async () => {
    isRunning = true;
    for (const [whose, tasks] of waiting) {
      const next = tasks.shift();
      waiting.delete(whose);
      // Behind the others; they are gone through until none is left.
      if (tasks.length > 0) waiting.set(whose, tasks);
      await next?.();
    }
    isRunning = false;
  };

  return (whose, task) =>
    new Promise((resolve, reject) => {
      const tasks = waiting.get(whose) ?? [];
      tasks.push(async () => {
        try {
          resolve(await task());
        } catch (error) {
          reject(error);
        }
      });
      waiting.set(whose, tasks);
      if (!isRunning) void run();
    });
}
