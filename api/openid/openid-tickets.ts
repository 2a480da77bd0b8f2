import type { Clock } from "../ports/clock.ts";
import { sealedFrom } from "../ports/sealed-value.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";

/** What a ticket is good for: coming back from the provider, or saying that an account is one's own. */
export type TicketKind = "sign-in" | "link";

/**
 * What a browser carries for us between two of its requests, sealed: it cannot read it, change it, or use it for
 * anything else. Any process with the same key can open it.
 */
export interface Tickets {
  seal(kind: TicketKind, content: object): string;
  /** Null for one that is not ours, of another kind, or too old. */
  open<Content>(kind: TicketKind, ticket: string | null): Content | null;
}

export const TICKET_LIVES_MS = 600_000;
/** Cookies end there. */
const MAX_CHARACTERS = 4_000;

export function openIdTickets({ box, clock, issuer }: { box: SecretBox; clock: Clock; issuer: string }): Tickets {
  const contextOf = (name: TicketKind): SealContext => ({ purpose: "openid-flow", userId: "", server: "", origin: issuer, name });
  return {
    seal(kind, content) {
      const plain = JSON.stringify({ content, until: clock.now() + TICKET_LIVES_MS });
      return Buffer.from(JSON.stringify(box.seal(contextOf(kind), plain))).toString("base64url");
    },
    open<Content>(kind: TicketKind, ticket: string | null) {
      if (ticket === null || ticket === "" || ticket.length > MAX_CHARACTERS) return null;
      const plain = box.open(contextOf(kind), sealedFrom(Buffer.from(ticket, "base64url").toString()));
      if (plain === null) return null;
      const { content, until } = JSON.parse(plain) as { content: Content; until: number };
      return until > clock.now() ? content : null;
    },
  };
}
