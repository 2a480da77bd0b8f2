import { stringify } from "yaml";
import type { ConfigSource } from "../../config/config-source.ts";

/** An operator's file that gets one more server whenever a scenario begins. */
export function growingSource(): ConfigSource & { add(name: string, entry: object): void } {
  const mcpServers: Record<string, object> = {};
  let changed = () => {};
  return {
    name: "conformance",
    read: async () => ({
      ok: true,
      bytes: Buffer.from(stringify({ version: "1.3.17", mcpServers, mcpSettings: { allowedDomains: ["http://localhost"] } })),
      warnings: [],
    }),
    watch(mayHaveChanged) {
      changed = mayHaveChanged;
      return () => {};
    },
    add(name, entry) {
      mcpServers[name] = entry;
      changed();
    },
  };
}
