const CENSORED = "***";
/** Shorter values would blank out ordinary words; a secret that short protects nothing. */
const MIN_SECRET_CHARS = 6;

/** Takes these secrets out of text, as they are and as they look inside of JSON, of a URL, of a form and of base64. */
export interface HiddenSecrets {
  clean(text: string): string;
  /** The last of a text, cut where no secret is cut in two: what is left of one could not be told from other words. */
  tail(text: string, maxChars: number): string;
}

export function hiddenSecrets(secrets: readonly string[]): HiddenSecrets {
  let known: readonly string[] | null = null;
  /** Made when they are needed: most connections never say anything. */
  const forms = () => {
    known ??= formsOf(secrets.filter(({ length }) => length >= MIN_SECRET_CHARS));
    return known;
  };
  return {
    clean: (text) => forms().reduce((rest, form) => rest.replaceAll(form, CENSORED), text),
    tail(text, maxChars) {
      if (text.length <= maxChars) return text;
      for (let from = text.length - maxChars; ; ) {
        const end = Math.max(...forms().map((form) => endAcross(text, form, from)));
        if (end <= from) return text.slice(from);
        from = end;
      }
    },
  };
}

/** Where this form ends that begins before a place and goes on after it; 0 when there is none. */
function endAcross(text: string, form: string, place: number): number {
  const start = Math.max(0, place - form.length + 1);
  const at = text.slice(start, place + form.length - 1).lastIndexOf(form);
  return at < 0 ? 0 : start + at + form.length;
}

/** The longest first: one may be part of another. */
function formsOf(secrets: readonly string[]): string[] {
  const forms = new Set(
    secrets.flatMap((secret) => [
      secret,
      JSON.stringify(secret).slice(1, -1),
      encodeURIComponent(secret.toWellFormed()),
      new URLSearchParams([["", secret]]).toString().slice(1),
      ...inBase64(secret),
    ]),
  );
  return [...forms].sort((a, b) => b.length - a.length);
}

/** By itself, and after anything else, as in credentials for Basic: those characters that nothing but the secret decides. */
function inBase64(secret: string): string[] {
  const forms = [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    return bytes.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
  });
  const whole = Buffer.from(secret).toString("base64");
  return [whole, whole.replace(/=+$/, ""), ...forms].flatMap((form) => [form, form.replaceAll("+", "-").replaceAll("/", "_")]);
}
