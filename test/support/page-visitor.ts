/** What a browser would show after following all redirects. */
export interface Visited {
  url: URL;
  status: number;
  html: string;
}

/** A browser without scripts: keeps cookies by host, follows redirects, sends forms. */
export interface PageVisitor {
  open(url: string | URL): Promise<Visited>;
  /** Presses the button of this name and value in the page's form. */
  press(page: Visited, name: string, value: string): Promise<Visited>;
}

export interface PageVisitorOptions {
  /** Stops before an address that this is true for: `url` is that address, `html` is empty. */
  stopAt?: (url: URL) => boolean;
}

const MAX_STEPS = 15;

export function pageVisitor({ stopAt = () => false }: PageVisitorOptions = {}): PageVisitor {
  const jars = new Map<string, Map<string, string>>();

  async function go(first: URL, body?: URLSearchParams): Promise<Visited> {
    let url = first;
    let form = body;
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      if (stopAt(url)) return { url, status: 0, html: "" };
      const jar = jars.get(url.host) ?? new Map<string, string>();
      jars.set(url.host, jar);
      const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
      const headers = { ...(cookie === "" ? {} : { cookie }), ...(form === undefined ? {} : { origin: url.origin }) };
      const answer = await fetch(url, { method: form === undefined ? "GET" : "POST", headers, body: form, redirect: "manual" });
      for (const line of answer.headers.getSetCookie()) keep(jar, line);
      const location = answer.headers.get("location");
      const html = await answer.text();
      if (location === null) return { url, status: answer.status, html };
      url = new URL(location, url);
      form = undefined;
    }
    throw new Error(`more than ${MAX_STEPS} redirects, the last to ${url}`);
  }

  return {
    open: (url) => go(new URL(url)),
    press: (page, name, value) => go(actionOf(page), new URLSearchParams({ [name]: value })),
  };
}

function keep(jar: Map<string, string>, line: string): void {
  const [pair = ""] = line.split(";");
  const at = pair.indexOf("=");
  if (/expires=Thu, 01 Jan 1970|max-age=0/i.test(line)) jar.delete(pair.slice(0, at));
  else jar.set(pair.slice(0, at), pair.slice(at + 1));
}

function actionOf({ html, url }: Visited): URL {
  const action = /<form method="post" action="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`no form at ${url}: ${html.slice(0, 500)}`);
  return new URL(action.replaceAll("&amp;", "&"), url);
}
