import { afterEach, describe, expect, it } from "vitest";
import { type StdioProcess, startProcess } from "../../api/mcp/stdio/stdio-process.ts";
import { isAlive } from "../support/is-alive.ts";

const running: StdioProcess[] = [];
const start = async (script: string, env: Record<string, string> = {}) => {
  const started = await startProcess({ command: process.execPath, args: ["-e", script], env, cwd: null });
  running.push(started);
  return started;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.stop()));
});

const firstLine = (child: StdioProcess) =>
  new Promise<string>((resolve) => child.onStdout((chunk) => resolve(chunk.toString().split("\n")[0] ?? "")));

const SPAWN = `const { spawn } = require("node:child_process");`;
const SLEEPER = `["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"]`;

describe("a stdio program", () => {
  it("takes its whole family along: a grandchild that ignores TERM dies with it", async () => {
    const child = await start(
      `${SPAWN} const c = spawn(process.execPath, ${SLEEPER}, { stdio: "inherit" }); console.log(c.pid); setInterval(() => {}, 1000)`,
    );
    const grandchild = Number(await firstLine(child));
    expect(isAlive(grandchild)).toBe(true);
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    expect(isAlive(grandchild)).toBe(false);
  });

  it.runIf(process.platform === "linux")("[F-STD-06] finds a grandchild that left the process group", async () => {
    const child = await start(
      `${SPAWN} const c = spawn(process.execPath, ${SLEEPER}, { stdio: "ignore", detached: true }); c.unref(); console.log(c.pid); setInterval(() => {}, 1000)`,
    );
    const grandchild = Number(await firstLine(child));
    expect(isAlive(grandchild)).toBe(true);
    await child.stop();
    expect(isAlive(grandchild)).toBe(false);
  });

  it("[F-STD-07] is killed within its ladder when it ignores stdin and TERM", async () => {
    const child = await start(`process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)`);
    await firstLine(child);
    const startedAt = Date.now();
    await child.stop();
    expect(isAlive(child.pid)).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
  });

  it("is told apart when it cannot be found and when it may not run", async () => {
    const run = (command: string) => startProcess({ command, args: [], env: {}, cwd: null });
    await expect(run("no-such-command-here")).rejects.toMatchObject({ code: "COMMAND_NOT_FOUND" });
    await expect(run("/etc/passwd")).rejects.toMatchObject({ code: "COMMAND_NOT_FOUND" });
  });

  it("sees a minimal environment, not ours", async () => {
    process.env.PATCHBAY_TEST_CANARY = "canary-value";
    const child = await start("console.log(JSON.stringify(process.env)); setInterval(() => {}, 1000)", { OWN: "1" });
    const seen = JSON.parse(await firstLine(child)) as Record<string, string>;
    delete process.env.PATCHBAY_TEST_CANARY;
    expect(seen.OWN).toBe("1");
    expect(seen.PATH).toBe(process.env.PATH);
    expect(JSON.stringify(seen)).not.toContain("canary-value");
  });

  it("notices its end while a grandchild keeps the pipes open", async () => {
    const child = await start(
      `${SPAWN} spawn(process.execPath, ${SLEEPER}, { stdio: "inherit" }); setTimeout(() => process.exit(7), 100)`,
    );
    expect(await child.ended).toEqual({ code: 7, signal: null });
  });

  it("has its stderr drained and kept without the secrets it was given", async () => {
    const child = await start(
      `process.stderr.write("x".repeat(300000)); process.stderr.write("key is " + process.env.KEY); console.log("done"); setInterval(() => {}, 1000)`,
      { KEY: "sekret-value" },
    );
    await firstLine(child);
    await expect.poll(() => child.stderr.text()).toContain("key is ***");
    expect(child.stderr.text().length).toBeLessThanOrEqual(64 * 1024);
  });

  it("[SEC-14] has its stderr kept without the tail of a secret that the limit cuts in two", async () => {
    const KEY = "sekret-value-0123456789";
    for (const after of [64 * 1024 - 10, 64 * 1024 - 1, 160 * 1024]) {
      const child = await start(
        `const write = (text) => require("node:fs").writeSync(2, text);
         write("x".repeat(1000) + process.env.KEY.repeat(2000) + "y".repeat(${after})); console.log("done"); setInterval(() => {}, 1000)`,
        { KEY },
      );
      await firstLine(child);
      await expect.poll(() => child.stderr.text().length).toBeGreaterThanOrEqual(after % (64 * 1024));
      expect(child.stderr.text()).toMatch(/^[*y]*$/);
    }
  });
});
