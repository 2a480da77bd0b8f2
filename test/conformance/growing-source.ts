import { stringify } from "yaml";
import type { ConfigSource } from "../../config/source/config-source.ts";

/** An operator's file that gets one more server whenever a scenario begins. */
export function growingSource(): ConfigSource & { add(name: string, entry: object, opens: readonly string[]): void } {
  const mcpServers: Record<string, object> = {};
  const allowedAddresses: string[] = [];
  let changed = () => {};
  return {
    name: "conformance",
    read: async () => ({
      ok: true,
      bytes: Buffer.from(stringify({ version: "1.3.17", mcpServers, mcpSettings: { allowedAddresses } })),
      warnings: [],
    }),
    watch(mayHaveChanged) {
      changed = mayHaveChanged;
      return () => {};
    },
    add(name, entry, opens) {
      allowedAddresses.push(...opens.map((port) => `localhost:${port}`));
      mcpServers[name] = entry;
      changed();
    },
  };
}
