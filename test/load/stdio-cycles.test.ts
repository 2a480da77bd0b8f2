import { expect, it } from "vitest";
import { startProcess } from "../../api/mcp/stdio/stdio-process.ts";
import { isAlive } from "../support/is-alive.ts";

const CYCLES = Number(process.env.STDIO_CYCLES ?? 500);
const TREE = `
const { spawn } = require("node:child_process");
const sleeper = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
const child = spawn("sh", ["-c", "sleep 1000 & echo $!; wait"], { stdio: ["ignore", "pipe", "ignore"] });
child.stdout.once("data", (pid) => console.log(JSON.stringify([child.pid, Number(pid)])));
setInterval(() => {}, 1000);
`;

it("[F-STD-05] leaves no process behind over many starts and stops of a three-level tree", async () => {
  const survivors: number[] = [];
  let stopMs = 0;
  for (let cycle = 0; cycle < CYCLES; cycle += 10) {
    await Promise.all(
      Array.from({ length: 10 }, async () => {
        const child = await startProcess({ command: process.execPath, args: ["-e", TREE], env: {}, cwd: null });
        const line = await new Promise<string>((resolve) => child.onStdout((chunk) => resolve(chunk.toString())));
        const startedAt = Date.now();
        await child.stop();
        stopMs = Math.max(stopMs, Date.now() - startedAt);
        survivors.push(...[child.pid, ...(JSON.parse(line) as number[])].filter(isAlive));
      }),
    );
  }
  expect(survivors).toEqual([]);
  console.log(`stdio: ${CYCLES} cycles of a three-level tree, 0 survivors, slowest stop ${stopMs} ms`);
}, 900_000);
