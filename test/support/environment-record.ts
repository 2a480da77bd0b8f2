import { mkdirSync, readFileSync, renameSync, rmdirSync, writeFileSync } from "node:fs";

const FOLDER = "test-results";
const FILE = `${FOLDER}/environment.json`;
const LOCK = `${FOLDER}/environment.lock`;

/** What the tests really ran on; `npm test` prints it and fails when a part of it is unknown. */
export interface EnvironmentRecord {
  database?: string;
  browser?: string;
}

export function readEnvironment(): EnvironmentRecord {
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as EnvironmentRecord;
  } catch {
    return {};
  }
}

/** Adds to the record. Several test processes may do so at once, so a folder serves as a lock. */
export function recordEnvironment(part: EnvironmentRecord): void {
  mkdirSync(FOLDER, { recursive: true });
  takeLock();
  try {
    writeFileSync(`${FILE}.new`, `${JSON.stringify({ ...readEnvironment(), ...part }, null, 2)}\n`);
    renameSync(`${FILE}.new`, FILE);
  } finally {
    rmdirSync(LOCK);
  }
}

function takeLock(): void {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    try {
      mkdirSync(LOCK);
      return;
    } catch {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
  throw new Error(`${LOCK} is held by somebody: remove it if no test is running`);
}
