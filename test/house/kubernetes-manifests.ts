import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseAllDocuments } from "yaml";

export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; labels?: Record<string, string> };
  [field: string]: unknown;
}

type Model = new (data: object) => { validate(): void };

const require = createRequire(import.meta.url);
const MODELS = dirname(require.resolve("kubernetes-models/package.json"));

export function readManifests(text: string): Manifest[] {
  return parseAllDocuments(text).map((document) => document.toJS() as Manifest);
}

/** What Kubernetes' own schema (OpenAPI, as the package carries it) says is missing or of a wrong kind. */
export function schemaFaults(manifest: Manifest): string[] {
  const { apiVersion, kind } = manifest;
  const models = require(join(MODELS, apiVersion, `${kind}.js`)) as Record<string, Model>;
  const model = models[kind];
  if (model === undefined) return [`${apiVersion} has no ${kind}`];
  try {
    new model(manifest).validate();
    return [];
  } catch (error) {
    return [`${kind} ${manifest.metadata.name}: ${error instanceof Error ? error.message : error}`];
  }
}

/**
 * Fields that Kubernetes does not know: its server drops them in silence, and its schemas allow them. The types made of
 * the same schemas do not, so the compiler is asked.
 */
export function unknownFields(manifests: readonly Manifest[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "patchbay-manifests-"));
  const lines = manifests.flatMap((manifest, index) => [
    `import type { I${manifest.kind} as T${index} } from ${JSON.stringify(join(MODELS, manifest.apiVersion, manifest.kind))};`,
    `export const m${index}: T${index} = ${JSON.stringify(manifest)};`,
  ]);
  try {
    writeFileSync(join(folder, "package.json"), '{"type":"commonjs"}');
    writeFileSync(join(folder, "manifests.ts"), lines.join("\n"));
    execFileSync(
      process.execPath,
      [join(dirname(require.resolve("typescript/package.json")), "bin/tsc"), ...OPTIONS, join(folder, "manifests.ts")],
      {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "pipe"],
      },
    );
    return [];
  } catch (error) {
    const output = String((error as { stdout?: string }).stdout ?? error);
    return output.split("\n").filter((line) => line.includes("error TS"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const OPTIONS = ["--noEmit", "--ignoreConfig", "--strict", "--skipLibCheck", "--module", "nodenext", "--types", ""];
