import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import express, { type Router } from "express";
import { AppError } from "../errors/app-error.ts";

export interface PageOptions {
  /** The folder of the built client. */
  clientDir: string;
  /** The address people use, with its path; null when it is not known. */
  publicUrl: string | null;
  /** Where the socket server listens, as it says itself. */
  socketPath: () => string;
  /** Accounts and sign-in are a host application's. */
  isHosted: boolean;
}

/** The built client: hashed files for ever, everything else is the page itself, told where it is. */
export function page({ clientDir, publicUrl, socketPath, isHosted }: PageOptions): Router {
  const router = express.Router();
  const index = join(clientDir, "index.html");
  // What a proxy in front takes off; below that lies what the host application has put before us.
  const outside = publicUrl === null ? "" : new URL(publicUrl).pathname.replace(/\/+$/, "");
  router.use("/assets", express.static(join(clientDir, "assets"), { immutable: true, maxAge: "365d", fallthrough: false }));
  router.use(express.static(clientDir, { index: false }));
  router.get("/{*splat}", async (request, response) => {
    if (!existsSync(index)) throw new AppError("ROUTE_UNKNOWN", "the page is not built; run `npm run build`");
    const html = await readFile(index, "utf8");
    const place = { base: outside + request.baseUrl, sockets: outside + socketPath(), isHosted };
    response.set("Cache-Control", "no-cache").type("html").send(placed(html, place));
  });
  return router;
}

interface Place {
  /** What stands before every path of ours; empty at the root. */
  base: string;
  sockets: string;
  isHosted: boolean;
}

/** Writes where the page is into it: its files are named relative to the base, and meta elements tell its scripts. */
export function placed(html: string, { base, sockets, isHosted }: Place): string {
  const told: Record<string, string> = { base: ownPath(base), sockets: ownPath(sockets), accounts: isHosted ? "host" : "own" };
  return html
    .replace(/(<meta name="patchbay-(\w+)" content=")[^"]*"/g, (_, start: string, name: string) => `${start}${told[name] ?? ""}"`)
    .replace(/ (src|href)="\.\//g, (_, attribute: string) => ` ${attribute}="${told.base}/`);
}

/** As an attribute's value, and never `//host`, which would be another site. */
function ownPath(path: string): string {
  return path
    .replace(/^[\\/]+/, "/")
    .replace(/\/+$/, "")
    .replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
