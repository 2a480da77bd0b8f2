import { defineConfig } from "vitest/config";

/** Two cores: two workers are busy enough. Browser tests run last and alone, so that clicks are not starved. */
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
      { test: { name: "contract", include: ["test/contract/**/*.test.ts"], testTimeout: 20_000, sequence: { groupOrder: 1 } } },
      {
        test: {
          name: "integration",
          // For what comes some time; what is promised within a time names that time.
          expect: { poll: { timeout: 5_000 } },
          include: ["test/integration/**/*.test.ts"],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "load",
          include: ["test/load/**/*.test.ts"],
          pool: "forks",
          execArgv: ["--expose-gc"],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/browser/global-setup.ts"],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
