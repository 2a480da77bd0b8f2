import { posix } from "node:path";

/** Tells by a `.dockerignore` which files are sent to the builder: the last pattern that fits counts, `!` takes back. */
export function buildContext(ignoreText: string): (path: string) => boolean {
  const rules = ignoreText
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ takesBack: line.startsWith("!"), pattern: line.replace(/^!/, "").replace(/\/$/, "") }));
  return (path) => {
    const fits = (pattern: string) => withParents(path).some((each) => posix.matchesGlob(undotted(each), undotted(pattern)));
    return rules.findLast(({ pattern }) => fits(pattern))?.takesBack ?? true;
  };
}

/** A pattern that names a folder holds for everything in it. */
function withParents(path: string): string[] {
  const parts = path.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** A dot in front is an ordinary character to Docker's `*`, and hidden from Node's. */
function undotted(path: string): string {
  return path.replace(/(^|\/)\./g, "$1\u0001");
}
