import { expect, it } from "vitest";
import { bearerChallenge } from "../../../api/oauth/bearer-challenge.ts";

const of = (...values: string[]) =>
  bearerChallenge({ headers: new Headers(values.map((value): [string, string] => ["www-authenticate", value])) });

const METADATA = "https://example.org/.well-known/oauth-protected-resource";
const WHOLE = { error: "insufficient_scope", scope: "a b", resourceMetadataUrl: METADATA };

it.each([
  [`Bearer error="insufficient_scope", scope="a b", resource_metadata="${METADATA}"`],
  [`bearer Error = "insufficient_scope",scope ="a b" , resource_metadata=${METADATA}`],
  [`DPoP algs="ES256", error=insufficient_scope, scope="a b", resource_metadata="${METADATA}"`],
  [`Basic realm="x, Bearer", Bearer error="insufficient_scope", scope="a b", resource_metadata="${METADATA}"`],
  [`Negotiate abc==, Bearer error="insufficient_scope", scope="a b", resource_metadata="${METADATA}", Basic scope="c"`],
  [`Bearer realm="scope=z, error=q", error="insufficient_scope", scope="a b", resource_metadata="${METADATA}"`],
  [`Bearer error="insufficient_scope", scope="a \\b", scope="c", resource_metadata="${METADATA}"`],
])("is found in %s", (value) => {
  expect(of(value)).toEqual(WHOLE);
});

it("is found in the second of two headers", () => {
  expect(of('Basic realm="x"', 'Bearer scope="a b"')).toEqual({ error: null, scope: "a b", resourceMetadataUrl: null });
});

it.each(["", "Bearer", 'Basic scope="a"', 'Bearer resource_metadata="nowhere", scope=""', 'Bearer x_scope="a"', "Bearer scope"])(
  "is nothing in %j",
  (value) => {
    expect(of(value)).toEqual({ error: null, scope: null, resourceMetadataUrl: null });
  },
);

it.each(["a", "a ", ",", "a=", 'a="', '"', "\\", ", ", "a,"])("costs no more than its length, made of %j", (piece) => {
  const startedAt = performance.now();
  of(`Bearer ${piece.repeat(16 * 1024)}`);
  expect(performance.now() - startedAt).toBeLessThan(200);
});
