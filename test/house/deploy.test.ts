import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DCLinter } from "dclint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { parseKeys } from "../../api/storage/key-file.ts";
import { loadConfig } from "../../config/load-config.ts";
import type { RouteSpec } from "../../schemas/routes/route-spec.ts";
import { ROUTES } from "../../schemas/routes/routes.ts";
import { type Manifest, readManifests, schemaFaults, unknownFields } from "./kubernetes-manifests.ts";
import { readUnit } from "./systemd-unit.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const text = (path: string) => readFileSync(join(ROOT, path), "utf8");
/** What an orderly end takes at most, after the notice: `MAX_END_MS` of api/shutdown.ts. */
const END_SECONDS = 40;
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSWORD|URI/;

interface LintResult {
  messages: { type: string; message: string }[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "patchbay-deploy-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the compose file", () => {
  const compose = parse(text("docs/deploy/compose.yaml"), { merge: true });
  const { patchbay, mongo } = compose.services;

  it("follows the compose specification", () => {
    const rules = { "no-build-and-image": 0 as const };
    const faultsOf = (path: string) =>
      new DCLinter({ rules, quiet: true, debug: false, exclude: [] })
        .lintFiles([path], false)
        .flatMap(({ messages }: LintResult) => messages.filter(({ type }) => type === "error").map(({ message }) => message));
    expect(faultsOf(join(ROOT, "docs/deploy/compose.yaml"))).toEqual([]);
    const wrong = join(folder, "compose.yaml");
    writeFileSync(wrong, text("docs/deploy/compose.yaml").replace("restart:", "restrt:"));
    expect(faultsOf(wrong).join()).toMatch(/additional propert/i);
  });

  it("keeps the database on a network of its own that leads nowhere, and waits until it is healthy", () => {
    expect(mongo.ports).toBeUndefined();
    expect(mongo.networks).toEqual(["database"]);
    expect(compose.networks.database.internal).toBe(true);
    expect(patchbay.depends_on.mongo.condition).toBe("service_healthy");
    expect(mongo.healthcheck.test[0]).toBe("CMD");
    expect(patchbay.ports).toEqual(["127.0.0.1:3080:3080"]);
  });

  it("hands secrets over by file only", () => {
    const named = [patchbay, mongo]
      .flatMap(({ environment }) => Object.keys(environment))
      .filter((name) => SECRET_NAME.test(name));
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter((name) => !name.endsWith("_FILE"))).toEqual([]);
    const used = [...patchbay.secrets, ...mongo.secrets].sort();
    expect(used).toEqual(Object.keys(compose.secrets).sort());
  });

  it("gives both no right they do not need, and time to end", () => {
    for (const service of [patchbay, mongo]) {
      expect(service).toMatchObject({ cap_drop: ["ALL"], security_opt: ["no-new-privileges:true"] });
      expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThan(END_SECONDS);
    }
    expect(patchbay.read_only).toBe(true);
  });

  it("comes with a script that makes its secrets once, fit to be read by nobody else", () => {
    copyFileSync(join(ROOT, "docs/deploy/make-secrets.sh"), join(folder, "make-secrets.sh"));
    const make = () => execFileSync("sh", [join(folder, "make-secrets.sh")], { encoding: "utf8" });
    expect(make().match(/^made /gm)).toHaveLength(4);
    const secret = (name: string) => readFileSync(join(folder, "secrets", name), "utf8");
    const files = Object.values(compose.secrets as Record<string, { file: string }>).map(({ file }) =>
      file.replace("secrets/", ""),
    );
    expect(readdirSync(join(folder, "secrets")).sort()).toEqual(files.sort());
    const key = secret("creds_key");
    expect(parseKeys(key, "creds_key").map(({ length }) => length)).toEqual([32]);
    expect(secret("mongo_uri")).toContain(`:${secret("mongo_password").trim()}@mongo:27017/`);
    expect(secret("metrics_token").trim().length).toBeGreaterThanOrEqual(16);
    expect(statSync(join(folder, "secrets")).mode & 0o777).toBe(0o700);
    for (const name of ["creds_key", "mongo_uri", "metrics_token"])
      expect(statSync(join(folder, "secrets", name)).mode & 0o777).toBe(0o600);
    expect(make()).not.toContain("made");
    expect(secret("creds_key")).toBe(key);
  });
});

