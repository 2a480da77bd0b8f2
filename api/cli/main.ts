#!/usr/bin/env node
import process from "node:process";
import type { CommandIo } from "../../config/cli/io.ts";
import { runCommand } from "../../config/cli/run-command.ts";
import { startRefusal } from "../start-refusal.ts";
import { backupCommand, restoreCommand } from "./backup.ts";
import { explainCommand } from "./explain.ts";
import { keysCommand } from "./keys.ts";

// Whoever reads us may have read enough (`| head`): the work goes on, and its exit code counts.
for (const stream of [process.stdout, process.stderr])
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });

const io: CommandIo = {
  print: (line) => void process.stdout.write(`${line}\n`),
  env: process.env,
  isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
};
/** Commands that need the house; the others need a file at most. */
const OF_THE_HOUSE = {
  explain: explainCommand,
  keys: keysCommand,
  backup: backupCommand,
  restore: restoreCommand,
};

const [command = "", ...args] = process.argv.slice(2);
try {
  const run = Object.hasOwn(OF_THE_HOUSE, command) ? OF_THE_HOUSE[command as keyof typeof OF_THE_HOUSE] : null;
  process.exitCode = run === null ? await runCommand(process.argv.slice(2), io) : await run(args, io);
} catch (error) {
  process.stderr.write(startRefusal(error));
  process.exitCode = 1;
}
