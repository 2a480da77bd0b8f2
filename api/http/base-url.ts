import type { Request } from "express";

/** The address people know this server by, without a slash at the end. */
export function baseUrlOf(request: Request, publicUrl: string | null): string {
  return `${publicUrl ?? `${request.protocol}://${request.headers.host ?? "localhost"}`}${request.baseUrl}`;
}
