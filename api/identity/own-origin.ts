/** Is `origin` (of a page) the address the browser knows this server by? */
export function isOwnOrigin(
  origin: string,
  { host, publicUrl }: { host: string | undefined; publicUrl: string | null },
): boolean {
  if (!URL.canParse(origin)) return false;
  const asked = new URL(origin);
  if (publicUrl !== null && asked.origin === new URL(publicUrl).origin) return true;
  return asked.host === host;
}
