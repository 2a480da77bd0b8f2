import type { EnvironmentValues } from "../../config/environment/environment.ts";

/** Where in what the provider says roles stand, and which of them count. */
export interface RoleRule {
  /** One of these is enough. */
  readonly roles: readonly string[];
  readonly path: readonly string[];
  readonly source: "id" | "access" | "userinfo";
}

/** Signing in to the platform by an OpenID provider, as the operator wants it. */
export interface OpenIdSettings {
  readonly issuer: string;
  readonly clientId: string;
  /** Null for a public client. */
  readonly clientSecret: string | null;
  readonly scope: string;
  /** The path browsers come back to. */
  readonly callbackPath: string;
  readonly label: string;
  /** Beside the label; null for none. */
  readonly image: string | null;
  readonly autoRedirect: boolean;
  readonly keepsTokens: boolean;
  readonly audience: string | null;
  readonly claims: { readonly name: string | null; readonly username: string; readonly email: string };
  readonly requiredRole: RoleRule | null;
  readonly adminRole: RoleRule | null;
  readonly endsSessionThere: boolean;
  readonly makesAccounts: boolean;
  readonly trustsEmail: boolean;
}

export const CALLBACK_PATH = "/oauth/openid/callback";

type Settings = { readonly settings: OpenIdSettings | null; readonly faults: readonly string[] };

/** Null when no provider is wanted, or what is written cannot be used: `faults` then say why. */
export function openIdSettings(values: EnvironmentValues): Settings {
  const { OPENID_ISSUER: issuer, OPENID_CLIENT_ID: clientId, OPENID_CALLBACK_URL: callbackPath } = values;
  if (issuer === null && clientId === null) return { settings: null, faults: [] };
  const faults: string[] = [];
  if (issuer === null || !isSecure(issuer))
    faults.push("OPENID_ISSUER must be an https URL (http on this machine); nobody can sign in by OpenID");
  if (clientId === null) faults.push("OPENID_CLIENT_ID is not set; nobody can sign in by OpenID");
  if (!/^\/[\w\-./]*$/.test(callbackPath))
    faults.push("OPENID_CALLBACK_URL must be a path of this platform, such as /oauth/openid/callback");
  if (!values.OPENID_SCOPE.split(" ").includes("openid"))
    faults.push("OPENID_SCOPE must contain openid; nobody can sign in by OpenID");
  const kinds = [values.OPENID_REQUIRED_ROLE_TOKEN_KIND, values.OPENID_ADMIN_ROLE_TOKEN_KIND];
  if (kinds.some((kind) => !isSource(kind))) faults.push("OPENID_…_ROLE_TOKEN_KIND must be id, access or userinfo");
  if (faults.length > 0 || issuer === null || clientId === null) return { settings: null, faults };
  return {
    faults,
    settings: {
      issuer,
      clientId,
      callbackPath,
      clientSecret: values.OPENID_CLIENT_SECRET,
      scope: values.OPENID_SCOPE,
      label: values.OPENID_BUTTON_LABEL,
      image: values.OPENID_IMAGE_URL,
      autoRedirect: values.OPENID_AUTO_REDIRECT,
      keepsTokens: values.OPENID_REUSE_TOKENS,
      audience: values.OPENID_AUDIENCE,
      claims: {
        name: values.OPENID_NAME_CLAIM,
        username: values.OPENID_USERNAME_CLAIM ?? "preferred_username",
        email: values.OPENID_EMAIL_CLAIM ?? "email",
      },
      requiredRole: ruleOf({
        roles: values.OPENID_REQUIRED_ROLE,
        path: values.OPENID_REQUIRED_ROLE_PARAMETER_PATH,
        source: values.OPENID_REQUIRED_ROLE_TOKEN_KIND,
      }),
      adminRole: ruleOf({
        roles: values.OPENID_ADMIN_ROLE,
        path: values.OPENID_ADMIN_ROLE_PARAMETER_PATH,
        source: values.OPENID_ADMIN_ROLE_TOKEN_KIND,
      }),
      endsSessionThere: values.OPENID_USE_END_SESSION_ENDPOINT,
      makesAccounts: values.ALLOW_SOCIAL_REGISTRATION,
      trustsEmail: values.OPENID_TRUST_EMAIL,
    },
  };
}

function ruleOf({ roles, path, source }: { roles: string | null; path: string; source: string }): RoleRule | null {
  const wanted = (roles ?? "").split(",").flatMap((role) => role.trim() || []);
  return wanted.length === 0 || !isSource(source) ? null : { roles: wanted, path: path.split("."), source };
}

function isSource(text: string): text is RoleRule["source"] {
  return text === "id" || text === "access" || text === "userinfo";
}

function isSecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === "https:" || (protocol === "http:" && isLoopback(hostname));
}

export const isLoopback = (hostname: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
