import { readFileSync } from "node:fs";
import { join } from "node:path";
import { sourceFiles } from "../house/source-files.ts";

/** Every test by its path, with its text; without those of the evidence itself, which name cases that they do not show. */
export function testFiles(root: string): Record<string, string> {
  const paths = sourceFiles(root, ["test"]).filter(
    (path) => path.endsWith(".test.ts") && !path.startsWith("test/unit/evidence/"),
  );
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), "utf8")]));
}
