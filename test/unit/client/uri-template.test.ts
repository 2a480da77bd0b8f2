import { expect, it } from "vitest";
import { expanded, variablesOf } from "../../../client/src/features/chat/attach/uri-template.ts";

const values = { var: "value", hello: "Hello World!", path: "/foo/bar", x: "1024", y: "768", empty: "" };

it.each([
  ["{var}", "value"],
  ["{hello}", "Hello%20World%21"],
  ["{+hello}", "Hello%20World!"],
  ["{+path}/here", "/foo/bar/here"],
  ["{path}/here", "%2Ffoo%2Fbar/here"],
  ["X{#var}", "X#value"],
  ["X{#hello}", "X#Hello%20World!"],
  ["map?{x,y}", "map?1024,768"],
  ["{x,hello,y}", "1024,Hello%20World%21,768"],
  ["{+x,hello,y}", "1024,Hello%20World!,768"],
  ["X{.var}", "X.value"],
  ["{/var,x}/here", "/value/1024/here"],
  ["{;x,y}", ";x=1024;y=768"],
  ["{?x,y}", "?x=1024&y=768"],
  ["?fixed=yes{&x}", "?fixed=yes&x=1024"],
  ["{var:3}", "val"],
  ["{/path*}", "/%2Ffoo%2Fbar"],
  ["a{undef}b{?undef,empty}", "ab"],
  ["{+percent}", ""],
  ["plain://{", "plain://{"],
  ["{toString}", ""],
])("%s becomes %s", (template, address) => {
  expect(expanded(template, values)).toBe(address);
});

it("keeps escapes that are there only where what is reserved stays", () => {
  expect(expanded("{+v} {v}", { v: "a%20b%c \ud800" })).toBe("a%20b%25c%20%EF%BF%BD a%2520b%25c%20%EF%BF%BD");
});

it("names its variables once, in order", () => {
  expect(variablesOf("x://{a}/{+b,a:3}{?c*}{}")).toEqual(["a", "b", "c"]);
});
