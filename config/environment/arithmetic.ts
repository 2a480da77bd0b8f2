const TOKEN = /\s*(\d+(?:\.\d+)?|[-+*/()])/y;
const MAX_CHARACTERS = 200;

/** `10 * 60 * 1000` to 600000. Numbers, `+ - * /` and brackets only; null for anything else. Evaluates no code. */
export function evaluateArithmetic(text: string): number | null {
  const tokens = text.length <= MAX_CHARACTERS ? tokenize(text.trim()) : null;
  if (tokens === null || tokens.length === 0) return null;
  let at = 0;

  const sum = (): number => {
    let value = product();
    while (tokens[at] === "+" || tokens[at] === "-") value = tokens[at++] === "+" ? value + product() : value - product();
    return value;
  };
  const product = (): number => {
    let value = factor();
    while (tokens[at] === "*" || tokens[at] === "/") value = tokens[at++] === "*" ? value * factor() : value / factor();
    return value;
  };
  // NaN stands for what cannot be read; it makes the whole NaN.
  const factor = (): number => {
    const token = tokens[at++];
    if (token === "-") return -factor();
    if (token !== "(") return token === undefined ? Number.NaN : Number(token);
    const value = sum();
    return tokens[at++] === ")" ? value : Number.NaN;
  };

  const result = sum();
  return at === tokens.length && Number.isFinite(result) ? result : null;
}

function tokenize(text: string): string[] | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) return null;
    tokens.push(token);
  }
  return tokens;
}
