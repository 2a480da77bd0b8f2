/** Nobody asks us for batches, and we send none: more than this in one is no answer. */
const MAX_MEMBERS = 256;

/** What a JSON-RPC batch holds (MCP 2025-03-26; some servers of other versions answer so too); null for anything else. */
export function membersOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) && value.length > 0 ? value.slice(0, MAX_MEMBERS) : null;
}
