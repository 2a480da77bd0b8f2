import { readForeignConfig } from "../import/foreign-config.ts";
import { toLibrechatYaml } from "../import/to-librechat.ts";
import { readConfigFile } from "../source/read-config-file.ts";
import type { CommandIo } from "./io.ts";

/** `import FILE`: another product's MCP servers as librechat.yaml, on standard output. */
export async function importFile([file = ""]: readonly string[], _flags: object, io: CommandIo): Promise<number> {
  const read = await readConfigFile(file);
  if (!read.ok) {
    io.print(`${file}: ${read.problem.message}`);
    return 1;
  }
  const foreign = readForeignConfig(new TextDecoder().decode(read.bytes));
  if (foreign === null) {
    io.print(`${file}: this is no JSON with \`mcpServers\` or \`servers\`, as Claude, VS Code and Cursor write it`);
    return 1;
  }
  io.print(toLibrechatYaml(foreign).trimEnd());
  return 0;
}
