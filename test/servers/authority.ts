import { generate } from "selfsigned";
import type { TestCertificate } from "./certificate.ts";

/** An authority of our own, and what it signs. */
export interface Authority extends TestCertificate {
  sign(host: string, options?: { daysAgo?: number }): Promise<TestCertificate>;
}

const DAY_MS = 86_400_000;
const EC = { keyType: "ec", algorithm: "sha256" } as const;

export async function authority(name: string): Promise<Authority> {
  const made = await generate([{ name: "commonName", value: name }], {
    ...EC,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const own = { key: made.private, cert: made.cert };
  return {
    ...own,
    /** `daysAgo`: when it ended. */
    async sign(host, { daysAgo } = {}) {
      const end = daysAgo === undefined ? Date.now() + DAY_MS : Date.now() - daysAgo * DAY_MS;
      const { private: key, cert } = await generate([{ name: "commonName", value: host }], {
        ...EC,
        ca: own,
        notBeforeDate: new Date(end - 30 * DAY_MS),
        notAfterDate: new Date(end),
        extensions: names(host),
      });
      return { key, cert };
    },
  };
}

function names(host: string) {
  const isAddress = /^[\d.]+$/.test(host);
  const altNames = [isAddress ? { type: 7 as const, ip: host } : { type: 2 as const, value: host }];
  return [{ name: "subjectAltName" as const, altNames }];
}
