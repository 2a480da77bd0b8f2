import type { ServerResponse } from "node:http";
import { type Person, SCOPE_WORDS } from "./people.ts";

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:12vh auto;padding:0 1rem;color:#1f2933;background:#f6f7f9}
h1{font-size:1.4rem}button,a.plain{display:block;box-sizing:border-box;width:100%;margin:.6rem 0;padding:.7rem;border-radius:.5rem;
border:1px solid #c3cad3;background:#fff;font:inherit;text-align:center;color:inherit;text-decoration:none;cursor:pointer}
button.main{background:#0f766e;border-color:#0f766e;color:#fff}small{color:#52606d}
@media(prefers-color-scheme:dark){body{background:#12171d;color:#e4e7eb}button,a.plain{background:#1f2933;border-color:#52606d}small{color:#9aa5b1}}`;

/** No script, nothing from elsewhere, in nobody's frame; what is sent goes back here. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "referrer-policy": "same-origin",
  "cache-control": "no-store",
};

export function sendPage(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, HEADERS).end(html);
}

/** A page with a title and lines of text; `markup` goes below them as it is. */
export function page(title: string, lines: readonly string[], markup = ""): string {
  const text = lines.map((line) => `<p>${escaped(line)}</p>`).join("");
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title><style>${STYLE}</style></head><body><main><h1>${escaped(title)}</h1>${text}${markup}</main></body></html>`;
}

/** Who is it? */
export function peoplePage(people: readonly Person[], action: string): string {
  const buttons = people.map(
    ({ id, name }) => `<button class="main" name="person" value="${escaped(id)}">Continue as ${escaped(name)}</button>`,
  );
  const form = `<form method="post" action="${escaped(action)}">${buttons.join("")}</form>`;
  return page(
    "Demo sign-in",
    ["This stands for another company's sign-in page. Choose who you are there; there is no password."],
    form,
  );
}

export interface ConsentAsked {
  readonly person: Person;
  readonly client: string;
  /** Where the browser goes afterwards. */
  readonly host: string;
  /** Asked for, and in this person's power; asked for, and not. */
  readonly allowed: readonly string[];
  readonly beyond: readonly string[];
  readonly action: string;
  readonly someoneElse: string;
}

/** Do they allow it? */
export function consentPage({ person, client, host, allowed, beyond, action, someoneElse }: ConsentAsked): string {
  const items = [
    ...allowed.map((scope) => `<li>${escaped(wordsOf(scope))} <small>${escaped(scope)}</small></li>`),
    ...beyond.map((scope) => `<li><s>${escaped(wordsOf(scope))}</s> <small>${escaped(scope)}: not yours to give</small></li>`),
  ];
  const form = `<ul>${items.join("")}</ul><form method="post" action="${escaped(action)}">
<button class="main" name="answer" value="allow">Allow</button><button name="answer" value="deny">Deny</button></form>
<a class="plain" href="${escaped(someoneElse)}">I am not ${escaped(person.name)}</a>`;
  return page(`Allow ${client}?`, [`${client} (${host}) wants to do this in your name, ${person.name}:`], form);
}

const wordsOf = (scope: string): string => SCOPE_WORDS[scope] ?? scope;

function escaped(text: string): string {
  const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (sign) => signs[sign] ?? sign);
}
