import { parseArgs } from "node:util";
import type { CommandIo } from "../../config/cli/io.ts";
import { loadConfig } from "../../config/load-config.ts";
import { openSource } from "../../config/source/open-source.ts";
import { explainServer } from "../../config/templates/explain.ts";
import type { ServerConfig } from "../../config/types.ts";
import { userFields } from "../identity/user-fields.ts";
import { systemClock } from "../ports/clock.ts";
import { withSecretFiles } from "../secret-files.ts";
import { readSettings } from "../settings.ts";
import { openChosenStorage } from "../storage-choice.ts";
import { sealedUserVars } from "../user-vars/sealed-user-vars.ts";

const FOUND_PROBLEMS = 1;
const WRONG_USAGE = 2;

/**
 * `patchbay explain SERVER --user E-MAIL`: what this user's connection would send, each value with its origin,
 * secrets masked. Reads the same settings as the server. Exit code 1 when something is missing.
 */
export async function explainCommand(args: readonly string[], io: CommandIo): Promise<number> {
  const { name, email } = parse(args);
  if (name === undefined || email === undefined) {
    io.print("Usage: patchbay explain SERVER --user E-MAIL");
    return WRONG_USAGE;
  }
  const env = withSecretFiles(io.env);
  const settings = readSettings(env, process.cwd());
  const read = await openSource(settings.config, { clock: systemClock }).read();
  if (!read.ok) return refuse(io, `${settings.config}: ${read.problem.message}`);
  const { config, problems } = loadConfig(read.bytes, settings.config, env);
  const server = config.servers.get(name);
  if (server === undefined) {
    const why = problems.find((problem) => problem.server === name && problem.severity === "error")?.message;
    return refuse(
      io,
      why === undefined ? `there is no server "${name}" in ${settings.config}` : `"${name}" is not usable: ${why}`,
    );
  }
  const { stores, secretBox } = await openChosenStorage({ ...settings, env });
  try {
    const account = await stores.accounts.byEmail(email.trim().toLowerCase());
    if (account === null) return refuse(io, `there is no account ${email}`);
    const userVars = await sealedUserVars({ store: stores.userVars, box: secretBox }).values(account.id, server);
    const context = { env, userVars, user: userFields(account) };
    return print(io, server, email, explainServer(server, context, config.settings.unresolvedPlaceholders));
  } finally {
    await stores.close();
  }
}

function print(
  io: CommandIo,
  server: ServerConfig,
  email: string,
  { fields, failures }: ReturnType<typeof explainServer>,
): number {
  io.print(`${server.name} (${server.target.kind}) for ${email}\n`);
  if (server.target.kind === "stdio") io.print(`  command  ${server.target.command}`);
  const width = Math.max(...fields.map(({ field }) => field.length), 0);
  for (const { field, shown, parts } of fields) {
    io.print(`  ${field.padEnd(width)}  ${shown}`);
    for (const { source, origin, isMissing } of parts) {
      io.print(`  ${" ".repeat(width)}    ${source}: ${origin}${isMissing ? " — MISSING" : ""}`);
    }
  }
  if (failures.length === 0) {
    io.print("\nNothing is missing.");
    return 0;
  }
  io.print("");
  for (const { reason, name, field } of failures) {
    io.print(
      `  ${reason === "missing" ? "missing" : reason === "notSendable" ? "cannot be sent" : "sign-in expired"}: ${name} in ${field}`,
    );
  }
  io.print("\nThis connection is not opened until that is mended; nothing is sent.");
  return FOUND_PROBLEMS;
}

function refuse(io: CommandIo, message: string): number {
  io.print(message);
  return FOUND_PROBLEMS;
}

function parse(args: readonly string[]): { name?: string; email?: string } {
  try {
    const { positionals, values } = parseArgs({ args: [...args], allowPositionals: true, options: { user: { type: "string" } } });
    return positionals.length === 1 ? { name: positionals[0], email: values.user } : {};
  } catch {
    return {};
  }
}
