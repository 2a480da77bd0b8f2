import { AppError } from "../../errors/app-error.ts";
import { printable } from "../printable.ts";

const MAX_SESSION_ID_CHARS = 1_024;

export function isEventStream(answer: Response): boolean {
  return mediaType(answer) === "text/event-stream";
}

/** A page, a picture, nothing: whoever answers like this speaks another language. Its body is nobody's business. */
export function notAnMcpServer(answer: Response): AppError {
  return new AppError("NOT_AN_MCP_SERVER", `not an MCP server (${printable(mediaType(answer) ?? "no content type", 80)})`);
}

/** Instead of an answer that nobody reads: its connection is not kept waiting for that. */
export function unread<T>({ body }: Response, instead: T): T {
  void body?.cancel().catch(() => {});
  return instead;
}

/** A request of ours that went out as the body of a POST. */
export interface Asked {
  id: string | number;
  method: string;
}

/** Null for a notification, and for answers of ours. */
export function askedBy(body: unknown): Asked | null {
  if (typeof body !== "string" || !body.startsWith("{")) return null;
  const { id, method } = JSON.parse(body) as Partial<Asked>;
  return id === undefined || method === undefined ? null : { id, method };
}

/** A session has none before it. */
export function isBeginning(asked: Asked | null): boolean {
  return asked?.method === "initialize" || asked?.method === "server/discover";
}

/** Was a request answered with something that no MCP server answers? */
export function isForeign(answer: Response): boolean {
  if (!answer.ok || answer.status === 202) return false;
  const type = mediaType(answer);
  return type !== "application/json" && type !== "text/event-stream";
}

/**
 * What is wrong with the session id of an answer (MCP, Streamable HTTP: visible ASCII; here at most 1 KiB). One that
 * changes after `initialize` is as wrong: from then on somebody else's session would be used.
 */
export function sessionProblem(answer: Response, asked: Asked | null, current: string | undefined): AppError | null {
  const id = answer.headers.get("mcp-session-id");
  if (id === null || !answer.ok) return null;
  const problem = (why: string) => new AppError("PROTOCOL_ERROR", `the server's session id ${why}`);
  if (id.length > MAX_SESSION_ID_CHARS) return problem(`is longer than ${MAX_SESSION_ID_CHARS} characters`);
  if (!/^[\x21-\x7e]+$/.test(id)) return problem("holds other characters than visible ASCII");
  // Where there is no session the header says nothing: servers of both eras send it to everybody.
  const isSame = current === undefined || current === id;
  return isBeginning(asked) || isSame ? null : problem("changed in the middle of the session");
}

function mediaType(answer: Response): string | null {
  return answer.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() || null;
}
