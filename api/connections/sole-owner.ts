/**
 * A session is one person's to one server, and nobody else ever gets it: what one says would reach the other. Throws
 * TypeError for one that was handed out before, which can only be a mistake of ours.
 */
export function soleOwner<Session extends object>(): (session: Session) => Session {
  const handedOut = new WeakSet<Session>();
  return (session) => {
    if (handedOut.has(session)) throw new TypeError("a session was about to be shared");
    handedOut.add(session);
    return session;
  };
}
