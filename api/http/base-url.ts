import type { IncomingMessage } from "node:http";
import type { TLSSocket } from "node:tls";
import type { Request } from "express";

/** The address people know this server by, without a slash at the end. */
export function baseUrlOf(request: Request, publicUrl: string | null): string {
  return `${publicUrl ?? `${request.protocol}://${request.headers.host ?? "localhost"}`}${request.baseUrl}`;
}

/** Express's own judgement of a proxy: may this address, so many steps away, be believed? */
export type TrustsProxy = (address: string, steps: number) => boolean;

/** The same for a request that has not been through express, at the root. */
export function rootUrlOf({ socket, headers }: IncomingMessage, { publicUrl, trusts }: RootUrlParts): string {
  if (publicUrl !== null) return publicUrl;
  const [told] = String(headers["x-forwarded-proto"] ?? "").split(",");
  const own = (socket as TLSSocket).encrypted ? "https" : "http";
  const scheme = trusts(socket.remoteAddress ?? "", 0) ? told?.trim() || own : own;
  return `${scheme}://${headers.host ?? "localhost"}`;
}

interface RootUrlParts {
  publicUrl: string | null;
  trusts: TrustsProxy;
}
