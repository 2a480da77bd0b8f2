import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bareHost, isBlockedTarget, isPrivateAddress, isTargetAllowed, plainAddress } from "../../../config/target-policy.ts";

type Bytes = readonly [number, number, number, number];

/** First bytes of what only exists inside of a network, and the bits that count (RFC 6890, 5735, 6598). */
const INSIDE: readonly [Bytes, number][] = [
  [[0, 0, 0, 0], 8],
  [[10, 0, 0, 0], 8],
  [[100, 64, 0, 0], 10],
  [[127, 0, 0, 0], 8],
  // Where Azure's machines find their platform.
  [[168, 63, 129, 16], 32],
  [[169, 254, 0, 0], 16],
  [[172, 16, 0, 0], 12],
  [[192, 0, 0, 0], 24],
  [[192, 168, 0, 0], 16],
  [[198, 18, 0, 0], 15],
  [[224, 0, 0, 0], 4],
  [[240, 0, 0, 0], 4],
];
const asNumber = (bytes: Bytes) => bytes.reduce((sum, byte) => sum * 256 + byte, 0);
const asBytes = (number: number): Bytes => [(number >>> 24) & 255, (number >>> 16) & 255, (number >>> 8) & 255, number & 255];
const isInside = (number: number) =>
  INSIDE.some(([first, bits]) => Math.floor(number / 2 ** (32 - bits)) === Math.floor(asNumber(first) / 2 ** (32 - bits)));

const anyV4 = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  ...INSIDE.map(([first, bits]) => fc.integer({ min: 0, max: 2 ** (32 - bits) - 1 }).map((rest) => asNumber(first) + rest)),
  // The neighbours of every range.
  fc.constantFrom(
    ...INSIDE.flatMap(([first, bits]) => [asNumber(first) - 1, asNumber(first) + 2 ** (32 - bits)]).filter(
      (each) => each >= 0 && each < 2 ** 32,
    ),
  ),
);
const hex = (number: number) => number.toString(16);
const groups = (number: number) => `${hex(number >>> 16)}:${hex(number & 0xffff)}`;

/** Every way to say a v4 address that a URL's parser undoes. */
const V4_SPELLINGS: Record<string, (number: number) => string> = {
  dotted: (number) => asBytes(number).join("."),
  decimal: (number) => String(number),
  hexadecimal: (number) => `0x${hex(number)}`,
  octal: (number) => `0${number.toString(8)}`,
  "octal parts": (number) =>
    asBytes(number)
      .map((byte) => `0${byte.toString(8)}`)
      .join("."),
  "hexadecimal parts": (number) =>
    asBytes(number)
      .map((byte) => `0x${hex(byte)}`)
      .join("."),
  "leading zeros": (number) =>
    asBytes(number)
      .map((byte) => `0x000${hex(byte)}`)
      .join("."),
  "three parts": (number) => `${asBytes(number).slice(0, 2).join(".")}.${number & 0xffff}`,
  "two parts": (number) => `${asBytes(number)[0]}.${number & 0xffffff}`,
  "a dot at the end": (number) => `${asBytes(number).join(".")}.`,
  "percent signs": (number) => [...asBytes(number).join(".")].map((each) => `%${each.charCodeAt(0).toString(16)}`).join(""),
  "full width": (number) =>
    [...asBytes(number).join(".")]
      .map((each) => (each === "." ? "。" : String.fromCharCode(each.charCodeAt(0) + 0xfee0)))
      .join(""),
  "a soft hyphen": (number) => asBytes(number).join(".\u00ad"),
};
/** Every v6 address that leads to a v4 one. */
const V6_WRAPPINGS: Record<string, (number: number) => string> = {
  mapped: (number) => `::ffff:${groups(number)}`,
  "mapped, dotted": (number) => `::ffff:${asBytes(number).join(".")}`,
  "mapped, long": (number) => `0000:0000:0000:0000:0000:ffff:${groups(number)}`,
  translated: (number) => `::ffff:0:${groups(number)}`,
  compatible: (number) => `::${groups(number)}`,
  NAT64: (number) => `64:ff9b::${groups(number)}`,
  "6to4": (number) => `2002:${groups(number)}::1`,
  Teredo: (number) => `2001:0:102:304:0:1234:${groups(~number >>> 0)}`,
};

describe("an address that only exists inside", () => {
  it.each(Object.entries(V4_SPELLINGS))("is known as %s, and what is outside is not taken for it", (_, spell) => {
    fc.assert(
      fc.property(anyV4, (number) => {
        const { hostname } = new URL(`http://${spell(number)}/`);
        expect([spell(number), isBlockedTarget(hostname)]).toEqual([spell(number), isInside(number)]);
      }),
    );
  });

  it.each(Object.entries(V6_WRAPPINGS))("is known as %s", (_, wrap) => {
    fc.assert(
      fc.property(anyV4, (number) => {
        const { hostname } = new URL(`http://[${wrap(number)}]/`);
        for (const address of [wrap(number), hostname, wrap(number).toUpperCase(), `${wrap(number)}%eth0`])
          expect([address, isPrivateAddress(address)]).toEqual([address, isInside(number)]);
        expect(plainAddress(hostname)).toBe(asBytes(number).join("."));
      }),
    );
  });

  it("is known as a v6 address of its own", () => {
    const inside = "::1 :: ::2 fe80::1 fe80::1%eth0 febf::1 fc00::1 fdff::1 ff02::1 64:ff9b:1::1 100::1 5f00::1";
    for (const address of inside.split(" ")) expect([address, isPrivateAddress(address)]).toEqual([address, true]);
    for (const address of "2606:4700::1111 2001:4860:4860::8888 2a00::1 2003::1 2001:1::1 fec0::1".split(" "))
      expect([address, isPrivateAddress(address)]).toEqual([address, false]);
  });

  it("is known behind the prefix of an ISATAP tunnel", () => {
    fc.assert(
      fc.property(anyV4, fc.constantFrom("0:5efe", "200:5efe"), (number, mark) => {
        const address = `2600:1:2:3:${mark}:${groups(number)}`;
        expect([address, isPrivateAddress(address)]).toEqual([address, isInside(number)]);
        expect(isPrivateAddress(`fe80::${mark}:${groups(number)}`)).toBe(true);
      }),
    );
  });

  it("is known as a name, in any case and with any number of dots behind", () => {
    const names = "localhost a.localhost printer.local metadata.google.internal redis kubernetes instance-data".split(" ");
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.integer({ min: 0, max: 3 }), fc.boolean(), (name, dots, isUpper) => {
        const host = (isUpper ? name.toUpperCase() : name) + ".".repeat(dots);
        expect([host, isBlockedTarget(host)]).toEqual([host, true]);
        expect(isTargetAllowed(`http://${host}/`, { allowedDomains: [], allowedAddresses: [] })).toBe(false);
        expect(bareHost(host)).toBe(name);
      }),
    );
  });
});
