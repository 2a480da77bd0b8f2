import { randomUUID } from "node:crypto";
import { generate } from "selfsigned";

const DAY_MS = 86_400_000;

export interface TestCertificate {
  key: string;
  cert: string;
}

/** A certificate that vouches for itself, for 127.0.0.1 and localhost. A client that trusts it must be told to. */
export async function certificate({
  notBefore = new Date(Date.now() - DAY_MS),
  notAfter = new Date(Date.now() + DAY_MS),
  host = "127.0.0.1",
} = {}): Promise<TestCertificate> {
  const { private: key, cert } = await generate([{ name: "commonName", value: `${host} ${randomUUID()}` }], {
    keyType: "ec",
    notBeforeDate: notBefore,
    notAfterDate: notAfter,
    algorithm: "sha256",
    extensions: [
      {
        name: "subjectAltName",
        altNames: [host === "127.0.0.1" ? { type: 7, ip: host } : { type: 2, value: host }],
      },
    ],
  });
  return { key, cert };
}
