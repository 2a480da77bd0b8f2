import type { IncomingMessage, ServerResponse } from "node:http";
import type { Provider } from "oidc-provider";
import type { Person } from "./people.ts";
import { consentPage, page, peoplePage, sendPage } from "./sign-in-pages.ts";

type Step = Awaited<ReturnType<Provider["interactionDetails"]>>;
/** What is not allowed yet, as the provider's policy tells it. */
interface Missing {
  readonly missingOIDCScope?: readonly string[];
  readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>;
}

const MAX_FORM_BYTES = 4096;

/** What a person sees and decides at `/sign-in/<id>`: who they are, then what they allow. Bound to their browser by cookies. */
export function signInSteps(provider: Provider, people: readonly Person[]) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const step = await provider.interactionDetails(request, response).catch(() => null);
    if (step === null)
      return sendPage(response, 400, page("This page is too old", ["Go back to where you came from and begin again."]));
    const action = `/sign-in/${step.uid}`;
    if (request.method !== "POST") return sendPage(response, 200, await shown(step, action));
    const form = await formOf(request);
    const result = step.prompt.name === "login" ? loginOf(form) : await consentOf(step, form);
    if (result === null) return sendPage(response, 400, await shown(step, action));
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: step.prompt.name !== "login" });
  };

  async function shown(step: Step, action: string): Promise<string> {
    const person = personOf(step);
    if (step.prompt.name === "login" || person === undefined) return peoplePage(people, action);
    const params = step.params as Record<string, string>;
    const client = await provider.Client.find(params.client_id ?? "");
    const { missingOIDCScope = [], missingResourceScopes = {} } = step.prompt.details as Missing;
    const asked = new Set([...missingOIDCScope, ...Object.values(missingResourceScopes).flat()]);
    const { allowed, beyond } = halves([...asked], person);
    const again = new URLSearchParams({ ...params, prompt: "login" });
    const host = new URL(params.redirect_uri ?? "").host;
    return consentPage({
      person,
      client: client?.clientName ?? host,
      host,
      allowed,
      beyond,
      action,
      someoneElse: `/auth?${again}`,
    });
  }

  function personOf({ session }: Step): Person | undefined {
    return people.find(({ id }) => id === session?.accountId);
  }

  function loginOf(form: URLSearchParams) {
    const person = people.find(({ id }) => id === form.get("person"));
    return person === undefined ? null : { login: { accountId: person.id } };
  }

  async function consentOf(step: Step, form: URLSearchParams) {
    const person = personOf(step);
    if (form.get("answer") === "deny") return { error: "access_denied", error_description: "The person said no." };
    if (form.get("answer") !== "allow" || person === undefined) return null;
    const { missingOIDCScope = [], missingResourceScopes = {} } = step.prompt.details as Missing;
    const kept = step.grantId === undefined ? undefined : await provider.Grant.find(step.grantId);
    const grant = kept ?? new provider.Grant({ accountId: person.id, clientId: String(step.params.client_id) });
    const own = halves(missingOIDCScope, person);
    grant.addOIDCScope(own.allowed.join(" "));
    grant.rejectOIDCScope(own.beyond.join(" "));
    for (const [resource, scopes] of Object.entries(missingResourceScopes)) {
      const { allowed, beyond } = halves(scopes, person);
      grant.addResourceScope(resource, allowed.join(" "));
      grant.rejectResourceScope(resource, beyond.join(" "));
    }
    return { consent: { grantId: await grant.save() } };
  }
}

/** What is in this person's power, and what is not. */
function halves(scopes: readonly string[], person: Person) {
  const mayGive = (scope: string) => isAboutIdentity(scope) || person.scopes.includes(scope);
  return { allowed: scopes.filter(mayGive), beyond: scopes.filter((scope) => !mayGive(scope)) };
}

const isAboutIdentity = (scope: string): boolean => !scope.includes(":");

async function formOf(request: IncomingMessage): Promise<URLSearchParams> {
  let text = "";
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > MAX_FORM_BYTES) return new URLSearchParams();
  }
  return new URLSearchParams(text);
}
