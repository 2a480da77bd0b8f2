import { Button } from "@mantine/core";
import { Download } from "lucide-react";
import { stringAt } from "./content-fields.ts";

/** Binary content to be saved. Never opened here: it is handed out as bytes of no type. */
export function BlobLink({ resource, base64 }: { resource: Readonly<Record<string, unknown>>; base64: string }) {
  const name = /([\w.-]+)\/?$/.exec(stringAt(resource, "uri"))?.[1] ?? "resource.bin";
  return (
    <div>
      <Button
        component="a"
        size="xs"
        variant="default"
        leftSection={<Download size={14} aria-hidden="true" />}
        href={`data:application/octet-stream;base64,${base64}`}
        download={name}
      >
        Save {name} ({sizeOf(base64)})
      </Button>
    </div>
  );
}

function sizeOf(base64: string): string {
  const bytes = Math.floor((base64.length * 3) / 4);
  return bytes < 10_240 ? `${bytes} bytes` : `${Math.round(bytes / 1_024)} KiB`;
}
