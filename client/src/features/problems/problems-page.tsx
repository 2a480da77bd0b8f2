import { Button } from "@mantine/core";
import { CircleCheck, CircleX, TriangleAlert } from "lucide-react";
import type { ProblemView } from "../../../../schemas/wire.ts";
import type { Loaded } from "../../lib/use-request.ts";
import { asSentence } from "../../ui/as-sentence.ts";
import { CopyButton } from "../../ui/copy-button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ForeignText } from "../../ui/foreign-text.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { PendingChangeCard } from "./pending-change-card.tsx";
import classes from "./problems.module.css";
import type { FileState } from "./problems-api.ts";

/** What is wrong in the operator's file, each with its place. For admins. */
export function ProblemsPage({ file }: { file: Loaded<FileState> }) {
  const { pending = null } = file.data ?? {};
  // What waits has a card of its own, with the button.
  const problems = (file.data?.problems ?? []).filter(({ code }) => pending === null || code !== "reload-pending");
  return (
    <>
      <PageHeader
        title="Problems"
        lead="A mistake stops the entry it is in and no other. Correct the file and save; this page follows by itself."
        actions={
          <Button variant="default" onClick={file.reload} loading={file.loading && file.data !== null}>
            Look again
          </Button>
        }
      />
      <Failure error={file.error} />
      {pending !== null && <PendingChangeCard pending={pending} onApplied={file.reload} />}
      {file.data !== null && pending === null && problems.length === 0 && (
        <EmptyState icon={CircleCheck} title="Nothing is wrong">
          <p>The configuration in force has no problems.</p>
        </EmptyState>
      )}
      <ol className={classes.list}>
        {problems.map((problem) => (
          <li key={`${placeOf(problem)} ${problem.path} ${problem.code} ${problem.message}`}>
            <Problem problem={problem} />
          </li>
        ))}
      </ol>
    </>
  );
}

function Problem({ problem }: { problem: ProblemView }) {
  const { severity, message, code, path, server } = problem;
  const Icon = severity === "error" ? CircleX : TriangleAlert;
  return (
    <div className={classes.problem} data-severity={severity}>
      <div className={classes.head}>
        <Icon size={18} aria-hidden="true" />
        <h2>
          <span className="pb-hidden">{severity}: </span>
          <ForeignText>{asSentence(message)}</ForeignText>
        </h2>
      </div>
      <div className={classes.place}>
        <span className="pb-mono">{placeOf(problem)}</span>
        <CopyButton label="Copy place" text={() => placeOf(problem)} />
      </div>
      <dl className={classes.facts}>
        <Fact name="Server" value={server} />
        <Fact name="At" value={path === "" ? null : path} mono />
        <Fact name="Found" value={problem.found} mono />
        <Fact name="Expected" value={problem.expected} />
        <Fact name="Suggestion" value={problem.suggestion} />
        <Fact name="Code" value={code} mono />
      </dl>
    </div>
  );
}

function Fact({ name, value, mono = false }: { name: string; value: string | null | undefined; mono?: boolean }) {
  if (value === null || value === undefined) return null;
  return (
    <>
      <dt>{name}</dt>
      <dd className={mono ? "pb-mono" : undefined}>
        <ForeignText>{value}</ForeignText>
      </dd>
    </>
  );
}

function placeOf({ file, line, column }: ProblemView): string {
  return [file, line, column].filter((part) => part !== null).join(":");
}
