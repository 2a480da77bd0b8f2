import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { Play } from "lucide-react";
import { lazy, type ReactNode, Suspense, useId, useMemo, useState } from "react";
import { ErrorBoundary } from "../error-boundary.tsx";
import { formSchema } from "./form-schema.ts";
import { JsonEditor, parseArguments } from "./json-editor.tsx";
import classes from "./tool-arguments.module.css";

const SchemaForm = lazy(() => import("./schema-form.tsx").then(({ SchemaForm }) => ({ default: SchemaForm })));

interface ToolArgumentsProps {
  inputSchema: Record<string, unknown>;
  /** What stands there at first. @default nothing */
  initial?: Readonly<Record<string, unknown>>;
  running: boolean;
  /** The first thing to fill in has the focus at once. @default false */
  autoFocus?: boolean;
  /** @default Run */
  runLabel?: string;
  onRun(args: Record<string, unknown>): void;
  /** A way back beside the button that runs; null: there is none now. */
  cancel: { label: string; icon?: ReactNode; onCancel(): void } | null;
}

const NOTHING = {};

/** What is sent: as a form made from the tool's schema, or as JSON. Changing between them keeps what was entered. */
export function ToolArguments(props: ToolArgumentsProps) {
  const { inputSchema, initial = NOTHING, running, autoFocus = false, runLabel = "Run", onRun, cancel } = props;
  const id = useId();
  const schema = useMemo(() => formSchema(inputSchema), [inputSchema]);
  const takesNothing = schema !== null && Object.keys(schema.properties ?? {}).length === 0 && !schema.additionalProperties;
  const [mode, setMode] = useState<"form" | "json">(schema === null ? "json" : "form");
  const [value, setValue] = useState<Record<string, unknown>>(initial);
  const [text, setText] = useState(() => JSON.stringify(initial, null, 2));
  const parsed = parseArguments(text);

  const change = (next: string) => {
    if (next === "json") setText(JSON.stringify(value, null, 2));
    else if (parsed.ok) setValue(parsed.value);
    setMode(next === "json" ? "json" : "form");
  };
  return (
    <div className={classes.form}>
      {!takesNothing && (
        <div className={classes.formHead}>
          <span className="pb-label">Arguments</span>
          <SegmentedControl
            size="xs"
            aria-label="How to enter arguments"
            value={mode}
            onChange={change}
            disabled={schema === null || (mode === "json" && !parsed.ok)}
            data={[
              { value: "form", label: "Form" },
              { value: "json", label: "JSON" },
            ]}
          />
        </div>
      )}
      {schema === null && <p className={classes.quiet}>This tool's input is too large for a form. Enter it as JSON.</p>}
      {takesNothing && <p className={classes.quiet}>This tool takes no arguments.</p>}
      {mode === "json" && (
        <JsonEditor text={text} error={parsed.ok ? null : parsed.error} disabled={running} onChange={setText} />
      )}
      {mode === "form" && schema !== null && !takesNothing && (
        <ErrorBoundary>
          <Suspense fallback={<Skeleton height={120} radius="md" />}>
            <SchemaForm
              id={id}
              schema={schema}
              value={value}
              disabled={running}
              autoFocus={autoFocus}
              onChange={setValue}
              onSubmit={onRun}
            />
          </Suspense>
        </ErrorBoundary>
      )}
      <div className={classes.buttons}>
        <Button
          leftSection={<Play size={16} aria-hidden="true" />}
          loading={running}
          disabled={mode === "json" && !parsed.ok}
          autoFocus={autoFocus && takesNothing}
          {...(mode === "form" && !takesNothing
            ? { type: "submit", form: id }
            : { onClick: () => onRun(mode === "json" && parsed.ok ? parsed.value : {}) })}
        >
          {runLabel}
        </Button>
        {cancel !== null && (
          <Button variant="default" leftSection={cancel.icon} onClick={cancel.onCancel}>
            {cancel.label}
          </Button>
        )}
      </div>
    </div>
  );
}
