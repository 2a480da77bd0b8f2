import { AppError } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import { abortSignalOf } from "../../stop-signal.ts";
import { anything } from "../anything.ts";
import { orAborted, startDeadline } from "../deadline.ts";
import { type Client, ProtocolError } from "../sdk.ts";
import type { StdioTransport } from "../stdio/stdio-transport.ts";
import { SDK_TIMEOUT_MS } from "./running-work.ts";

export interface PulseOptions {
  client: Client;
  clock: Clock;
  program: Pick<StdioTransport, "unreadForMs">;
  /** The program does not react any more. */
  gone: (why: AppError) => void;
}

/** So long a line may wait in front of a program that reads at all. */
const MAX_UNREAD_MS = 250;
const PING_MS = 10_000;

/**
 * Feels a program's pulse after a call missed its deadline: one that hangs would let every later call wait as long. What
 * has left its input unread is gone at once; any other is asked, and gone when it does not answer. One look at a time.
 */
export function programPulse({ client, clock, program, gone }: PulseOptions): () => void {
  let isLooking = false;
  const answers = async () => {
    const deadline = startDeadline({ clock, timeoutMs: PING_MS, code: "CALL_TIMEOUT" });
    try {
      const ping = client.request({ method: "ping" }, anything, {
        signal: abortSignalOf(deadline.signal),
        timeout: SDK_TIMEOUT_MS,
      });
      await orAborted(ping, deadline.signal);
      return true;
    } catch (error) {
      // A protocol that knows no ping has an answer for it all the same.
      return error instanceof ProtocolError || !deadline.signal.aborted;
    } finally {
      deadline.clear();
    }
  };
  return () => {
    if (program.unreadForMs() > MAX_UNREAD_MS)
      return gone(new AppError("CONNECTION_CLOSED", "the program does not read its input any more"));
    if (isLooking) return;
    isLooking = true;
    void answers().then((isAlive) => {
      isLooking = false;
      if (!isAlive) gone(new AppError("CONNECTION_CLOSED", "the program does not answer any more"));
    });
  };
}
