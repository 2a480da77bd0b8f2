// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is how the environment is written in a file
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../config/load-config.ts";
import { loadServers, serverX, short } from "./load.ts";

describe("loading a file", () => {
  it("leaves a bad server out and loads the others", () => {
    const { config, problems, brokenServers, isUsable } = loadServers(
      "good: {url: https://a.example/sse}\nbad:\n  comand: npx\n  args: []",
    );
    expect([...config.servers.keys()]).toEqual(["good"]);
    expect(brokenServers).toEqual(["bad"]);
    expect(isUsable).toBe(true);
    expect(problems.map(short)).toEqual([
      "error key-missing 4 /mcpServers/bad/command",
      "warning key-unknown 5 /mcpServers/bad/comand",
    ]);
    expect(problems[1]).toMatchObject({ file: "test.yaml", column: 5, server: "bad", suggestion: "did you mean `command`?" });
  });

  it("CFG-10: takes no and off for what they are in YAML 1.2, and says what to write", () => {
    const { problems, config } = loadServers(
      "a: {url: https://a.example, startup: no, chatMenu: off}\nb: {url: https://b.example, startup: 'false'}",
    );
    expect(config.servers.size).toBe(0);
    expect(problems.map(({ code, suggestion }) => `${code} ${suggestion}`)).toEqual([
      "yaml11-boolean write `startup: false`",
      "yaml11-boolean write `chatMenu: false`",
      "yaml11-boolean write `startup: false`",
    ]);
  });

  it("CFG-05: leaves out the second of two names that people or models cannot tell apart", () => {
    const { config, brokenServers } = loadServers(
      ["GitHub", "github", "g\u0456thub", "a b", "a_b"].map((name) => `"${name}": {url: https://a.example}`).join("\n"),
    );
    expect([...config.servers.keys()]).toEqual(["GitHub", "a_b"]);
    expect(brokenServers).toEqual(["github", "g\u0456thub", "a b"]);
  });

  it.each([
    "__proto__",
    "constructor",
    "prototype",
    "hasOwnProperty",
    "toString",
    ".",
    "..",
    "",
    "a/b",
    "a\\u0000b",
    "x".repeat(65),
  ])("CFG-06: refuses the server name %j", (name) => {
    const { config, problems } = loadServers(`"${name}": {url: https://a.example}\nok: {url: https://a.example}`);
    expect([...config.servers.keys()]).toEqual(["ok"]);
    expect(problems.filter(({ severity }) => severity === "error")).toHaveLength(1);
  });

  it("CFG-14: a server without transport is refused, with the place and the choices", () => {
    const { problems } = loadServers("x:\n  header: {A: b}\n  title: X");
    expect(problems.map(short)).toEqual(["error transport-unclear 3 /mcpServers/x/url"]);
  });

  it("CFG-15: a program with a url keeps the program and says that the url is ignored, as LibreChat does", () => {
    const { config, problems } = loadServers("x: {command: npx, args: [], url: https://a.example}");
    expect(config.servers.get("x")?.target.kind).toBe("stdio");
    expect(problems.map(short)).toEqual(["warning key-ignored 3 /mcpServers/x/url"]);
  });

  it("lists sections of other purpose once and refuses unknown ones without harm to the servers", () => {
    const { problems, config } = loadConfig(
      'version: "1"\ncache: true\nspeech: {}\nmcpServer: {}\nmcpServers: {a: {url: https://a.example}}',
      "f",
    );
    expect(problems.map(short)).toEqual(["warning section-not-used 2 /cache", "error key-unknown 4 /mcpServer"]);
    expect(problems[0]?.message).toBe("not used here: cache, speech");
    expect(problems[1]?.suggestion).toBe("did you mean `mcpServers`?");
    expect(config.servers.size).toBe(1);
  });

  it("ENV-07: refuses to hand the platform's own secrets to a server", () => {
    const names = ["CREDS_KEY", "JWT_SECRET", "JWT_REFRESH_SECRET", "MONGO_URI", "REDIS_URI", "CREDS_IV", "SESSION_SECRET"];
    for (const name of names) {
      const { problems, config } = loadServers(`a: {url: https://a.example, headers: {X: "\${${name}}"}}`, { [name]: "CANARY" });
      expect(problems.map(short)).toEqual(["error env-protected 3 /mcpServers/a/headers/X"]);
      expect(config.servers.size).toBe(0);
    }
  });

  it("ENV-14: names a variable that is not set, and keeps the server so that its state can say so", () => {
    const { problems, config } = loadServers('a: {url: https://a.example, headers: {X: "${NOT_SET}"}}');
    expect(problems.map(short)).toEqual(["warning env-missing 3 /mcpServers/a/headers/X"]);
    expect(config.servers.has("a")).toBe(true);
  });

  it("ENV-18: fills nothing into a command", () => {
    const { problems } = loadServers('a: {command: "{{CMD}}", args: [], customUserVars: {CMD: {title: t, description: d}}}');
    expect(problems.map(short)).toEqual(["error placeholder-not-here 3 /mcpServers/a/command"]);
  });

  it("uses nothing of a file whose list of allowed targets cannot be read: it would allow everything", () => {
    for (const list of [
      "allowedDomains: example.com",
      "allowedDomains: [1]",
      "allowedDomains: [a.example]\n  allowedDomains: [b.example]",
    ]) {
      const { isUsable, config } = loadConfig(
        `version: "1"\nmcpSettings:\n  ${list}\nmcpServers: {a: {url: https://a.example}}`,
        "f",
      );
      expect(isUsable, list).toBe(false);
      expect(config.servers.size).toBe(0);
      expect(config.settings.allowedDomains).not.toContain("a.example");
    }
  });

  it("is as strict as it can be where a restriction cannot be read", () => {
    const open = (sections: string) => {
      const { config, isUsable, problems } = loadConfig(
        `version: "1"\n${sections}\nmcpServers: {a: {url: https://a.example}}`,
        "f",
      );
      expect(isUsable, sections).toBe(false);
      expect(problems.map(({ severity }) => severity)).toContain("error");
      return {
        reaches: config.servers.has("a") || config.settings.allowedDomains.length === 0,
        creates: config.interface.create,
      };
    };
    for (const sections of [
      "mcpSettings: [a]",
      "mcpsettings: {allowedDomains: [b.example]}",
      "mcpSettings: {allowedDomain: [b.example]}",
    ])
      expect(open(sections), sections).toMatchObject({ reaches: false });
    for (const sections of [
      "interface: [b]",
      "interfaces: {mcpServers: {create: false}}",
      "interface: {mcpServers: false}",
      "interface: {mcpServer: {create: false}}",
      "interface: {mcpServers: {crate: false}}",
      "interface: {mcpServers: {create: no}}",
    ])
      expect(open(sections), sections).toMatchObject({ creates: false });
    const { config } = loadConfig(
      'version: "1"\nmcpSettings: {unpinnedPackages: refused}\nmcpServers: {a: {command: npx, args: ["-y", some-package]}}',
      "f",
    );
    expect(config.servers.size).toBe(0);
  });

  it("says which keys of open sections nobody reads, and what was meant", () => {
    const { problems } = loadConfig(
      'version: "1"\nendpoints: {costum: [], openAI: {}, agents: {toolApproval: {}}}\ninterface: {prompts: true, agents: true}',
      "f",
    );
    expect(problems.map(({ code, message, suggestion }) => `${code} ${suggestion ?? message}`)).toEqual([
      "key-unknown did you mean `custom`?",
      "section-not-used not used here: endpoints.openAI",
      "section-not-used not used here: endpoints.agents.toolApproval",
      "section-not-used not used here: interface.prompts, interface.agents",
    ]);
  });

  it("ENV-12 ENV-13: takes no server whose requests would carry the name of a value nobody declared", () => {
    const { problems, config } = loadServers(
      [
        'typo: {url: https://a.example, headers: {A: "Bearer {{TOKN}}"}, customUserVars: {TOKEN: {title: t, description: d}}}',
        'shell: {url: "https://a.example/${B:-c}"}',
        'program: {command: docker, args: ["--format", "{{.Names}}"]}',
      ].join("\n"),
    );
    expect(problems.map(short)).toEqual([
      "error placeholder-unknown 3 /mcpServers/typo/headers/A",
      "error placeholder-unknown 4 /mcpServers/shell/url",
      "warning placeholder-unknown 5 /mcpServers/program/args/1",
    ]);
    expect([...config.servers.keys()]).toEqual(["program"]);
  });

  it("says that an operator's API key is not there", () => {
    const { problems } = loadServers("a: {url: https://a.example, apiKey: {source: admin, authorization_type: bearer}}");
    expect(problems.map(short)).toEqual(["warning key-missing 3 /mcpServers/a/apiKey"]);
  });

  it("never shows a secret in a problem", () => {
    const secret = "sk-very-secret";
    const { problems } = loadServers(
      `a: {url: https://a.example, headers: {A: [${secret}]}, apiKey: {source: admin, authorization_type: ${secret}, key: 1}}`,
    );
    expect(problems.length).toBeGreaterThan(1);
    expect(JSON.stringify(problems)).not.toContain(secret);
  });

  it("changes the connection digest only for what a connection depends on", () => {
    const base = "url: https://a.example\nheaders: {A: b}";
    const digests = (body: string) => {
      const { connectionDigest, displayDigest } = serverX(body);
      return { connectionDigest, displayDigest };
    };
    const before = digests(base);
    expect(digests("headers: {A: b}\nurl: https://a.example")).toEqual(before);
    for (const display of ["title: T", "description: D", "iconPath: /i.svg", "chatMenu: false"]) {
      expect(digests(`${base}\n${display}`).connectionDigest).toBe(before.connectionDigest);
      expect(digests(`${base}\n${display}`).displayDigest).not.toBe(before.displayDigest);
    }
    expect(digests(`${base}\ntimeout: 5`).connectionDigest).not.toBe(before.connectionDigest);
  });

  it("HDR-05: tells of headers that another key sets too, in any case of their names", () => {
    const key = (more: string) => `apiKey: {source: admin, key: k, ${more}}`;
    const told: [string, string][] = [
      [`headers: {X-Key: a}, ${key("authorization_type: custom, custom_header: x-key")}`, "headers/X-Key"],
      [`headers: {authorization: a}, ${key("authorization_type: bearer")}`, "headers/authorization"],
      ["headers: {X-Run: a}, requestHeaders: {x-run: b}", "requestHeaders/x-run"],
      [`requestHeaders: {AUTHORIZATION: a}, ${key("authorization_type: basic")}`, "requestHeaders/AUTHORIZATION"],
    ];
    for (const [keys, path] of told) {
      const { problems, config } = loadServers(`a: {url: https://a.example, ${keys}}`);
      expect(problems.map(short)).toContain(`warning header-replaced 3 /mcpServers/a/${path}`);
      expect(config.servers.size).toBe(1);
    }
    const apart = "headers: {X-Run: a, X-Key: b}, requestHeaders: {X-Run: b}, apiKey: {source: user, authorization_type: bearer}";
    const { problems } = loadServers(`a: {url: https://a.example, ${apart}}`);
    expect(problems.filter(({ code }) => code === "header-replaced")).toEqual([]);
  });

  it("HDR-04: leaves the protocol's own headers out, and puts no key into one", () => {
    for (const name of ["Content-Encoding", "HTTP2-Settings", "DPoP", "Mcp-Param-Region", "Sec-WebSocket-Protocol", "Host"]) {
      const { problems, config } = loadServers(`a: {url: https://a.example, headers: {${name}: b}}`);
      expect(problems.map(short)).toEqual([`warning header-name 3 /mcpServers/a/headers/${name}`]);
      expect(config.servers.get("a")?.target).toMatchObject({ headers: {} });
      const apiKey = `{source: admin, key: k, authorization_type: custom, custom_header: ${name}}`;
      const refused = loadServers(`a: {url: https://a.example, apiKey: ${apiKey}}`);
      expect(refused.problems.map(short)).toEqual(["error header-name 3 /mcpServers/a/apiKey/custom_header"]);
    }
  });

  it("takes an empty OAuth client or secret for none", () => {
    const oauth = (written: string) => loadServers(`a: {url: https://a.example, oauth: {${written}}}`);
    const refused = oauth('client_id: "", client_secret: s, issuer: https://as.example');
    expect(refused.problems.map(short)).toEqual(["error oauth-incomplete 3 /mcpServers/a/oauth/client_secret"]);
    expect(refused.problems[0]?.found).toBe("no client_id");
    const machine = oauth('grant_type: client_credentials, client_id: c, client_secret: "", issuer: https://as.example');
    expect(machine.problems.map(short)).toEqual(["error oauth-incomplete 3 /mcpServers/a/oauth/grant_type"]);
    for (const written of ['client_secret: ""', 'client_id: "", client_secret: ""', 'client_id: c, client_secret: ""']) {
      const { problems, config } = oauth(written);
      expect(problems).toEqual([]);
      expect(config.servers.get("a")?.oauth?.clientSecret).toBeUndefined();
      expect(config.servers.get("a")?.oauth?.clientId?.source).toBe(written.includes("client_id: c") ? "c" : undefined);
    }
  });

  it("binds stored values to scheme, host and port as written", () => {
    expect(serverX("url: HTTPS://A.example:443/x?y").credentialOrigin).toBe("https://a.example");
    expect(serverX("type: sse\nurl: ${HOST}/sse").credentialOrigin).toBe("${HOST}");
    expect(serverX("command: npx\nargs: []").credentialOrigin).toBe("stdio:npx");
  });
});

