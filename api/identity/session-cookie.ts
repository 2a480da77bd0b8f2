/** How the session's token travels. Scripts cannot read it, other sites cannot send it with a POST. */
export interface SessionCookie {
  readonly name: string;
  /** Attributes as Express takes them; clearing the cookie needs the same ones. */
  readonly attributes: { readonly httpOnly: true; readonly sameSite: "lax"; readonly path: "/"; readonly secure: boolean };
}

/** With https the name itself makes browsers insist on Secure, Path=/ and no Domain: no subdomain can plant one. */
export function sessionCookie(isHttps: boolean): SessionCookie {
  return {
    name: isHttps ? "__Host-patchbay_session" : "patchbay_session",
    attributes: { httpOnly: true, sameSite: "lax", path: "/", secure: isHttps },
  };
}

/** Tells one browser from another, whoever is signed in there. */
export function browserCookie(isHttps: boolean): SessionCookie {
  const { attributes } = sessionCookie(isHttps);
  return { name: isHttps ? "__Host-patchbay_browser" : "patchbay_browser", attributes };
}

/** What a browser carries from one step of a sign-in to the next. */
export function ticketCookie(isHttps: boolean): SessionCookie {
  const { attributes } = sessionCookie(isHttps);
  return { name: isHttps ? "__Host-patchbay_ticket" : "patchbay_ticket", attributes };
}

/** The first cookie of this name in a `Cookie` header. */
export function cookieValue(header: string | string[] | undefined, name: string): string | null {
  if (header === undefined) return null;
  const pairs = [header].flat().flatMap((line) => line.split(";"));
  for (const pair of pairs) {
    const [key, ...value] = pair.split("=");
    if (key?.trim() === name) return value.join("=").trim();
  }
  return null;
}
