import { defineConfig } from "vitest/config";

/** What measures a whole machine's work runs alone. */
const ALONE = ["test/integration/crowd.test.ts", "test/integration/hostile/storms.test.ts"];

/**
 * Two cores. Integration tests wait more than they work, so that three share them. Browser tests run last, three at a
 * time: with more of them clicks would starve.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "unit",
          include: ["test/unit/**/*.test.ts"],
          pool: "threads",
          testTimeout: 30_000, // property tests and scrypt, on a machine that is busy with other things
          sequence: { groupOrder: 0 },
        },
      },
      { test: { name: "house", include: ["test/house/**/*.test.ts"], testTimeout: 30_000, sequence: { groupOrder: 0 } } },
      {
        test: {
          name: "contract",
          include: ["test/contract/**/*.test.ts"],
          testTimeout: 20_000,
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "integration",
          maxWorkers: 3,
          // For what comes some time; what is promised within a time names that time.
          expect: { poll: { timeout: 5_000 } },
          include: ["test/integration/**/*.test.ts"],
          exclude: ALONE,
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "alone",
          include: ALONE,
          testTimeout: 20_000,
          hookTimeout: 30_000,
          fileParallelism: false,
          expect: { poll: { timeout: 5_000 } },
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: "load",
          include: ["test/load/**/*.test.ts"],
          pool: "forks",
          execArgv: ["--expose-gc"],
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/global-setup.ts"],
          expect: { poll: { timeout: 5_000 } },
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 3,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
