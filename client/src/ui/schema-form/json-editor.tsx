import { Textarea } from "@mantine/core";

interface JsonEditorProps {
  text: string;
  error: string | null;
  disabled: boolean;
  onChange(text: string): void;
}

/** The arguments as they are sent. */
export function JsonEditor({ text, error, disabled, onChange }: JsonEditorProps) {
  return (
    <Textarea
      label="Arguments as JSON"
      autosize
      minRows={6}
      maxRows={24}
      spellCheck={false}
      disabled={disabled}
      error={error}
      value={text}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 13, lineHeight: 1.55 } }}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

export type ParsedArguments = { ok: true; value: Record<string, unknown> } | { ok: false; error: string };

export function parseArguments(text: string): ParsedArguments {
  try {
    const value: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return { ok: false, error: "Must be an object: { … }" };
    return { ok: true, value: value as Record<string, unknown> };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : "This is not JSON." };
  }
}
