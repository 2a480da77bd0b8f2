const BURST_BYTES = 64 * 1024 * 1024;
const BYTES_PER_SECOND = 8 * 1024 * 1024;

/**
 * How much one connection may pour through its streams. Says how long to rest before more is read, in milliseconds; mostly
 * not at all: what people use comes far below it, in bursts.
 */
export function bytePace(now: () => number = () => performance.now()): (bytes: number) => number {
  let left = BURST_BYTES;
  let at = now();
  return (bytes) => {
    const time = now();
    left = Math.min(BURST_BYTES, left + ((time - at) / 1_000) * BYTES_PER_SECOND) - bytes;
    at = time;
    return left >= 0 ? 0 : (-left / BYTES_PER_SECOND) * 1_000;
  };
}