describe("the Kubernetes manifests", () => {
  const place = "docs/deploy/kubernetes";
  const files = readdirSync(join(ROOT, place)).filter((name) => name !== "kustomization.yaml");
  const manifests = files.flatMap((name) => readManifests(text(`${place}/${name}`)));
  const set = manifests.find(({ kind }) => kind === "StatefulSet") as unknown as StatefulSet;
  const { spec: pod } = set.spec.template;
  const container = pod.containers[0] ?? ({} as Container);

  it("follow Kubernetes' own schemas, with no field it does not know", () => {
    expect(manifests.flatMap(schemaFaults)).toEqual([]);
    expect(unknownFields(manifests)).toEqual([]);
    const service = (spec: object): Manifest => ({ apiVersion: "v1", kind: "Service", metadata: { name: "x" }, spec });
    expect(schemaFaults(service({ ports: [{ port: "http" }] })).join()).toContain("port");
    expect(unknownFields([service({ selektor: {} })]).join()).toContain("selektor");
  });

  it("are applied together, but for the Secret's example", () => {
    const { resources } = parse(text(`${place}/kustomization.yaml`));
    expect([...resources, "secret.example.yaml"].sort()).toEqual(files.sort());
    expect(manifests.every(({ metadata }) => metadata.name === "patchbay")).toBe(true);
  });

  it("run one pod as nobody, on a file system it cannot write", () => {
    expect(set.spec.replicas).toBe(1);
    expect(pod.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 1000, fsGroup: 1000 });
    expect(container.securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(container.resources.limits.memory).toBeDefined();
  });

  it("ask for health where it is told, restart for life alone, and give it time to end", () => {
    const paths = [container.startupProbe, container.livenessProbe, container.readinessProbe].map(({ httpGet }) => httpGet.path);
    expect(paths).toEqual(["/health/live", "/health/live", "/health/ready"]);
    const notice = Number(container.env.find(({ name }) => name === "DRAIN_NOTICE_MS")?.value) / 1_000;
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(END_SECONDS + notice);
    const { periodSeconds = 10, failureThreshold = 3 } = container.readinessProbe;
    expect(notice).toBeGreaterThanOrEqual(periodSeconds * failureThreshold);
  });

  it("hand over each secret as a plain file of the Secret, and the configuration as a folder", () => {
    const example = manifests.find(({ kind }) => kind === "Secret") as unknown as { stringData: object };
    const mounts = container.volumeMounts.filter(({ name }) => name === "secrets");
    expect(mounts.map(({ subPath }) => subPath).sort()).toEqual(Object.keys(example.stringData).sort());
    const byFile = container.env.filter(({ name }) => SECRET_NAME.test(name));
    expect(byFile.map(({ value }) => value).sort()).toEqual(mounts.map(({ mountPath }) => mountPath).sort());
    expect(container.volumeMounts.find(({ name }) => name === "config")?.subPath).toBeUndefined();
  });

  it("carry a configuration that loads, and no key that would be taken for a real one", () => {
    const config = manifests.find(({ kind }) => kind === "ConfigMap") as unknown as { data: Record<string, string> };
    expect(loadConfig(config.data["librechat.yaml"] ?? "", "librechat.yaml").problems).toEqual([]);
    const example = manifests.find(({ kind }) => kind === "Secret") as unknown as { stringData: Record<string, string> };
    expect(() => parseKeys(example.stringData["creds-key"] ?? "", "the example")).toThrow(/64 hex digits/);
  });
});

interface Container {
  env: { name: string; value?: string }[];
  securityContext: object;
  resources: { limits: Record<string, string> };
  volumeMounts: { name: string; mountPath: string; subPath?: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}
interface Probe {
  httpGet: { path: string };
  periodSeconds?: number;
  failureThreshold?: number;
}
interface StatefulSet {
  spec: {
    replicas: number;
    template: {
      spec: {
        containers: Container[];
        securityContext: object;
        automountServiceAccountToken: boolean;
        terminationGracePeriodSeconds: number;
      };
    };
  };
}

describe("the proxies in front", () => {
  it("let everything through that the product takes", () => {
    const largest = Math.max(...Object.values<RouteSpec>(ROUTES).map(({ maxBodyBytes = 0 }) => maxBodyBytes));
    const ingress = parse(text("docs/deploy/kubernetes/ingress.yaml")).metadata;
    const limits = {
      ingress: ingress.annotations["nginx.ingress.kubernetes.io/proxy-body-size"],
      nginx: /client_max_body_size (\w+);/.exec(text("docs/deploy/nginx.conf"))?.[1],
      below: /client_max_body_size (\w+);/.exec(text("docs/deploy/nginx-below-a-path.conf"))?.[1],
    };
    expect(largest).toBe(24 * 1024 * 1024);
    for (const [where, limit] of Object.entries(limits)) {
      expect(limit, where).toMatch(/^\d+m$/);
      expect(Number.parseInt(limit ?? "", 10) * 1024 * 1024, where).toBeGreaterThan(largest);
    }
  });
});

describe("the systemd unit", () => {
  const unit = readUnit(text("docs/deploy/patchbay.service"));
  const service = unit.Service ?? {};

  it("starts the product as its own user, with one folder to write to and the key as a credential", () => {
    expect(service).toMatchObject({
      User: ["patchbay"],
      StateDirectory: ["patchbay"],
      LoadCredential: ["creds-key:/etc/patchbay/creds-key"],
      ProtectSystem: ["strict"],
      NoNewPrivileges: ["yes"],
      CapabilityBoundingSet: [""],
      KillMode: ["mixed"],
      OOMPolicy: ["continue"],
    });
    expect(service.Environment?.join(" ")).toContain("CREDS_KEY_FILE=%d/creds-key");
    expect(Number(service.TimeoutStopSec?.[0])).toBeGreaterThan(END_SECONDS);
    expect(() => readUnit("[Service]\nExecStart\n")).toThrow("not a setting: ExecStart");
  });

  it("is a unit that systemd takes, and calls well enclosed, where there is one to ask", () => {
    const analyze = (...args: string[]) => spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(Object.keys(unit)).toEqual(["Unit", "Service", "Install"]);
    if (analyze("--version").status !== 0) return;
    const path = join(folder, "patchbay.service");
    // This machine's Node stands where the unit's would.
    const here = text("docs/deploy/patchbay.service").replace("ExecStart=/usr/bin/node", `ExecStart=${process.execPath}`);
    writeFileSync(path, here);
    expect(analyze("verify", path).stderr).toBe("");
    expect(analyze("security", "--offline=true", "--threshold=20", path).status).toBe(0);
    writeFileSync(path, here.replace("KillMode=mixed", "KilMode=mixed"));
    expect(analyze("verify", path).stderr).toContain("KilMode");
  });
});
