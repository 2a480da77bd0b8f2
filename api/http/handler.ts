import type { ROUTES, RouteName } from "../../schemas/routes/routes.ts";
import type { Principal } from "../ports/identity.ts";
import type { StopSignal } from "../stop-signal.ts";

/** What a handler gets of a request: checked, and nothing of express. */
export interface ApiRequest<Who> {
  who: Who;
  params: Readonly<Record<string, string>>;
  /** Fits the route's schema. */
  body: unknown;
  /** What the route declares, checked. */
  query: Readonly<Record<string, string | undefined>>;
  /** Everything behind the `?` as it came, for what has to be judged whole. */
  search: string;
  /** Who the caller is, for public routes that care. */
  caller: () => Promise<Principal | null>;
  /** What `ApiAnswer.browser` gave this browser; null when it has none. */
  browser: string | null;
  /** What `ApiAnswer.ticket` gave this browser; null when it has none. */
  ticket: string | null;
  headers: Readonly<Record<string, string | undefined>>;
  ip: () => string;
  /** The address people know this server by, without a slash at the end. */
  baseUrl: () => string;
  /** Aborted when the caller goes away. */
  signal: StopSignal;
}

export interface ApiAnswer {
  /** Sent as JSON, unless `contentType` says what text it is. */
  body: unknown;
  /** @default what the route says */
  status?: number;
  contentType?: string;
  /** Where the browser goes instead of showing `body`. */
  redirect?: string;
  /** A value for this browser alone, which its scripts cannot read. */
  browser?: string;
  /** The same, for a few minutes; null takes it away. */
  ticket?: string | null;
  /** Begins the browser's session, or ends it with null. */
  session?: { readonly token: string; readonly expiresAt: number } | null;
}

export type Handler<Who> = (request: ApiRequest<Who>) => Promise<ApiAnswer> | ApiAnswer;

/** Public routes may be asked by nobody, and watchers need not be people; all others have somebody. */
type WhoOf<Name extends RouteName> = (typeof ROUTES)[Name]["auth"] extends "public" | "watcher" ? null : Principal;

/** One handler for every route of the table: a missing one does not compile. */
export type Handlers = { readonly [Name in RouteName]: Handler<WhoOf<Name>> };

/** Some of them: what one file of handlers is about. */
export type HandlersFor<Table> = { readonly [Name in keyof Table & RouteName]: Handler<WhoOf<Name>> };
