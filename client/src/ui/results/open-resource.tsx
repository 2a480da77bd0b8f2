import { Button } from "@mantine/core";
import { FileDown } from "lucide-react";
import { useState } from "react";
import { Failure } from "../notice.tsx";
import { isRecord } from "./content-fields.ts";
import { EmbeddedResource } from "./embedded-resource.tsx";

type Shown =
  | { phase: "closed" | "reading" }
  | { phase: "open"; contents: readonly unknown[] }
  | { phase: "failed"; error: { code: string; message: string; next: string } };

interface OpenResourceProps {
  uri: string;
  readResource: (uri: string) => Promise<readonly unknown[]>;
}

/** A resource that is read when a person wants to see it, through the platform and never by this browser. */
export function OpenResource({ uri, readResource }: OpenResourceProps) {
  const [shown, setShown] = useState<Shown>({ phase: "closed" });
  const open = () => {
    setShown({ phase: "reading" });
    readResource(uri).then(
      (contents) => setShown({ phase: "open", contents }),
      (cause: unknown) => setShown({ phase: "failed", error: asFailure(cause) }),
    );
  };
  if (shown.phase === "open") {
    return shown.contents.map((contents, index) =>
      // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one resource have no other identity
      isRecord(contents) ? <EmbeddedResource key={index} resource={contents} /> : null,
    );
  }
  return (
    <>
      {shown.phase === "failed" && <Failure error={shown.error} />}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<FileDown size={14} aria-hidden="true" />}
          loading={shown.phase === "reading"}
          onClick={open}
        >
          Open
        </Button>
      </div>
    </>
  );
}

function asFailure(cause: unknown): { code: string; message: string; next: string } {
  const found = isRecord(cause) || cause instanceof Error ? (cause as { code?: unknown; message?: unknown; next?: unknown }) : {};
  return {
    code: String(found.code ?? "INTERNAL"),
    message: String(found.message ?? "It could not be read."),
    next: String(found.next ?? "Try again."),
  };
}
