#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./run-command.ts";

process.exitCode = await runCommand(process.argv.slice(2), {
  print: (line) => void process.stdout.write(`${line}\n`),
  env: process.env,
  isColoured: process.stdout.isTTY === true && !process.env.NO_COLOR,
});
