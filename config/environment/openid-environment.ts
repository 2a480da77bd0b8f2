/** LibreChat's environment variables for signing in to the platform by an OpenID provider; those at the end are ours. */
export const OPENID_ENVIRONMENT = {
  OPENID_ISSUER: {
    default: null,
    description: "The OpenID provider people sign in to this platform by; its discovery document is looked for there.",
  },
  OPENID_CLIENT_ID: { default: null, description: "How the provider knows this platform." },
  OPENID_CLIENT_SECRET: {
    default: null,
    description: "The client's secret, or OPENID_CLIENT_SECRET_FILE; a public client has none.",
  },
  OPENID_SCOPE: {
    default: "openid profile email",
    description: "What the provider is asked for; offline_access for tokens that renew themselves.",
  },
  OPENID_CALLBACK_URL: { default: "/oauth/openid/callback", description: "The path the provider sends browsers back to." },
  OPENID_BUTTON_LABEL: { default: "Continue with OpenID", description: "The button on the sign-in page." },
  OPENID_IMAGE_URL: {
    default: null,
    description: "A small picture on that button: an https address, or a path of this platform.",
  },
  OPENID_AUTO_REDIRECT: {
    default: false,
    description: "Go to the provider without a press of the button, but not after signing out.",
  },
  OPENID_REUSE_TOKENS: {
    default: false,
    description: "Keep the provider's tokens, sealed, for {{LIBRECHAT_OPENID_*}}, {{LIBRECHAT_GRAPH_ACCESS_TOKEN}} and `obo`.",
  },
  OPENID_AUDIENCE: { default: null, description: "An `audience` parameter for the provider's sign-in page." },
  OPENID_NAME_CLAIM: {
    default: null,
    description: "The claim with a person's name. Without it: name, or given and family name.",
  },
  OPENID_USERNAME_CLAIM: {
    default: null,
    description: "The claim behind {{LIBRECHAT_USER_USERNAME}}. Without it: preferred_username.",
  },
  OPENID_EMAIL_CLAIM: { default: null, description: "The claim with the e-mail address. Without it: email." },
  OPENID_REQUIRED_ROLE: {
    default: null,
    description: "Only people with this role, or one of several with commas between them, may sign in.",
  },
  OPENID_REQUIRED_ROLE_PARAMETER_PATH: { default: "roles", description: "Where roles stand, for example realm_access.roles." },
  OPENID_REQUIRED_ROLE_TOKEN_KIND: { default: "id", description: "In which token: id, access or userinfo." },
  OPENID_ADMIN_ROLE: {
    default: null,
    description: "People with this role are admins, others who sign in by the provider are not.",
  },
  OPENID_ADMIN_ROLE_PARAMETER_PATH: { default: "roles", description: "As for the required role." },
  OPENID_ADMIN_ROLE_TOKEN_KIND: { default: "id", description: "As for the required role." },
  OPENID_USE_END_SESSION_ENDPOINT: { default: false, description: "Signing out here signs out at the provider, too." },
  ALLOW_SOCIAL_REGISTRATION: {
    default: false,
    description: "People whom the provider knows and nobody invited get an account at their first sign-in.",
  },
  OPENID_TRUST_EMAIL: {
    default: false,
    description: "The provider's e-mail addresses are its own to give, though it does not call them verified (Entra ID).",
  },
} as const;
