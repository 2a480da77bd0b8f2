const ADDRESS = /^#token=([\w.~-]+)$/;

/** The token of a setup or invite link. It travels behind the `#`, so that no server and no log ever sees it. */
export function takeLinkToken(): string {
  return ADDRESS.exec(window.location.hash)?.[1] ?? "";
}
