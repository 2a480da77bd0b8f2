import { renameSync } from "node:fs";
import { JsonReporter } from "vitest/node";

const REPORT = process.env.TEST_REPORT ?? "test-results/vitest.json";
const UNFINISHED = `${REPORT}.unfinished`;

/**
 * Vitest's JSON report, under its name only when it is whole: vitest writes it in pieces of 512 KiB, and a reader in
 * between, or a process that ends there, would find half of one.
 */
export default class WholeReport extends JsonReporter {
  constructor() {
    super({ outputFile: UNFINISHED });
  }

  override async onTestRunEnd(...about: Parameters<JsonReporter["onTestRunEnd"]>): Promise<void> {
    await super.onTestRunEnd(...about);
    renameSync(UNFINISHED, REPORT);
  }
}
