import express from "express";
import { describe, expect, it } from "vitest";
import { readSettings, SettingRefused } from "../../api/settings.ts";

const read = (env: Record<string, string>) => readSettings(env, "/nowhere");

describe("the environment", () => {
  it("opens the figures to a token that can be trusted, and to none by default", () => {
    expect(read({}).metricsToken).toBeNull();
    expect(read({ METRICS_TOKEN: "" }).metricsToken).toBeNull();
    expect(read({ METRICS_TOKEN: "0123456789abcdef" }).metricsToken).toBe("0123456789abcdef");
    for (const METRICS_TOKEN of ["short", "0123456789 abcdef", "0123456789abcde\n"])
      expect(() => read({ METRICS_TOKEN })).toThrow(SettingRefused);
  });

  it("says how long the end is announced, in whole milliseconds", () => {
    expect(read({}).drainNoticeMs).toBe(0);
    expect(read({ DRAIN_NOTICE_MS: "5000" }).drainNoticeMs).toBe(5_000);
    for (const DRAIN_NOTICE_MS of ["-1", "1.5", "soon", "600001", "Infinity"])
      expect(() => read({ DRAIN_NOTICE_MS })).toThrow(/DRAIN_NOTICE_MS must be a number from 0 to 600000/);
  });

  it("believes the proxies it is told, by count or by address", () => {
    expect([read({}).trustProxy, read({ TRUST_PROXY: "0" }).trustProxy, read({ TRUST_PROXY: "2" }).trustProxy]).toEqual([
      false,
      0,
      2,
    ]);
    for (const TRUST_PROXY of ["10.0.0.1", "loopback, 10.0.0.0/8,fd00::/8", "::1"]) {
      expect(read({ TRUST_PROXY }).trustProxy).toBe(TRUST_PROXY);
      express().set("trust proxy", TRUST_PROXY);
    }
    for (const TRUST_PROXY of ["true", "foo", "-1", "10.0.0.1,", "10.0.0.0/0", "10.0.0.0/33", "proxy.example.org"]) {
      expect(() => read({ TRUST_PROXY })).toThrow(SettingRefused);
      expect(() => read({ TRUST_PROXY })).toThrow(/TRUST_PROXY must be the number of proxies in front/);
    }
  });

  it("is told an address that links can be made of, and repeats no password in it", () => {
    expect(read({ DOMAIN_SERVER: "https://chat.example.org/patchbay/" }).publicUrl).toBe("https://chat.example.org/patchbay");
    for (const end of ["/?q=secret", "/#secret"])
      expect(() => read({ DOMAIN_SERVER: `https://chat.example.org${end}` })).toThrow(/^DOMAIN_SERVER must be an address alone/);
    const DOMAIN_SERVER = "https://ann:secret@chat.example.org";
    expect(() => read({ DOMAIN_SERVER })).toThrow(SettingRefused);
    expect(() => read({ DOMAIN_SERVER })).not.toThrow("secret");
  });

  it("takes names as names, and a proxy as an address", () => {
    const ALLOWED_HOSTS = "chat.example.org, Patchbay.example";
    expect(read({ ALLOWED_HOSTS }).allowedHosts).toEqual(["chat.example.org", "Patchbay.example"]);
    for (const host of ["https://chat.example.org", "chat.example.org:8443", "chat.example.org/x"])
      expect(() => read({ ALLOWED_HOSTS: `a.example,${host}` })).toThrow(`such as chat.example.org, not "${host}"`);
    expect(() => read({ ALLOWED_HOSTS: "m\u00fcller.example" })).toThrow("such as xn--mller-kva.example");
    for (const PROXY of ["", "http://proxy:3128", "socks5://u:p@proxy:1080", " https://proxy "]) read({ PROXY });
    for (const PROXY of ["foo", "proxy:3128", "u:secret@proxy", "ftp://proxy"]) {
      expect(() => read({ PROXY })).toThrow(/^PROXY must be an http, https or socks5 URL/);
      expect(() => read({ PROXY })).not.toThrow("secret");
    }
  });
});
