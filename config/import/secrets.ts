const SECRET_NAME =
  /(^|[^a-z])(api)?[-_]?(key|token|secret|password|passwd|pat|credentials?|auth|authorization|bearer)([^a-z]|$)/i;
/** Prefixes by which services mark their keys. */
const SECRET_SHAPE =
  /^(sk|pk|rk|ghp|gho|ghs|github_pat|glpat|xox[abp]|npg|hf|lin_api|ntn|secret|AKIA|AIza|eyJ)[-_A-Za-z0-9.]{8,}$/;
const SECRET_IN_URL = /([?&][^=&#]*(?:key|token|secret|password|auth)[^=&#]*=)([^&#]+)/gi;
const CREDENTIALS_IN_URL = /(\w+:\/\/[^/\s:@]*:)([^/\s@]+)(@)/;

/** Moves secrets out of texts into environment variables, and remembers which. Their values go nowhere. */
export class SecretNames {
  readonly #prefix: string;
  readonly #names = new Set<string>();

  /** `server` tells apart what several servers call alike. */
  constructor(server: string) {
    this.#prefix = upper(server);
  }

  /** Environment variables that have to be set. */
  get names(): readonly string[] {
    return [...this.#names];
  }

  /** A program's environment: a secret keeps the name it has there. */
  hideInEnv(name: string, value: string): string {
    if (isReference(value) || !isSecret(name, value)) return this.hideInUrl(value, name);
    return /^[A-Za-z0-9_]+$/.test(name) ? this.#remember(name) : this.#variable(name);
  }

  /** A value under a name, such as a header. */
  hide(name: string, value: string): string {
    if (isReference(value)) return value;
    const scheme = /^(Bearer|Basic|Token)\s+\S+$/i.exec(value)?.[1];
    if (scheme !== undefined) return `${scheme} ${this.#variable(name)}`;
    return isSecret(name, value) ? this.#variable(name) : this.hideInUrl(value, name);
  }

  /** Keys in a query, and the password in `scheme://user:password@host`. */
  hideInUrl(value: string, name = "url"): string {
    const inQuery = value.replace(SECRET_IN_URL, (match, before: string, secret: string) =>
      isReference(secret) ? match : `${before}${this.#variable(before.replace(/[?&=]/g, ""))}`,
    );
    return inQuery.replace(CREDENTIALS_IN_URL, (match, before: string, secret: string, after: string) =>
      isReference(secret) ? match : `${before}${this.#variable(`${name} password`)}${after}`,
    );
  }

  /** Arguments: `--token X`, `--token=X`, and what has the shape of a key. */
  hideInArgs(args: readonly string[]): string[] {
    return args.map((arg, index) => {
      const [, flag, value] = /^(--?[\w-]+)=(.+)$/s.exec(arg) ?? [];
      if (flag !== undefined && value !== undefined) return `${flag}=${this.hide(flag, value)}`;
      const before = args[index - 1] ?? "";
      const follows = /^--?[\w-]+$/.test(before) && !arg.startsWith("-");
      return this.hide(follows ? before : `arg ${index + 1}`, arg);
    });
  }

  #variable(name: string): string {
    const own = upper(name);
    const full = own.startsWith(this.#prefix) ? own : `${this.#prefix}_${own}`;
    return this.#remember(full);
  }

  #remember(name: string): string {
    this.#names.add(name);
    return `\${${name}}`;
  }
}

function isSecret(name: string, value: string): boolean {
  return SECRET_NAME.test(spaced(name)) || SECRET_SHAPE.test(value);
}

/** Already filled in from somewhere: nothing to hide. */
function isReference(value: string): boolean {
  return /\$\{[A-Za-z0-9_]+\}|\{\{[^}]+\}\}/.test(value);
}

/** `apiKey` is `api Key` to the patterns above. */
function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, "$1 $2");
}

function upper(name: string): string {
  return spaced(name)
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "");
}
