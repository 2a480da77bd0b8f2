import type { Clock } from "../ports/clock.ts";
import type { Identity, Principal } from "../ports/identity.ts";
import type { Logger } from "../ports/logger.ts";
import type { McpNamespace } from "./socket-event-sink.ts";

/** How long a socket may outlive a sign-in that another instance has ended. */
const LOOK_EVERY_MS = 1_500;

export interface DropLapsedParts {
  identity: Identity;
  clock: Clock;
  logger: Logger;
}

/** Ends the sockets of sign-ins and keys that were ended by somebody who could not tell us: one look for all, while there are any. */
export function dropLapsed(namespace: McpNamespace, { identity, clock, logger }: DropLapsedParts): void {
  if (identity.lapsed === undefined) return;
  let isWaiting = false;
  const look = async () => {
    const sockets = [...namespace.sockets.values()];
    const lapsed = new Set(await identity.lapsed?.(sockets.map(({ data }) => data.who as Principal)));
    for (const socket of sockets) if (lapsed.has(socket.data.who)) socket.disconnect(true);
  };
  const later = () => {
    if (isWaiting || namespace.sockets.size === 0) return;
    isWaiting = true;
    clock.setTimer(LOOK_EVERY_MS, () => {
      look()
        .catch((error: unknown) => logger.error({ err: error }, "sockets could not be checked again"))
        .finally(() => {
          isWaiting = false;
          later();
        });
    });
  };
  namespace.on("connection", later);
}
