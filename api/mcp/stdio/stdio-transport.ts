import { once } from "node:events";
import { AppError } from "../../errors/app-error.ts";
import type { GuardableTransport } from "../guarded-transport.ts";
import { NotJsonRpc } from "../own-answer.ts";
import { rest } from "../rest.ts";
import { type JSONRPCMessage, parseJSONRPCMessage } from "../sdk.ts";
import { lineSplitter } from "./line-splitter.ts";
import { type ProcessEnd, type StdioCommand, type StdioProcess, startProcess } from "./stdio-process.ts";

const MAX_LINE_BYTES = 8 * 1024 * 1024;
const MAX_QUEUED_BYTES = 16 * 1024 * 1024;
const LAST_WORDS_MS = 50;
const BYTE_ORDER_MARK = "\ufeff";

/** A transport to a program of our own. */
export interface StdioTransport extends GuardableTransport {
  /** What it wrote to stderr last, secrets taken out. */
  stderrText(): string;
  /** How it ended, once it has. */
  readonly end: ProcessEnd | null;
}

/**
 * Newline-delimited JSON-RPC over a child's stdin and stdout (MCP, transports, stdio). Lines that are not
 * JSON-RPC are passed over: programs print banners. Closing ends the whole process tree.
 */
export function stdioTransport(command: StdioCommand): StdioTransport {
  let child: StdioProcess | undefined;
  let end: ProcessEnd | null = null;
  let closed = false;
  const lines = lineSplitter(MAX_LINE_BYTES);

  /** Tells first and tidies afterwards: who waits for an answer must not wait for the ladder. */
  const finish = async () => {
    if (!closed) {
      closed = true;
      transport.onclose?.();
    }
    await child?.stop();
  };

  const receive = (chunk: Buffer) => {
    const startedAt = performance.now();
    let tookOut = false;
    try {
      for (const line of lines.push(chunk)) {
        if (transport.admits?.(line) === false) {
          tookOut = true;
          continue;
        }
        const message = asMessage(line, (error) => transport.onerror?.(error));
        if (message !== null) transport.onmessage?.(message);
      }
    } catch (cause) {
      transport.onerror?.(
        new AppError("RESULT_TOO_LARGE", `the program sent a line that is too long: more than ${MAX_LINE_BYTES} bytes`, {
          cause,
        }),
      );
      void finish();
    }
    return tookOut ? rest(performance.now() - startedAt) : undefined;
  };

  const transport: StdioTransport = {
    get end() {
      return end;
    },
    stderrText: () => child?.stderr.text() ?? "",
    async start() {
      const started = await startProcess(command);
      child = started;
      if (closed) return started.stop();
      started.onStdout(receive);
      void started.ended.then((how) => {
        end = how;
        // What it wrote last may still be in the pipe, which a grandchild can keep open for ever.
        setTimeout(() => void finish(), LAST_WORDS_MS);
      });
    },
    async send(message) {
      if (child === undefined || closed || end !== null)
        throw new AppError("CONNECTION_CLOSED", "the program is not running", { neverRan: true });
      if (child.stdin.writableLength > MAX_QUEUED_BYTES)
        throw new AppError("CONNECTION_CLOSED", "the program does not read its input", { neverRan: true });
      if (!child.stdin.write(`${JSON.stringify(message)}\n`)) await Promise.race([once(child.stdin, "drain"), child.ended]);
    },
    close: finish,
  };
  return transport;
}

/** The message, or null for what is none; a banner is passed over in silence. */
function asMessage(line: string, malformed: (error: Error) => void): JSONRPCMessage | null {
  const text = line.startsWith(BYTE_ORDER_MARK) ? line.slice(1) : line;
  if (!text.startsWith("{") && !text.startsWith("[")) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
    return parseJSONRPCMessage(value);
  } catch {
    malformed(new NotJsonRpc(value));
    return null;
  }
}
