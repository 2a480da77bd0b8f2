import { createHash, randomBytes } from "node:crypto";
import type { FlowRecord } from "../ports/flow-store.ts";
import type { SealContext, SecretBox } from "../ports/secret-box.ts";
import type { OAuthClient } from "./oauth-client.ts";
import type { Place } from "./place.ts";

/** What only the one who began a sign-in may know, until it ends. */
export interface FlowSecrets {
  readonly authorizationUrl: string;
  readonly verifier: string;
  readonly redirectUri: string;
  readonly client: OAuthClient;
  readonly place: Place;
  /** What was asked for. */
  readonly scopes: readonly string[];
  /** Where the tokens may be sent. */
  readonly origin: string;
}

export const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
/** 256 bits in letters that need no escaping. */
export const randomText = () => randomBytes(32).toString("base64url");

export interface FlowVault {
  seal(flow: Pick<FlowRecord, "id" | "userId" | "server">, secrets: FlowSecrets): FlowRecord["sealed"];
  /** Null for a flow that has ended. */
  open(flow: FlowRecord): FlowSecrets | null;
}

export function flowVault(box: SecretBox): FlowVault {
  const contextOf = ({ id, userId, server }: Pick<FlowRecord, "id" | "userId" | "server">): SealContext => ({
    purpose: "flow",
    userId,
    server,
    origin: "",
    name: id,
  });
  return {
    seal: (flow, secrets) => box.seal(contextOf(flow), JSON.stringify(secrets)),
    open(flow) {
      const plain = flow.sealed === null ? null : box.open(contextOf(flow), flow.sealed);
      return plain === null ? null : (JSON.parse(plain) as FlowSecrets);
    },
  };
}