describe("what a problem tells to do next", () => {
  const told = (servers: string, env: Record<string, string> = {}) =>
    loadServers(servers, env).problems.map(({ code, message, expected, suggestion }) => ({
      code,
      message,
      expected,
      suggestion,
    }));

  it("names a place in a list, and the text that would be right there", () => {
    expect(told("a: {command: node, args: [8080]}")).toMatchObject([
      { message: "`args[0]` cannot have this value", suggestion: 'write `"8080"`' },
    ]);
  });

  it("says of a placeholder without quotes what it is missing", () => {
    expect(told("a: {url: https://a.example, headers: {X-Key: {{API_KEY}}}}")).toContainEqual(
      expect.objectContaining({ code: "yaml-key", suggestion: expect.stringContaining('"{{NAME}}"') }),
    );
  });

  it("says where to look for what is wrong with the YAML", () => {
    for (const servers of ["a:\n   url: https://a.example\n  b: {}", "a: {command: node, args: [x}", "a:\n  url\n  b: c"])
      for (const { expected, suggestion } of told(servers)) expect([expected, suggestion], servers).not.toContain(undefined);
  });

  it("knows a reference to the environment that is not quite one", () => {
    const env = { TOKEN: "t" };
    expect(told('a: {url: https://a.example, headers: {X: "${ TOKEN }"}}', env)).toMatchObject([
      { code: "placeholder-misspelt", expected: "${TOKEN}" },
    ]);
    expect(told('a: {url: https://a.example, headers: {X: "Bearer $TOKEN"}}', env)).toMatchObject([
      { code: "placeholder-misspelt", expected: "${TOKEN}" },
    ]);
    expect(told('a: {url: https://a.example, headers: {X: "pa$TOKEN", Y: "$OTHER"}}', env)).toEqual([]);
  });
});
