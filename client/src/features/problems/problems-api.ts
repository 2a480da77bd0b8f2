import type { ProblemView } from "../../../../schemas/wire.ts";
import { request } from "../../lib/api-client.ts";

/** A saved file that takes most servers away, and waits for somebody to say that it is meant. */
export interface PendingChange {
  removed: readonly string[];
  since: number;
}

export interface FileState {
  problems: readonly ProblemView[];
  pending: PendingChange | null;
}

export function readFileState(signal: AbortSignal): Promise<FileState> {
  return request<FileState>("/api/mcp/problems", { signal });
}

export async function confirmChange(): Promise<void> {
  await request("/api/mcp/config/confirm", { method: "POST", body: {} });
}
