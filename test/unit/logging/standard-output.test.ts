import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { cleanups } from "../../support/clean-up.ts";

const MODULE = fileURLToPath(new URL("../../../api/logging/standard-output.ts", import.meta.url));
const LINE_CHARS = 1_000;

/** A process that writes so many numbered lines, says "written" on stderr, and then does what `after` says. */
function writer(lines: number, after: string) {
  const program = `
    import { standardOutput } from ${JSON.stringify(MODULE)};
    const output = standardOutput();
    for (let n = 0; n < ${lines}; n += 1) output.write(String(n).padEnd(${LINE_CHARS - 1}, ".") + "\\n");
    process.stderr.write("written");
    ${after}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { stdio: ["pipe", "pipe", "pipe"] });
  cleanups.push(() => child.kill("SIGKILL"));
  let text = "";
  const listen = () => {
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  };
  const written = once(child.stderr, "data").then(([said]) => String(said));
  return { child, listen, written, lines: () => text.split("\n").slice(0, -1) };
}

describe("the log on stdout", () => {
  it("[F-PROC-10] holds up nobody when its reader stops, and says how many lines are missing when it reads again", async () => {
    const { child, listen, written, lines } = writer(5_000, "setInterval(() => {}, 60_000);");
    expect(await written).toBe("written");
    listen();
    await expect.poll(() => lines().some((line) => line.startsWith("{")), { timeout: 10_000 }).toBe(true);
    const told = lines().filter((line) => line.startsWith("{"));
    const came = lines().filter((line) => !line.startsWith("{"));
    expect(told).toHaveLength(1);
    const { level, lines: lost } = JSON.parse(told[0] ?? "");
    expect([level, lost]).toEqual([40, 5_000 - came.length]);
    expect(lost).toBeGreaterThan(1_000);
    // What did come is whole, in order, and up to the gap.
    expect(came.map(Number.parseFloat)).toEqual(came.map((_, n) => n));
    expect(new Set(came.map(({ length }) => length))).toEqual(new Set([LINE_CHARS - 1]));
    child.stdin.end();
  });

  it.each(["process.exit(0);", "throw new Error('a crash');"])("loses nothing at the end while it is read: %s", async (after) => {
    const { child, listen, lines } = writer(900, after);
    listen();
    await once(child, "close");
    expect(lines()).toHaveLength(900);
  });

  it("does not keep a process whose reader has gone", async () => {
    const { child, written } = writer(900, "process.exit(0);");
    child.stdout.destroy();
    await written;
    expect(await once(child, "close")).toEqual([0, null]);
  });
});
