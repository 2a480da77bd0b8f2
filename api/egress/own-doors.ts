import { hostname, networkInterfaces } from "node:os";
import { bareHost, plainAddress } from "../../config/target-policy.ts";
import { portOf } from "./target-gate.ts";

/** What is asked of a listening server. */
interface Listener {
  address(): string | { port: number } | null;
}

/** Where this house can be reached itself. A stranger's URL must not lead back there: it would speak with our voice. */
export interface OwnDoors {
  /** From now on the place where this server listens is one of them. */
  listensAt(server: Listener): void;
  isOwnDoor(host: string, port: number): boolean;
}

/** `addresses`: the URLs people use, as far as they are known. */
export function ownDoors(addresses: readonly (string | null | undefined)[]): OwnDoors {
  const urls = addresses.flatMap((address) => URL.parse(address ?? "") ?? []);
  const known = new Set(urls.map((url) => `${bareHost(url.hostname)}:${portOf(url)}`));
  const servers: Listener[] = [];
  const listensOn = (port: number) =>
    servers.some((server) => {
      const address = server.address();
      return typeof address === "object" && address?.port === port;
    });
  return {
    listensAt: (server) => void servers.push(server),
    isOwnDoor: (host, port) => known.has(`${bareHost(host)}:${port}`) || (listensOn(port) && isThisMachine(host)),
  };
}

/** 127/8, and what systems take for it; `::1` is 0.0.0.1 there. */
const LOOPBACK = /^(127|0)\./;

function isThisMachine(host: string): boolean {
  const bare = plainAddress(host);
  if (LOOPBACK.test(bare) || bare === "localhost" || bare.endsWith(".localhost") || bare === hostname().toLowerCase())
    return true;
  return Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => plainAddress(address) === bare));
}
