/** A package that is fetched when the program starts: whoever publishes its next version may run code here. */
export interface ProgramPackage {
  /** As written, with its version where there is one. */
  readonly spec: string;
  /** Nobody's next version can take its place. */
  readonly isPinned: boolean;
  /** Where it stands in `args`. */
  readonly index: number;
  /** How it would be written with a version. */
  readonly example: string;
}

type Ecosystem = "npm" | "python" | "deno";

interface Runner {
  readonly ecosystem: Ecosystem;
  /** Words between the command and the package. */
  readonly words: readonly (readonly string[])[];
  /** Flags whose value is the package. */
  readonly packageFlags: readonly string[];
  /** Flags whose value is something else. */
  readonly valueFlags: readonly string[];
}

const NPX_FLAGS = {
  packageFlags: ["-p", "--package"],
  valueFlags: ["-c", "--call", "-w", "--workspace", "--registry", "--cache"],
};
const UV_FLAGS = {
  packageFlags: ["--from", "--with"],
  valueFlags: ["-p", "--python", "--index", "--index-url", "--default-index", "--extra-index-url", "-f", "--find-links", "-c"],
};
const npm = (...words: string[][]): Runner => ({ ecosystem: "npm", words, ...NPX_FLAGS });

/** Commands that fetch what they run. */
const RUNNERS: Readonly<Record<string, Runner>> = {
  npx: npm([]),
  bunx: npm([]),
  pnpx: npm([]),
  npm: npm(["exec"], ["x"]),
  pnpm: npm(["dlx"]),
  yarn: npm(["dlx"]),
  bun: npm(["x"]),
  uvx: { ecosystem: "python", words: [[]], ...UV_FLAGS },
  uv: { ecosystem: "python", words: [["tool", "run"], ["x"]], ...UV_FLAGS },
  pipx: { ecosystem: "python", words: [["run"]], packageFlags: ["--spec"], valueFlags: ["--python", "--pip-args"] },
  deno: { ecosystem: "deno", words: [["run"], []], packageFlags: [], valueFlags: [] },
};

/**
 * The package that `command` with `args` would fetch and run; of several the first without an exact version. Null when it
 * fetches none.
 */
export function programPackage(command: string, args: readonly string[]): ProgramPackage | null {
  const name = command
    .replace(/^.*[\\/]/, "")
    .replace(/\.(cmd|exe|ps1|bat)$/i, "")
    .toLowerCase();
  const runner = Object.hasOwn(RUNNERS, name) ? RUNNERS[name] : undefined;
  const words = runner?.words.find((each) => each.every((word, index) => args[index] === word));
  if (runner === undefined || words === undefined) return null;
  const { ecosystem } = runner;
  const found = packagesOf(runner, args, words.length)
    .filter(({ spec }) => isFetched(ecosystem, spec))
    .map((each) => ({ ...each, isPinned: isPinned(ecosystem, each.spec), example: exampleOf(ecosystem, each.spec) }));
  return found.find((each) => !each.isPinned) ?? found[0] ?? null;
}

/** What the flags name; without such a flag, the first word that is none. */
function packagesOf(
  { packageFlags, valueFlags }: Runner,
  args: readonly string[],
  from: number,
): { spec: string; index: number }[] {
  const named: { spec: string; index: number }[] = [];
  for (let index = from; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    const [flag = "", value] = arg.split(/=(.*)/s);
    if (packageFlags.includes(flag)) {
      if (value === undefined) index += 1;
      named.push({ spec: value ?? args[index] ?? "", index });
    } else if (valueFlags.includes(flag)) {
      if (value === undefined) index += 1;
    } else if (!arg.startsWith("-")) {
      const isWhat = !named.some(({ index: at }) => ["--from", "--spec", "-p", "--package"].includes(flagAt(args, at)));
      return isWhat ? [...named, { spec: arg, index }] : named;
    }
  }
  return named;
}

/** The flag that gave the word at this place its meaning. */
function flagAt(args: readonly string[], index: number): string {
  const own = args[index] ?? "";
  return own.startsWith("-") ? (own.split("=")[0] ?? "") : (args[index - 1] ?? "");
}

const EXACT_NPM = /^(@[\w.-]+\/)?[\w.-]+@v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/;
const EXACT_PYTHON = /^[\w.-]+(\[[\w.,-]*\])?(==|@)\d[\w.!+]*$/;
const COMMIT = /[#@][0-9a-f]{40}(#.*)?$/i;

/** What is filled in is not known here, and a path is there already. */
function isFetched(ecosystem: Ecosystem, spec: string): boolean {
  if (spec === "" || /\$\{|\{\{/.test(spec) || /^(\.{0,2}[\\/]|~[\\/]|[A-Za-z]:[\\/]|file:)/.test(spec)) return false;
  return ecosystem !== "deno" || /^(npm|jsr|https?):/.test(spec);
}

function isPinned(ecosystem: Ecosystem, spec: string): boolean {
  if (COMMIT.test(spec)) return true;
  if (ecosystem === "python") return EXACT_PYTHON.test(spec);
  if (ecosystem === "npm") return EXACT_NPM.test(spec.replace(/^npm:/, ""));
  const fetched = /^(npm|jsr):\/?(.*)$/.exec(spec);
  if (fetched === null) return /@v?\d+\.\d+\.\d+/.test(spec);
  return EXACT_NPM.test((fetched[2] ?? "").replace(/(@v?\d[^/]*)\/.*$/, "$1"));
}

function exampleOf(ecosystem: Ecosystem, spec: string): string {
  if (/:\/\/|^git\+|^[\w-]+\/[\w.-]+(#|$)/.test(spec)) return "the full commit";
  const bare = spec.replace(/(?<=.)@[^/]*$/, "").replace(/[=<>~!].*$/, "");
  return ecosystem === "python" ? `${bare}==1.2.3` : `${bare}@1.2.3`;
}
