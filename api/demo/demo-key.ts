import type { IncomingHttpHeaders } from "node:http";

/** The documented form; `librechat.example.yaml` and the README describe it to people. */
const DEMO_KEY = /^demo-[A-Za-z0-9]{8,64}$/;

/** The key of a request, from `X-Demo-Key` or `Authorization: Bearer`; null when there is none of the right form. */
export function demoKeyOf(headers: IncomingHttpHeaders): string | null {
  const own = headers["x-demo-key"];
  const key = typeof own === "string" ? own : /^Bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  return key !== undefined && DEMO_KEY.test(key) ? key : null;
}

/** Enough to recognise one's own key by, not enough to use it. */
export function maskedKey(key: string): string {
  return `${key.slice(0, 7)}…${key.slice(-2)}`;
}
