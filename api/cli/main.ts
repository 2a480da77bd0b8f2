#!/usr/bin/env node
import process from "node:process";
import type { CommandIo } from "../../config/cli/io.ts";
import { runCommand } from "../../config/cli/run-command.ts";
import { startRefusal } from "../start-refusal.ts";
import { explainCommand } from "./explain.ts";

const io: CommandIo = {
  print: (line) => void process.stdout.write(`${line}\n`),
  env: process.env,
  isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
};
const [command, ...args] = process.argv.slice(2);
try {
  process.exitCode = command === "explain" ? await explainCommand(args, io) : await runCommand(process.argv.slice(2), io);
} catch (error) {
  process.stderr.write(startRefusal(error));
  process.exitCode = 1;
}
