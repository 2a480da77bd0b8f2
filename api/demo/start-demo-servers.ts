import { startDeskEndpoint } from "./desk-endpoint.ts";
import { startDiaryEndpoint } from "./diary-endpoint.ts";
import { startNotesEndpoint } from "./notes-endpoint.ts";

export interface DemoServers {
  /** The names `librechat.example.yaml` asks for; only while these servers run. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

/** Starts the bundled MCP servers of the example file, on loopback and free ports. Meant for while that file is in use. */
export async function startDemoServers(): Promise<DemoServers> {
  const [notes, desk, diary] = await Promise.all([startNotesEndpoint(), startDeskEndpoint(), startDiaryEndpoint()]);
  return {
    env: { DEMO_HTTP_URL: `${notes.origin}/mcp`, DEMO_SSE_URL: `${desk.origin}/sse`, DEMO_OAUTH_URL: diary.url },
    close: async () => {
      await Promise.all([notes.close(), desk.close(), diary.close()]);
    },
  };
}
