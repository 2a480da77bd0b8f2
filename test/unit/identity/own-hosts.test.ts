import { expect, it } from "vitest";
import { ownHosts } from "../../../api/identity/own-hosts.ts";

const isOwn = ownHosts({ publicUrl: "https://Chat.Example.org/tools", allowed: ["Other.example.org"] });

it.each([
  undefined,
  "chat.example.org",
  "CHAT.example.org:443",
  "other.example.org:3080",
  "localhost:3080",
  "localhost.:3080",
  "patchbay",
  "box.local",
  "patchbay.team.svc.cluster.local",
  "127.0.0.1:3080",
  "192.168.1.5",
  "[::1]:3080",
])("[OPS-06] a host of ours: %s", (host) => expect(isOwn(host)).toBe(true));

it.each([
  "evil.test:3080",
  "example.org",
  "localhost.evil.test",
  "127.0.0.1.evil.test",
  "chat.example.org.evil.test",
  "a b",
  "",
  "@",
])("[OPS-06] a name that anybody could have lead here: %s", (host) => expect(isOwn(host)).toBe(false));
