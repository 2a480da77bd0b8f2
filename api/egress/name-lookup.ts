import { type LookupAddress, type LookupOptions, lookup as systemLookup } from "node:dns";

/** All addresses of a host name. */
export type NameLookup = (hostname: string, options: LookupOptions) => Promise<LookupAddress[]>;

/** A first name server that does not answer costs five seconds almost everywhere; a second one may still answer then. */
const MAX_LOOKUP_MS = 7_000;

/** Asks the system, as its files say. */
export const systemNames: NameLookup = (hostname, options) =>
  new Promise((resolve, reject) =>
    systemLookup(hostname, { ...options, all: true }, (error, addresses) =>
      error === null ? resolve(addresses) : reject(error),
    ),
  );

interface Running {
  answer: Promise<LookupAddress[]>;
  /** Whoever waits for it is told that it takes too long; epoch milliseconds. */
  until: number;
}

/**
 * The same with an end: a name that is not found out in time fails. Who asks for a name that is being looked up shares
 * that look-up and its end, because one that hangs keeps one of the process's few threads for as long as it does.
 */
export function boundedLookup(lookup: NameLookup, maxMs = MAX_LOOKUP_MS): NameLookup {
  const running = new Map<string, Running>();
  return (hostname, options) => {
    const key = `${hostname} ${options.family ?? 0} ${options.hints ?? 0}`;
    const shared = running.get(key) ?? { answer: lookup(hostname, options).finally(() => running.delete(key)), until: 0 };
    running.set(key, shared);
    if (shared.until <= performance.now()) shared.until = performance.now() + maxMs;
    return new Promise((resolve, reject) => {
      const late = Object.assign(new Error(`${hostname} was not found out within ${maxMs} ms`), { code: "ETIMEOUT" });
      const timer = setTimeout(() => reject(late), shared.until - performance.now());
      shared.answer.then(resolve, reject).finally(() => clearTimeout(timer));
    });
  };
}
