import { Autocomplete } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { ApiError } from "../../../lib/api-client.ts";
import { ForeignText } from "../../../ui/foreign-text.tsx";
import { visibleString } from "../../../ui/visible-text.ts";
import { type CompletionRef, completeArgument } from "./attach-api.ts";

interface CompletedInputProps {
  server: string;
  /** Whose argument this is. */
  of: CompletionRef;
  name: string;
  description?: string;
  required: boolean;
  /** All arguments as they stand, this one's too. */
  values: Readonly<Record<string, string>>;
  onChange(value: string): void;
}

/** Somebody who types quickly asks once. */
const PAUSE_MS = 180;

/** One argument, with what the server proposes for it. A server that proposes nothing leaves a plain field. */
export function CompletedInput({ server, of, name, description = "", required, values, onChange }: CompletedInputProps) {
  const value = values[name] ?? "";
  const [proposed, setProposed] = useState<readonly string[]>([]);
  const [focused, setFocused] = useState(false);
  const silent = useRef(false);
  const question = JSON.stringify([server, of, values]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `question` holds all of what is asked
  useEffect(() => {
    if (!focused || silent.current) return;
    const abort = new AbortController();
    const context = Object.fromEntries(Object.entries(values).filter(([key, given]) => key !== name && given !== ""));
    const timer = setTimeout(() => {
      completeArgument(server, { ref: of, argument: { name, value }, context }, abort.signal).then(
        setProposed,
        (error: unknown) => {
          // Proposals are a help: without them the field is as good as any.
          silent.current = error instanceof ApiError && error.code === "NOT_OFFERED";
          if (!abort.signal.aborted) setProposed([]);
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [question, focused]);

  return (
    <Autocomplete
      label={visibleString(name)}
      description={description === "" ? undefined : visibleString(description.slice(0, 500))}
      required={required}
      value={value}
      // The server has looked for what fits already.
      filter={({ options }) => options}
      data={[...proposed]}
      renderOption={({ option }) => <ForeignText maxLength={200}>{option.value}</ForeignText>}
      maxDropdownHeight={220}
      onChange={onChange}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
    />
  );
}
