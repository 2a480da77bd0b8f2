import { ERROR_CODES, type ErrorCode } from "../../../schemas/error-codes.ts";
import type { ConnectionStatus } from "../../../schemas/wire.ts";

const TELL = "tell whoever runs it";

/**
 * What a person can do about a server they do not run. The table's own words are for programs and operators: "check that it
 * is running" helps nobody who cannot. `waiting`: it is tried again by itself.
 */
const FOR_PEOPLE: Partial<Record<ErrorCode, { waiting: string; over: string }>> = {
  CONNECT_FAILED: {
    waiting: "You need not do anything: it is tried again by itself.",
    over: `Reinitialize it when it is back; if it stays away, ${TELL}.`,
  },
  CONNECT_TIMEOUT: {
    waiting: "You need not do anything: it is tried again by itself.",
    over: `Reinitialize it later; if it stays as slow, ${TELL}.`,
  },
  CONNECTION_CLOSED: {
    waiting: "You need not do anything: it is opened again by itself.",
    over: `Reinitialize it; if that does not last, ${TELL}.`,
  },
  RATE_LIMITED: {
    waiting: "You need not do anything: it is asked again when it said.",
    over: "Reinitialize it in a while.",
  },
  CERTIFICATE_REFUSED: {
    waiting: `Nothing is sent to it meanwhile. If it stays, ${TELL}: the certificate must be renewed or corrected.`,
    over: `Nothing is sent to it. Please ${TELL}: the certificate must be renewed or corrected.`,
  },
  NOT_AN_MCP_SERVER: {
    waiting: `Something else answers at its address. If it stays, ${TELL}.`,
    over: `Something else answers at its address. Please ${TELL}.`,
  },
  PROTOCOL_ERROR: {
    waiting: `It is tried again by itself. If it stays, ${TELL}.`,
    over: `Please ${TELL}.`,
  },
};

/** What to do next about a connection that is not there; empty when there is nothing to say. */
export function nextStep({ reason, retryAt }: Pick<ConnectionStatus, "reason" | "retryAt">, isAdmin: boolean): string {
  if (reason === null || !isErrorCode(reason.code)) return "";
  const words = isAdmin ? undefined : FOR_PEOPLE[reason.code];
  if (words === undefined) return ERROR_CODES[reason.code].next;
  return retryAt === null ? words.over : words.waiting;
}

function isErrorCode(code: string): code is ErrorCode {
  return code in ERROR_CODES;
}
