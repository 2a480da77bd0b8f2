import { parseArgs } from "node:util";
import { check } from "./check.ts";
import { diff } from "./diff.ts";
import { importFile } from "./import.ts";
import type { CommandIo } from "./io.ts";
import { schema } from "./schema.ts";

const USAGE = `Usage: patchbay COMMAND

  check FILE [--json]     every problem of a configuration file, with line and column
  diff OLD NEW [--json]   what saving NEW over OLD would do, server by server
  import FILE             servers of Claude, VS Code or Cursor (JSON) as librechat.yaml, without their secrets
  explain SERVER --user E-MAIL
                          what that user's connection would send, each value with its origin, secrets masked
  keys list|add|retire|reset
                          the keys that stored values are sealed with: rotation, and beginning anew when one is lost
  backup FILE             the embedded database as one file, while the server runs; the key is a secret of its own
  restore FILE            a backup in the place of the embedded database, while the server is stopped
  schema [--docs]         the JSON Schema of the file, or its reference page

Exit codes: 0 nothing wrong, 1 errors found, 2 wrong usage.`;

interface Command {
  readonly operands: number;
  run(operands: readonly string[], flags: { json?: boolean; docs?: boolean }, io: CommandIo): Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  check: { operands: 1, run: check },
  diff: { operands: 2, run: diff },
  import: { operands: 1, run: importFile },
  schema: { operands: 0, run: schema },
};

const WRONG_USAGE = 2;

/** Runs one command line and says its exit code. */
export async function runCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const parsed = parse(args);
  if (parsed === null) {
    io.print(USAGE);
    return WRONG_USAGE;
  }
  const [name = "", ...operands] = parsed.positionals;
  if (parsed.values.help === true || name === "help") {
    io.print(USAGE);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined || operands.length !== command.operands) {
    const mistake = command === undefined ? `there is no command "${name}"` : `${name} takes ${command.operands} file name(s)`;
    io.print(name === "" ? USAGE : `${mistake}\n\n${USAGE}`);
    return WRONG_USAGE;
  }
  return command.run(operands, parsed.values, io);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: "boolean" }, docs: { type: "boolean" }, help: { type: "boolean", short: "h" } },
    });
  } catch {
    return null;
  }
}
