/** Every problem a configuration can have, by its stable code, with the sentence that explains it. */
export const PROBLEM_CODES = {
  // the file
  "file-unreadable": "The file could not be read: it is missing, not a regular file, or not readable for this process.",
  "file-too-large": "The file is larger than the limit.",
  "file-writable": "Others can write this file, or put another in its place; whoever can do that can run programs here.",
  "not-utf8": "The file is not UTF-8 text.",
  "yaml-syntax": "The text is not valid YAML.",
  "yaml-tab": "YAML indents with spaces, never with tabs.",
  "yaml-duplicate-key": "One key is written twice; neither is used.",
  "yaml-alias": "An alias names an anchor that is not there, or contains itself.",
  "yaml-too-big": "Aliases or nesting make the document larger than the limit.",
  "yaml-tag": "Tags such as !!js/function are not accepted.",
  "yaml-key": "A key must be plain text.",
  "root-not-map": "The file must be a mapping of sections.",
  internal: "A fault of Patchbay itself kept it from reading the file; what is in force stays.",

  // keys and values
  "key-unknown": "A key that nothing reads; it was left out.",
  "key-missing": "A key that must be there is missing.",
  "key-not-supported": "The key is accepted and has no effect in this version.",
  "key-ignored": "The key has no meaning beside the others and was left out.",
  "section-not-used": "Sections of LibreChat that this product does not use.",
  "value-type": "The value has the wrong type.",
  "value-invalid": "The value is not one of those accepted here.",
  "yaml11-boolean": "YAML 1.2 reads yes, no, on and off as text; write true or false.",
  "url-invalid": "The value is not a usable URL.",
  "oauth-incomplete": "OAuth client credentials are only usable as a complete set.",
  "address-invalid": "An entry of allowedAddresses must be a private host:port pair.",

  // servers
  "name-reserved": "The server's name cannot be used.",
  "name-taken": "The name looks like that of another server.",
  "transport-unclear": "The entry says neither which program to start nor which URL to reach.",
  "header-name": "Not a header name, or one that belongs to the protocol.",
  "header-replaced": "The header is set by another key as well, and that one counts.",
  "header-text": "Header values can carry Latin text only.",
  "user-var-name": "The name cannot be used for a user variable.",
  "path-relative": "A relative path, where there is no folder it could be below.",
  "package-unpinned":
    "The program is a package without an exact version: whatever its maker publishes next runs here at the next start.",
  "not-for-users": "The key is for the operator's file only.",

  // templates
  "template-syntax": "Only plain {{NAME}} is filled in; helpers, blocks, partials and other Handlebars syntax are not.",
  "template-too-long": "A text with placeholders is longer than the limit.",
  "placeholder-unknown":
    "The name is not declared and belongs to no family: an error where a server is asked over the network; a program gets the text as it stands.",
  "placeholder-misspelt": "Almost a known placeholder; as written it would be sent as text.",
  "placeholder-not-here": "Placeholders are not filled in at this place.",
  "env-missing": "The environment variable is not set.",
  "env-protected": "The platform's own secrets are never handed to a server.",
  "secret-to-users-host": "A secret of the operator's would go to an address whose host a user enters.",

  // reload
  "reload-pending": "The change removes most servers and waits for an admin to confirm it.",
  "reload-refused": "The file in force was kept because the new one cannot be used.",
} as const satisfies Record<string, string>;

export type ProblemCode = keyof typeof PROBLEM_CODES;
