/** Where this page is, as the server wrote it into the page: below which path, and where sockets are opened. */
export interface Place {
  /** What stands before every path of ours; empty at the root of a site. */
  readonly base: string;
  readonly sockets: string;
  /** Accounts and sign-in are the application's that this is part of. */
  readonly isHosted: boolean;
}

export const PLACE: Place = {
  base: told("base", ""),
  sockets: told("sockets", "/socket.io"),
  isHosted: told("accounts", "own") === "host",
};

function told(name: string, otherwise: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="patchbay-${name}"]`)?.content ?? otherwise;
}
