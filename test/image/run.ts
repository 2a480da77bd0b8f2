/**
 * `npm run check:image`: performs the Dockerfile's steps in a clean folder as an ordinary user and runs what comes out.
 * Takes minutes, and fetches packages as `npm ci` does. The last line is the count; the exit code says the same.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildImage, workingFolder } from "./build-image.ts";
import { type Container, mayIsolate, startContainer } from "./container.ts";
import { environmentOfStage, readDockerfile } from "./dockerfile.ts";
import { ordinaryUser } from "./ordinary-user.ts";
import { enter, tryExample, tryUnbundled, type Visitor } from "./person.ts";
import { unbundledPackage } from "./unbundled.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const STOP_WITHIN_MS = 45_000;
const CONTENT = [
  "LICENSE",
  "api",
  "client",
  "config",
  "librechat.example.yaml",
  "node_modules",
  "package-lock.json",
  "package.json",
  "schemas",
];

const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
const work = mkdtempSync(join(tmpdir(), "patchbay-image-"));
chmodSync(work, 0o755);
const home = join(work, "home");
mkdirSync(home);
const user = ordinaryUser({ id: 1_000, home });
user.own(home);
const stages = readDockerfile(text("Dockerfile"));
const image = stages.at(-1);
assert(image !== undefined);
const running = new Set<Container>();
const results: { name: string; error: unknown }[] = [];

/** What comes after needs what came before. */
class Failed extends Error {
  override readonly name = "Failed";
}

async function check(name: string, work: () => unknown): Promise<void> {
  console.log(`\n== ${name}`);
  const startedAt = Date.now();
  const error = await Promise.resolve()
    .then(work)
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  if (error !== null) console.error(error);
  results.push({ name: `${name} (${Math.round((Date.now() - startedAt) / 1_000)} s)`, error });
  if (error !== null) throw new Failed(name);
}

interface Life {
  isolated: boolean;
  isFirst: boolean;
  settings?: Record<string, string>;
  visit(visitor: Visitor, container: Container): Promise<void>;
}

/** Starts, is used by a person, says that it leaves, and ends by itself in time with nothing left behind. */
async function live(root: string, { isolated, isFirst, settings, visit }: Life): Promise<void> {
  assert(image !== undefined);
  const container = await startContainer({ stage: image, root, bin: join(work, "base", "bin"), user, isolated, settings });
  running.add(container);
  await container.said(/"listening"/);
  assert(container.isHealthy(), "HEALTHCHECK says that it is not healthy");
  const token = /\/setup#token=(\S+)/.exec(container.output())?.[1];
  assert.equal(token !== undefined, isFirst, "a setup link is printed at the first start only");
  await visit(await enter(container.url, token), container);
  const startedAt = Date.now();
  container.stop();
  await container.said(/"ending"/);
  assert(!container.isHealthy(), "HEALTHCHECK does not notice that it leaves");
  assert.deepEqual(await container.ended, { code: 0, signal: null });
  running.delete(container);
  assert(Date.now() - startedAt < STOP_WITHIN_MS, "it took too long to end");
  assert.doesNotMatch(container.output(), /"level":(50|60)/);
}

let root = "";
try {
  await check("every step of the Dockerfile", () => {
    root = buildImage({
      stages,
      ignore: text(".dockerignore"),
      contextFolder: ROOT,
      workFolder: work,
      user,
      nodePath: process.execPath,
      say: (line) => console.log(line),
    });
  });
  const app = workingFolder(image, root);
  await check("the image holds what runs, and nothing that builds or tests", () => {
    for (const path of ["client/dist/index.html", "api/start.mjs", "node_modules/express"])
      assert(existsSync(join(app, path)), path);
    const strangers = ["vite", "typescript", "vitest", "node", "mongodb-memory-server", "playwright-core", "@jongodb"];
    for (const name of strangers) assert(!existsSync(join(app, "node_modules", name)), `${name} is in the image`);
    assert.deepEqual(readdirSync(app).sort(), CONTENT);
    console.log(execFileSync("du", ["-sh", app], { encoding: "utf8" }).trim());
  });
  // The files of an image are root's. Here the same: who runs it cannot change it.
  execFileSync("chmod", ["-R", "a-w", app]);
  await check("starts, works and ends as an ordinary user", () =>
    live(root, { isolated: false, isFirst: true, visit: tryExample }),
  );
  await check("fetches a package that is not in it, and takes commands, without a home that can be written", () =>
    live(root, {
      isolated: false,
      isFirst: false,
      settings: { CONFIG_PATH: unbundledPackage(join(work, "unbundled")) },
      visit: async (visitor, container) => {
        await tryUnbundled(visitor, join(root, environmentOfStage(image).DATA_DIR ?? ""));
        assert.match(container.execute(["node", "api/cli/main.ts", "keys", "list"]), /seals new values/);
      },
    }),
  );
  if (mayIsolate()) {
    await check("starts again over its volume, as process 1 without an init, on a read-only file system", () =>
      live(root, { isolated: true, isFirst: false, visit: tryExample }),
    );
  } else console.log("\nnot run: process 1 on a read-only file system (needs root on Linux)");
} catch (error) {
  if (!(error instanceof Failed)) throw error;
} finally {
  for (const container of running) container.stop();
  execFileSync("chmod", ["-R", "u+w", work]);
  rmSync(work, { recursive: true, force: true });
}

console.log("\n== summary");
for (const { name, error } of results) console.log(`${error === null ? "ok    " : "FAILED"}  ${name}`);
const failed = results.filter(({ error }) => error !== null).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
