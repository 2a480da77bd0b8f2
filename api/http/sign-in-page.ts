import type { SignInEnding } from "../oauth/sign-ins.ts";

/** Closes the window; one that no script opened stays, and says that it may be closed. */
export const PAGE_SCRIPT = `setTimeout(() => window.close(), 1500);\n`;

const STYLE = `:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;display:grid;place-content:center;min-height:90vh;
margin:0 1rem;text-align:center;text-wrap:balance}h1{font-size:1.4rem;margin:0 0 .5rem}p{margin:0;max-width:36rem}`;

/** What a sign-in ends on. Everything that came from outside is left out of it, but for the server's own title. */
export function signInPage(ending: SignInEnding, scriptUrl: string): string {
  const [heading, words] = wordsOf(ending);
  const script = ending.kind === "done" ? `<script src="${escaped(scriptUrl)}" defer></script>` : "";
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(heading)}</title><style>${STYLE}</style>${script}</head>
<body><main><h1>${escaped(heading)}</h1><p>${escaped(words)}</p></main></body></html>
`;
}

function wordsOf(ending: SignInEnding): [heading: string, words: string] {
  switch (ending.kind) {
    case "done":
      return [`Signed in to ${ending.title}`, "You can close this window and go on where you were."];
    case "denied":
      return ["Not signed in", "You did not allow it. Nothing has changed; you can start again at any time."];
    case "failed":
      return ["Not signed in", `${ending.message} You can close this window and start again.`];
    case "refused":
      return ["This sign-in cannot be finished here", `${ending.message} Nothing has changed.`];
  }
}

function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  return text.replace(/[&<>"']/g, (letter) => entities[letter] ?? "");
}
