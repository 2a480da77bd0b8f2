/** What kept a request from a server, in words that go on after "the server cannot be reached: ". */
export interface NetworkFailure {
  words: string;
  /** `improper`: something answered, and it was no proper HTTP, or could not be unpacked. */
  kind: "network" | "certificate" | "improper";
  /** It failed before a byte left, whoever dialled. */
  isBeforeSending: boolean;
}

const UNSENT_WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens at its address",
  ENOTFOUND: "its host name is not known",
  EAI_AGAIN: "its host name could not be looked up",
  ETIMEOUT: "its host name could not be looked up in time",
  UND_ERR_CONNECT_TIMEOUT: "its address did not answer",
};

const OTHER_WORDS: Readonly<Record<string, string>> = {
  ECONNRESET: "it broke the connection",
  EPIPE: "it broke the connection",
  UND_ERR_SOCKET: "it broke the connection",
  EHOSTUNREACH: "its host cannot be reached",
  ENETUNREACH: "its network cannot be reached",
  EADDRNOTAVAIL: "its address cannot be reached from here",
  ETIMEDOUT: "its address did not answer",
  EPROTO: "it does not speak TLS at this port",
  ERR_SSL_WRONG_VERSION_NUMBER: "it does not speak TLS at this port",
  ERR_SSL_PACKET_LENGTH_TOO_LONG: "it does not speak TLS at this port",
};

const IMPROPER_WORDS: readonly [RegExp, string][] = [
  [/^(HTTPParserError$|HPE_|UND_ERR_(RES|INVALID)_)/, "its answer is not proper HTTP"],
  [/^UND_ERR_HEADERS_OVERFLOW$/, "its answer is not proper HTTP: the head is too large"],
  [/^(Z_|ERR__?ERROR_|ERR_BROTLI|ZSTD_)/, "its answer cannot be unpacked"],
];

/** OpenSSL's verdicts, as Node names them. */
const CERTIFICATE_WORDS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "its certificate expired",
  CERT_NOT_YET_VALID: "its certificate is not valid yet",
  CERT_SIGNATURE_FAILURE: "its certificate is not signed by whom it names",
  CERT_REVOKED: "its certificate was revoked",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
  SELF_SIGNED_CERT_IN_CHAIN: "its certificate comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT: "its certificate comes from an authority that is not known here",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its certificate comes from an authority that is not known here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate comes without the one that vouches for it",
  ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
};

/** Looks through an error and its causes for a code that says what happened on the way; null when there is none. */
export function networkFailure(error: unknown): NetworkFailure | null {
  const told = (words: string, code: string) => `${words} (${code})`;
  for (const code of codesOf(error)) {
    const unsent = UNSENT_WORDS[code];
    if (unsent !== undefined) return { words: told(unsent, code), kind: "network", isBeforeSending: true };
    const certificate = CERTIFICATE_WORDS[code];
    if (certificate !== undefined) return { words: told(certificate, code), kind: "certificate", isBeforeSending: true };
    const other = OTHER_WORDS[code];
    if (other !== undefined) return { words: told(other, code), kind: "network", isBeforeSending: false };
    const improper = IMPROPER_WORDS.find(([pattern]) => pattern.test(code))?.[1];
    if (improper !== undefined) return { words: told(improper, code), kind: "improper", isBeforeSending: false };
  }
  return null;
}

/** Some errors are known by their class alone. */
function codesOf(error: unknown): string[] {
  const named = causesOf(error).flatMap(({ code, name }: { code?: unknown; name?: unknown }) => [code, name]);
  return named.filter((each) => typeof each === "string");
}

/** An error, its cause, the cause of that: the outermost first. Of several at once the first counts. */
export function causesOf(error: unknown): object[] {
  const found: object[] = [];
  for (let each: unknown = error; typeof each === "object" && each !== null && found.length < 8; ) {
    found.push(each);
    const { cause, errors } = each as { cause?: unknown; errors?: unknown };
    each = cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return found;
}
