import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, cpSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { buildContext } from "./build-context.ts";
import { lastStep, type Stage, type Step } from "./dockerfile.ts";
import type { OrdinaryUser } from "./ordinary-user.ts";

export interface BuildOptions {
  stages: readonly Stage[];
  /** The text of `.dockerignore`. */
  ignore: string;
  /** What `docker build` would be given. */
  contextFolder: string;
  /** An empty folder; every stage gets one of its own in it, which stands for `/`. */
  workFolder: string;
  user: OrdinaryUser;
  /** The Node that stands for the base image's. */
  nodePath: string;
  say(line: string): void;
}

/** These change the system of the image, not the product, and need root: they are named and left out. */
const OF_THE_SYSTEM = /^(apt-get|rm -rf \/var\/lib\/apt|install --directory)\b/;

/**
 * Does what a container engine would do with a Dockerfile, as far as that can be done in folders by an ordinary user:
 * `COPY` copies (through `.dockerignore`), `RUN` runs with nothing but the base image's Node and npm on its path.
 * Throws at an instruction it does not know, so that nothing is passed over. Returns the last stage's `/`.
 */
export function buildImage(options: BuildOptions): string {
  const { stages, workFolder, user, say } = options;
  const bin = join(workFolder, "base", "bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync(options.nodePath, join(bin, "node"));
  const roots = new Map<string, string>();
  for (const stage of stages) {
    const root = join(workFolder, stage.name);
    mkdirSync(root);
    roots.set(stage.name, root);
    user.own(root);
    let folder = root;
    for (const step of stage.steps) {
      if (step.keyword === "WORKDIR") {
        folder = join(root, step.text);
        mkdirSync(folder, { recursive: true });
        user.own(folder);
      } else if (step.keyword === "COPY") copy(step, folder, { ...options, roots });
      else if (step.keyword === "RUN") run(step, { folder, bin, user, say });
      else if (step.keyword === "VOLUME") makeVolume(join(root, step.text), user);
      else if (!PASSIVE.has(step.keyword)) throw new Error(`${step.keyword} is not known to this interpreter`);
    }
  }
  return roots.get(stages.at(-1)?.name ?? "") ?? workFolder;
}

/** What the image is, not how it is made. */
const PASSIVE = new Set(["LABEL", "ENV", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD"]);

function copy(
  step: Step,
  folder: string,
  { roots, contextFolder, ignore, user, say }: BuildOptions & { roots: Map<string, string> },
) {
  const sources = step.words.slice(0, -1);
  const to = step.words.at(-1) ?? "";
  const from = step.flags.from === undefined ? contextFolder : roots.get(step.flags.from);
  if (from === undefined) throw new Error(`COPY --from=${step.flags.from}: there is no such stage before this one`);
  const isSent = step.flags.from === undefined ? buildContext(ignore) : () => true;
  for (const source of sources) {
    const path = join(from, source);
    const isFolder = statSync(path).isDirectory();
    // A folder's content is copied, a file goes into a folder that ends with a slash.
    const target = isFolder || !/(^\.|\/)$/.test(to) ? join(folder, to) : join(folder, to, basename(source));
    mkdirSync(dirname(target), { recursive: true });
    cpSync(path, target, {
      recursive: true,
      preserveTimestamps: true,
      filter: (each) => each === path || statSync(each).isDirectory() || isSent(relative(from, each)),
    });
    say(`COPY ${source}: ${isFolder ? readdirSync(target).length : 1} entries`);
  }
  user.own(folder);
}

function run(step: Step, { folder, bin, user, say }: { folder: string; bin: string } & Pick<BuildOptions, "user" | "say">) {
  for (const command of step.text.split("&&").map((part) => part.trim())) {
    if (OF_THE_SYSTEM.test(command)) {
      say(`RUN ${command} (left to the image's own system)`);
      continue;
    }
    say(`RUN ${command}`);
    execFileSync("/bin/sh", ["-c", command], {
      cwd: folder,
      stdio: ["ignore", "inherit", "inherit"],
      ...user.options,
      env: { ...wayToRegistry(), PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, HOME: user.home },
    });
  }
}

/** How this machine reaches the package registry (proxies, certificates) is the machine's matter, as it is an engine's. */
function wayToRegistry(): Record<string, string | undefined> {
  const isNeeded =
    /^(https?_proxy|no_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|npm_config_(registry|cafile|(https?-?)?proxy))$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isNeeded.test(name)));
}

function makeVolume(path: string, user: OrdinaryUser) {
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o700);
  user.own(path);
}

/** Where the last `WORKDIR` of the image is, below its `/`. */
export function workingFolder(stage: Stage, root: string): string {
  return join(root, lastStep(stage, "WORKDIR")?.text ?? "");
}
