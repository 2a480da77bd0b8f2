/**
 * The only door to the MCP SDK (v2). Everything else in this room works with what comes through here,
 * so that a new SDK is a change of one file and the two SDKs in the tree can never meet.
 */
export {
  type CallToolResult,
  Client,
  type ClientCapabilities,
  InsufficientScopeError,
  type JSONRPCMessage,
  type JsonSchemaValidatorResult,
  type jsonSchemaValidator,
  LOG_LEVEL_META_KEY,
  type McpSubscription,
  type Progress,
  ProtocolError,
  ProtocolErrorCode,
  parseJSONRPCMessage,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SSEClientTransport,
  SseError,
  type StandardSchemaV1,
  StreamableHTTPClientTransport,
  type Tool,
  type Transport,
  UnauthorizedError,
} from "@modelcontextprotocol/client";
