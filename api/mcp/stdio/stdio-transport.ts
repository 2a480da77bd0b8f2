import { AppError } from "../../errors/app-error.ts";
import { bytePace } from "../guards/byte-pace.ts";
import type { GuardableTransport } from "../guards/guarded-transport.ts";
import { rest } from "../guards/rest.ts";
import { findMessage } from "./find-message.ts";
import { lineSplitter } from "./line-splitter.ts";
import { type ProcessEnd, type StdioCommand, type StdioProcess, startProcess } from "./stdio-process.ts";

const MAX_LINE_BYTES = 8 * 1024 * 1024;
const MAX_QUEUED_MB = 16;
const MAX_QUEUED_BYTES = MAX_QUEUED_MB * 1024 * 1024;
const LAST_WORDS_MS = 50;

/** A transport to a program of our own. */
export interface StdioTransport extends GuardableTransport {
  /** What it wrote to stderr last, secrets taken out. */
  stderrText(): string;
  /** How it ended, once it has. */
  readonly end: ProcessEnd | null;
  /** For how long it has not taken what was sent to it, milliseconds; 0 when it has taken everything. */
  unreadForMs(): number;
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
  /** When each line was sent that the program has not taken yet. */
  const unread: number[] = [];
  const pace = bytePace();

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
        const message = findMessage(line, (error) => transport.onerror?.(error));
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
    const leastMs = pace(chunk.byteLength);
    return tookOut || leastMs > 0 ? rest({ spentMs: tookOut ? performance.now() - startedAt : 0, leastMs }) : undefined;
  };

  const transport: StdioTransport = {
    get end() {
      return end;
    },
    unreadForMs: () => (unread[0] === undefined ? 0 : performance.now() - unread[0]),
    stderrText: () => child?.stderr.text() ?? "",
    async start() {
      const started = await startProcess(command);
      child = started;
      if (closed) return started.stop();
      started.onTooLarge((why) => {
        transport.onerror?.(why);
        void finish();
      });
      started.onStdout(receive);
      // What it wrote last may still be in the pipe, which a grandchild can keep open for ever; and how it ended, if it has.
      const finishSoon = () => void setTimeout(() => void finish(), LAST_WORDS_MS);
      void started.hungUp.then(finishSoon);
      void started.ended.then((how) => {
        end = how;
        finishSoon();
      });
    },
    async send(message) {
      if (child === undefined || closed || end !== null) throw notSent("the program is not running");
      const { stdin } = child;
      if (!stdin.writable) throw notSent(DEAF);
      const line = `${JSON.stringify(message)}\n`;
      if (stdin.writableLength + Buffer.byteLength(line) > MAX_QUEUED_BYTES)
        throw new AppError("LIMIT_REACHED", `the program does not read its input: ${MAX_QUEUED_MB} MB wait for it already`);
      // One that waits behind others may leave together with them: nobody can say which of those arrived.
      const isAlone = unread.length === 0;
      unread.push(performance.now());
      // In order: the oldest is taken first. A program that ends takes what waits with it.
      const error = await new Promise<unknown>((resolve) => stdin.write(line, resolve));
      unread.shift();
      if (error != null && isAlone) throw notSent(DEAF, error);
    },
    close: finish,
  };
  return transport;
}

const DEAF = "the program has closed its stdin";

/** No whole line has reached it. */
function notSent(why: string, cause?: unknown): AppError {
  return new AppError("CONNECTION_CLOSED", why, { cause, neverRan: true });
}
