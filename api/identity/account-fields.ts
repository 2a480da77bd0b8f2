import { hidesCharacters } from "../../schemas/hidden-characters.ts";
import { AppError } from "../errors/app-error.ts";
import { MAX_PASSWORD_BYTES } from "./passwords.ts";

const MIN_PASSWORD_CHARACTERS = 10;
const MAX_NAME_CHARACTERS = 100;
const MAX_EMAIL_CHARACTERS = 254;
/** A sign-in name, not a postal check: one `@`, something on both sides, nothing invisible. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

type Detail = { path: string; expected: string };

/** The one spelling under which an account is found. */
export function signInName(email: string): string {
  return email.trim().normalize("NFKC").toLowerCase();
}

/** Throws one REQUEST_INVALID that names every field that breaks a rule; never repeats what was entered. */
export function checkAccountFields(fields: { email?: string; name?: string; password?: { text: string; email: string } }): void {
  const { email, name, password } = fields;
  const details = [
    ...(email === undefined ? [] : emailFaults(email)),
    ...(name === undefined ? [] : nameFaults(name)),
    ...(password === undefined ? [] : passwordFaults(password.text, password.email)),
  ];
  if (details.length > 0) throw invalid(details);
}

/** The password rules alone, for a field of another name. */
export function checkNewPassword(path: string, text: string, email: string): void {
  const details = passwordFaults(text, email).map(({ expected }) => ({ path, expected }));
  if (details.length > 0) throw invalid(details);
}

export function invalid(details: readonly Detail[]): AppError {
  const said = details.map(({ path, expected }) => `${path.slice(1)} must be ${expected}`).join("; ");
  return new AppError("REQUEST_INVALID", `${said}.`, { details });
}

function emailFaults(email: string): Detail[] {
  const isRight = email.length <= MAX_EMAIL_CHARACTERS && EMAIL.test(signInName(email)) && !hidesCharacters(signInName(email));
  return isRight ? [] : [{ path: "/email", expected: "an e-mail address" }];
}

function nameFaults(name: string): Detail[] {
  const { length } = name.trim();
  const isRight = length > 0 && length <= MAX_NAME_CHARACTERS && !hidesCharacters(name);
  return isRight ? [] : [{ path: "/name", expected: `1 to ${MAX_NAME_CHARACTERS} visible characters` }];
}

function passwordFaults(text: string, email: string): Detail[] {
  const path = "/password";
  if ([...text].length < MIN_PASSWORD_CHARACTERS) return [{ path, expected: `at least ${MIN_PASSWORD_CHARACTERS} characters` }];
  if (Buffer.byteLength(text, "utf8") > MAX_PASSWORD_BYTES) return [{ path, expected: `at most ${MAX_PASSWORD_BYTES} bytes` }];
  if (signInName(text) === signInName(email)) return [{ path, expected: "something else than the e-mail address" }];
  return [];
}
