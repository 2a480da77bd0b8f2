import type { ServerConfig } from "../../config/types.ts";
import { AppError } from "../errors/app-error.ts";
import type { McpSession } from "../mcp/session/session.ts";
import type { Principal } from "../ports/identity.ts";
import type { SessionWanted } from "./open-user-session.ts";

type OpenSession = (wanted: SessionWanted) => Promise<McpSession>;

/** Contacts a server once and leaves again. What only the person can provide later is no reason against it. */
export async function inspectServer(open: OpenSession, who: Principal, server: ServerConfig): Promise<void> {
  try {
    const session = await open({ who, server, signal: new AbortController().signal, asked: true });
    await session.close();
  } catch (error) {
    const isLater = error instanceof AppError && (error.code === "OAUTH_REQUIRED" || error.code === "USER_VARS_MISSING");
    if (!isLater) throw error;
  }
}
