import { AppError, type AppErrorOptions } from "../../errors/app-error.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StopSignal } from "../../stop-signal.ts";
import { orAborted, startDeadline } from "../deadline.ts";
import type { McpSession } from "../session/session.ts";
import type { ConnectionState } from "./connection-state.ts";

/** How long a call waits for a server that was there a moment ago. The first opening has a limit of its own. */
export interface Patience {
  timeoutMs: number;
  /** The caller's wish to stop. */
  signal?: StopSignal;
  /** Told once when waiting begins. */
  onAway?: () => void;
}

/** A connection, as a call sees it. */
export interface Lender {
  readonly clock: Clock;
  state(): ConnectionState;
  session(): McpSession | null;
  /** It was open until lately, so it is worth waiting for. */
  mayComeBack(): boolean;
  /** Tries now, or shares the attempt in flight. */
  open(): Promise<void>;
  /** Somebody waits: makes the next try come soon where nothing speaks against that. */
  hurry(): void;
  /** Settles with the next try. */
  nextTry(): Promise<void>;
  /** From now on it is in use, until the function is called that comes back. */
  hold(session: McpSession): () => void;
  /** This session is of no use any more. */
  lost(session: McpSession, why: AppError): void;
}

/** For a server that has been away for longer: told at once is better than a long silence. */
const SHORT_WAIT_MS = 2_000;
const NO_LIMIT_MS = 2_147_483_647;

/**
 * Lends the session to one call, opening first when it rests. `work` learns how long the call has waited for a server
 * that was away. What certainly never ran is sent once more, on the session that all such calls open together; nothing
 * else is ever repeated. A failure that a person must mend is thrown again without trying: calls must not become a storm.
 */
export async function lendSession<T>(
  lender: Lender,
  work: (session: McpSession, waitedMs: number) => Promise<T>,
  patience: Patience,
): Promise<T> {
  let room: ReturnType<typeof waitingRoom> | null = null;
  const wait = () => {
    room ??= waitingRoom(lender, patience);
    return room;
  };
  const first = lender.session() ?? (await wait().untilOpen());
  const release = lender.hold(first);
  let error: unknown;
  try {
    return await work(first, room === null ? 0 : wait().waitedMs());
  } catch (caught) {
    error = caught;
  } finally {
    release();
  }
  // The server lets this person in no longer: the next call is told so without asking it.
  if (error instanceof AppError && error.code === "OAUTH_REQUIRED") lender.lost(first, error);
  if (!(error instanceof AppError) || !meansNoSession(error)) throw error;
  lender.lost(first, error);
  const second = await wait().untilOpen({ atOnce: true });
  const releaseSecond = lender.hold(second);
  try {
    return await work(second, wait().waitedMs());
  } catch (caught) {
    error = caught;
  } finally {
    releaseSecond();
  }
  if (!(error instanceof AppError) || !meansNoSession(error)) throw error;
  if (error.isEndpointDown) lender.lost(second, error);
  if (error.isEndpointDown || error.code !== "CONNECTION_CLOSED") throw error;
  // The server is there and has just begun this session: what it refuses is the request.
  throw new AppError("SERVER_ERROR", "the server refuses the request, in a new session as well", { cause: error });
}

/** One that is told to come later has its session still. */
function meansNoSession({ neverRan, code }: AppError): boolean {
  return neverRan && code !== "RATE_LIMITED";
}

function waitingRoom(lender: Lender, { timeoutMs, signal, onAway }: Patience) {
  const { clock } = lender;
  let awaySince: number | null = null;
  const waitedMs = () => (awaySince === null ? 0 : clock.steady() - awaySince);

  const oneTry = async (wait: () => Promise<void>) => {
    const limitMs = awaySince === null ? NO_LIMIT_MS : timeoutMs - waitedMs();
    const deadline = startDeadline({ clock, timeoutMs: limitMs, code: "CONNECT_TIMEOUT", signal });
    try {
      await orAborted(wait(), deadline.signal);
    } catch (error) {
      const state = lender.state();
      if (!(error instanceof AppError)) throw error;
      if (error.code === "CALL_CANCELLED") throw error;
      if (state.phase === "waiting" && deadline.signal.aborted) throw neverRan(state.why, state.retryAt - clock.now());
      if (state.phase !== "waiting" || !lender.mayComeBack() || deadline.signal.aborted) throw neverRan(error);
    } finally {
      deadline.clear();
    }
    if (lender.state().phase === "resting") throw neverRan(new AppError("CONNECTION_CLOSED", "the connection was closed"));
  };

  return {
    waitedMs,
    async untilOpen({ atOnce = false } = {}): Promise<McpSession> {
      for (let isNow = atOnce; ; isNow = false) {
        lender.hurry();
        const session = lender.session();
        const state = lender.state();
        if (session !== null) return session;
        const isAway = isNow || state.phase === "waiting" || (state.phase === "opening" && lender.mayComeBack());
        if (isAway && awaySince === null) {
          awaySince = clock.steady();
          onAway?.();
        }
        if (isNow || state.phase !== "waiting") {
          if (state.phase === "signingIn") throw neverRan(state.why);
          if (!isNow && state.phase === "failed" && !state.why.isEndpointDown && !state.why.wasHeldBack) throw state.why;
          await oneTry(() => lender.open());
          continue;
        }
        const maxWaitMs = lender.mayComeBack() ? timeoutMs - waitedMs() : Math.min(timeoutMs, SHORT_WAIT_MS);
        const inMs = state.retryAt - clock.now();
        // One that was held back is called as soon as another one got through.
        const mayBeCalled = state.why.wasHeldBack && lender.mayComeBack();
        if (inMs > maxWaitMs && !mayBeCalled) throw neverRan(state.why, inMs);
        await oneTry(() => lender.nextTry());
      }
    },
  };
}

/** The same failure, told to a call that was never sent. */
function neverRan(why: AppError, inMs?: number): AppError {
  const { code, message, details, missing, isEndpointDown, signInTo } = why;
  const options: AppErrorOptions = { cause: why, details, missing, isEndpointDown, signInTo, neverRan: true };
  return new AppError(code, message, { ...options, retryAfterMs: inMs ?? why.retryAfterMs });
}
