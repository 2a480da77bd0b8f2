/** Is `origin` (of a page) the address the browser knows this server by? */
export function isOwnOrigin(
  origin: string,
  { host, publicUrl }: { host: string | undefined; publicUrl: string | null },
): boolean {
  if (!URL.canParse(origin)) return false;
  const asked = new URL(origin);
  const known = publicUrl === null ? null : new URL(publicUrl);
  // Under the public name its scheme counts, too: a page that came without encryption may be anybody's.
  return asked.host === known?.host ? asked.origin === known.origin : asked.host === host;
}
