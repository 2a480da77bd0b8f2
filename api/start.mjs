// Plain JavaScript on purpose: it must run on a Node that is too old for the rest, to say so.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import * as module from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const major = Number(process.versions.node.split(".")[0]);

if (major < 24) {
  console.error(
    `Patchbay needs Node.js 24 or newer; this is ${process.versions.node}. Run \`npm ci\` (it brings Node 24 along) and \`npm start\`, or install Node 24.`,
  );
  process.exit(1);
}
buildPage();
// What was compiled at the last start is not compiled again: it halves the time until the port is open. Beside the
// packages, not in the system's temporary folder: whoever can write there could write our code.
module.enableCompileCache?.(join(root, "node_modules", ".cache", "patchbay"));
await import("./main.ts");
// Compiled code is kept for the next start as long as it was compiled under the same flags: before they change.
module.flushCompileCache?.();
// Not command line options: this has to hold however we are started. A V8 that does not know one says so and goes on.
// V8 takes a quiet moment for the end of the work: it throws compiled code away and gives its young memory back, and the
// first second of calls after ten quiet ones costs six times as much. Garbage is still collected then.
setFlagsFromString("--no-memory-reducer-favors-memory");
setFlagsFromString("--no-flush-bytecode");
// What has died old is collected when it is two fifths of what lives, not when it is several times as much.
setFlagsFromString("--heap-growing-percent=40");

/**
 * Builds the page when its sources are newer than it is; without vite (an image without development packages) what is there
 * is served. In a process of its own: what a build takes (some 600 MB) would be ours for as long as we run.
 */
function buildPage() {
  const built = join(root, "client", "dist", "index.html");
  const sources = ["client/index.html", "client/vite.config.ts", "client/src", "schemas", "package-lock.json"].map((path) =>
    join(root, path),
  );
  if (existsSync(built) && Math.max(...sources.map(newest)) < statSync(built).mtimeMs) return;
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  if (!existsSync(vite)) {
    if (!existsSync(built))
      console.error("There is no built page and no vite to build it: the API alone is served. Run `npm ci && npm run build`.");
    return;
  }
  console.log("Building the page …");
  const args = [vite, "build", "--config", join(root, "client", "vite.config.ts"), "--logLevel", "warn"];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (status === 0) return;
  console.error("The page could not be built.");
  if (!existsSync(built)) process.exit(1);
  console.error("The one that was built before is served.");
}

function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}
