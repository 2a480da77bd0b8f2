import { Button } from "@mantine/core";
import { KeySquare, Plus } from "lucide-react";
import { useState } from "react";
import type { ApiKeyView } from "../../../../schemas/wire.ts";
import { path, request } from "../../lib/api-client.ts";
import { asApiError, useRequest } from "../../lib/use-request.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Failure } from "../../ui/notice.tsx";
import { PageHeader } from "../../ui/page-header.tsx";
import { Row, Rows } from "../../ui/rows.tsx";
import { Since } from "../../ui/since.tsx";
import { toastFailure, toastSuccess } from "../../ui/toast.ts";
import { CreateKeyDialog } from "./create-key-dialog.tsx";

export function KeysPage() {
  const keys = useRequest("keys", (signal) => request<{ keys: readonly ApiKeyView[] }>("/api/keys", { signal }));
  const [creating, setCreating] = useState(false);
  const [deleting, setDeleting] = useState<ApiKeyView | null>(null);
  const remove = async (key: ApiKeyView) => {
    try {
      await request(path("keys", key.id), { method: "DELETE" });
      toastSuccess({ title: `"${key.name}" is deleted` });
    } catch (error) {
      toastFailure({ title: "The key is still there", error: asApiError(error) });
    }
    keys.reload();
  };
  const create = (
    <Button leftSection={<Plus size={16} aria-hidden="true" />} onClick={() => setCreating(true)}>
      Create a key
    </Button>
  );
  const isEmpty = keys.data?.keys.length === 0;
  return (
    <>
      <PageHeader
        title="API keys"
        lead={
          <>
            For programs that act as you. Send one as <span className="pb-mono">Authorization: Bearer …</span>
          </>
        }
        actions={isEmpty ? undefined : create}
      />
      <Failure error={keys.error} />
      {isEmpty && (
        <EmptyState icon={KeySquare} title="No keys yet">
          <p>A key does what you may do, until you delete it or it expires.</p>
          {create}
        </EmptyState>
      )}
      {keys.data !== null && keys.data.keys.length > 0 && (
        <Rows label="API keys">
          {keys.data.keys.map((key) => (
            <KeyRow key={key.id} apiKey={key} onDelete={() => setDeleting(key)} />
          ))}
        </Rows>
      )}
      <CreateKeyDialog opened={creating} onClose={() => setCreating(false)} onCreated={keys.reload} />
      <ConfirmDialog
        opened={deleting !== null}
        title={`Delete "${deleting?.name ?? ""}"?`}
        confirmLabel="Delete key"
        onClose={() => setDeleting(null)}
        onConfirm={async () => {
          if (deleting !== null) await remove(deleting);
        }}
      >
        Programs that use this key are refused from then on.
      </ConfirmDialog>
    </>
  );
}

function KeyRow({ apiKey, onDelete }: { apiKey: ApiKeyView; onDelete(): void }) {
  const { name, createdAt, lastUsedAt, expiresAt } = apiKey;
  const expired = expiresAt !== null && expiresAt < Date.now();
  return (
    <Row
      name={name}
      tags={expired ? ["Expired"] : []}
      sub={
        <>
          Created <Since at={createdAt} />,{" "}
          {lastUsedAt === null ? (
            "never used"
          ) : (
            <>
              used <Since at={lastUsedAt} />
            </>
          )}
          {expiresAt !== null && !expired && `, expires ${new Date(expiresAt).toLocaleDateString("en", { dateStyle: "medium" })}`}
        </>
      }
    >
      <Button size="xs" variant="default" aria-label={`Delete ${name}`} onClick={onDelete}>
        Delete
      </Button>
    </Row>
  );
}
