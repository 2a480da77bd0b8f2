import { readEnvironment } from "../config/environment.ts";
import { LiveConfig } from "../config/live-config.ts";
import { openChat } from "./chat/open-chat.ts";
import { configLog } from "./config-log.ts";
import { bootProbes } from "./connections/boot-probes.ts";
import { endpointGate } from "./connections/endpoint-gate.ts";
import { inspectServer } from "./connections/inspect-server.ts";
import { liveConnections } from "./connections/live-connections.ts";
import { userSessionOpener } from "./connections/open-user-session.ts";
import { presence } from "./connections/presence.ts";
import { programSlots } from "./connections/program-slots.ts";
import { resolveForUser, resolveOAuthForUser } from "./connections/resolve-for-user.ts";
import { houseMark, withScratchHome } from "./connections/scratch-home.ts";
import { serverCatalogues } from "./connections/server-catalogues.ts";
import { serverEgresses } from "./connections/server-egresses.ts";
import { serverLogs } from "./connections/server-logs.ts";
import { serverWishes } from "./connections/server-wishes.ts";
import { sessionHosts } from "./connections/session-host.ts";
import { stderrBook } from "./connections/stderr-book.ts";
import { ownDoors } from "./egress/own-doors.ts";
import { endingClock } from "./ending-clock.ts";
import type { ComposeOptions, House } from "./house.ts";
import { createApp, type HouseRouterOptions, houseRouter } from "./http/app.ts";
import { fairTurns } from "./http/fair-turns.ts";
import { accountHandlers } from "./http/handlers/account-handlers.ts";
import { chatHandlers } from "./http/handlers/chat-handlers.ts";
import { connectorHandlers } from "./http/handlers/connector-handlers.ts";
import { functionHandlers } from "./http/handlers/function-handlers.ts";
import { hostedAccountHandlers } from "./http/handlers/hosted-account-handlers.ts";
import { mcpHandlers } from "./http/handlers/mcp-handlers.ts";
import { oauthHandlers } from "./http/handlers/oauth-handlers.ts";
import { openIdHandlers } from "./http/handlers/openid-handlers.ts";
import { serverHandlers } from "./http/handlers/server-handlers.ts";
import { systemHandlers } from "./http/handlers/system-handlers.ts";
import { createAccounts } from "./identity/create-accounts.ts";
import { ownHosts, returnAddress } from "./identity/own-hosts.ts";
import { browserCookie, sessionCookie, ticketCookie } from "./identity/session-cookie.ts";
import { builtInIdentity } from "./identity/session-identity.ts";
import { watchIdentities } from "./identity/short-memory.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
import { backoff } from "./mcp/backoff.ts";
import { eraVerdicts } from "./mcp/era-verdicts.ts";
import { outputChecks } from "./mcp/output/output-checks.ts";
import { sweepLeftBehind } from "./mcp/stdio/left-behind.ts";
import { prometheusMeter } from "./metrics/prometheus-meter.ts";
import { openOAuth } from "./oauth/open-oauth.ts";
import { withFreshHeaders } from "./openid/fresh-headers.ts";
import { openOpenId } from "./openid/open-openid.ts";
import { systemClock } from "./ports/clock.ts";
import { attachRealtime } from "./realtime/attach-realtime.ts";
import { lateSink } from "./realtime/late-sink.ts";
import { socketEventSink } from "./realtime/socket-event-sink.ts";
import { releaseUser } from "./release-user.ts";
import { serverRequests } from "./server-requests/server-requests.ts";
import { configDirectory } from "./servers/config-directory.ts";
import { createConnectors } from "./servers/connectors.ts";
import { auditedBox } from "./storage/audited-box.ts";
import { keyRotation } from "./storage/key-rotation.ts";
import { openTools } from "./tools/open-tools.ts";
import { sealedUserVars } from "./user-vars/sealed-user-vars.ts";
import { VERSION } from "./version.ts";

/** Builds everything. Listens to nothing and reads no environment, so a test can call it. */
export async function compose(options: ComposeOptions): Promise<House> {
  const { storage, source, env, logger, publicUrl, clientDir } = options;
  const wall = options.clock ?? systemClock;
  const clock = endingClock(wall);
  const secretBox = auditedBox(storage.secretBox, { logger, clock });
  const { stores, changes } = watchIdentities(storage.stores);
  const limits: Limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { sink, deliverTo } = lateSink();

  const log = configLog(logger);
  const config = new LiveConfig({
    source,
    env,
    clock,
    onApplied: (now, diff) => {
      log.applied(diff);
      void connections.configChanged(diff);
      for (const name of diff.removed) void tools.forgetServer(name);
      void probes.run([...diff.added, ...diff.moved].flatMap((name) => now.servers.get(name) ?? []));
    },
    onProblems: (problems) => sink.configProblemsChanged(log.problems(problems)),
  });
  const meter = prometheusMeter(
    () => ({
      connections: connections.counts(),
      endpoints: gate.counts(),
      programs: slots.taken,
      journalLost: journal.lost,
    }),
    logger,
  );
  const settings = () => config.config.settings;
  const userVars = sealedUserVars({ store: stores.userVars, box: secretBox });
  const connectors = createConnectors({
    store: stores.servers,
    maxPerUser: limits.connectorsPerUser,
    box: secretBox,
    clock,
    sink,
    logger,
    config: () => config.config,
    inspect: (who, server) => inspectServer(openSession, who, server),
    async moved(ownerId, server, change) {
      await connections.connectorChanged(ownerId, server, change);
      if (change === "removed") await tools.forgetServer(server);
      if (change === "removed") await stores.userVars.clear(ownerId, server);
      if (change === "removed") await oauth.grants.revoke(ownerId, server, null).catch(() => {});
    },
  });
  const directory = configDirectory({ config: () => config.config, problems: () => config.problems, userVars, connectors });
  const { values: environment, faults } = readEnvironment(env);
  for (const fault of faults) logger.warn({}, fault);
  const otherNames = (options.allowedHosts ?? []).flatMap((host) => [`https://${host}`, `http://${host}`]);
  const doors = ownDoors([publicUrl, env.DOMAIN_SERVER, env.DOMAIN_CLIENT, ...otherNames]);
  const egresses = serverEgresses(settings, {
    proxy: environment.PROXY,
    proxyEnforcesPolicy: environment.PROXY_ENFORCES_POLICY,
    isOwnDoor: doors.isOwnDoor,
    maxResponseBytes: environment.MCP_STREAMABLE_HTTP_MAX_RESPONSE_BYTES,
    maxEventBytes: environment.MCP_STREAMABLE_HTTP_MAX_LINE_BYTES,
    lookup: options.lookup,
  });
  const openId = openOpenId({
    isWanted: options.identity === undefined,
    environment,
    egress: (address) => egresses.forPlatform(address),
    stores,
    box: secretBox,
    ticketBox: storage.secretBox,
    clock,
    logger,
    accounts: () => accounts,
    given: (userId) => connections.signedInAgain(userId),
  });
  const connectorsMayExchange = () => config.config.interface.configureObo;
  const filling = { userVars, env, settings, openIdOf: openId.context, connectorsMayExchange };
  const resolve = resolveForUser(filling);
  const atHome = withScratchHome(options.dataFolder);
  const gate = endpointGate({ clock, random: Math.random, onRecovered: (held) => connections.retryNow(held) });
  const slots = programSlots({ perUser: limits.programsPerUser, inTotal: limits.programsInTotal });
  const requests = serverRequests({ clock, sink });
  const wishes = serverWishes();
  const logs = serverLogs();
  const present = presence(clock);
  const stderr = stderrBook();
  const oauth = openOAuth({
    target: resolve,
    oauth: resolveOAuthForUser(filling),
    egress: (server, target, written) => egresses.forSignIn(server, target, written),
    stores,
    box: secretBox,
    clock,
    random: Math.random,
    logger,
    sink,
    environment,
    directory,
    connections: () => connections,
  });
  const checks = outputChecks({ clock: wall });
  const openSession = userSessionOpener({
    meter,
    checks,
    stderr,
    admit: withFreshHeaders(oauth.admit, { resolve, tokens: openId.tokens }),
    signInOnAuthError: environment.MCP_OAUTH_ON_AUTH_ERROR,
    hostFor: sessionHosts({ requests, wishes, logs, clock, sink, presence: present, meter }),
    eraOf: eraVerdicts({ clock }),
    resolve: async (who, server) => atHome(server, await resolve(who, server)),
    egresses,
    gate,
    slots,
    settings,
    clock: wall,
    clientInfo: { name: "patchbay", version: VERSION },
    logger,
  });
  const probes = bootProbes({ open: openSession, logger });
  const connections = liveConnections({
    directory,
    presence: present,
    openSession,
    toolsAtBoot: (server) => probes.toolsOf(server),
    clock,
    sink,
    retryAfterMs: backoff({ random: Math.random }),
    idleMs: environment.MCP_USER_CONNECTION_IDLE_TIMEOUT,
    limits,
    meter,
  });
  const tools = await openTools({ stores, directory, connections, checks, clock, sink, logger, meter, limits });
  const { journal, permissions, calls } = tools;
  const catalogues = serverCatalogues({ connections, directory, wishes, logs });
  const chat = openChat({
    ...tools,
    ...{ stores, box: secretBox, directory, connections, catalogues, egresses, env, clock, sink },
    ...{
      requests,
      logger,
      custom: () => config.config.customEndpoints,
      configuredLimits: () => config.config.chatLimits,
      limits: options.chatLimits,
    },
  });
  const isHttps = publicUrl?.startsWith("https:") === true;
  const release = releaseUser({ calls, chat, requests, connections, memories: [wishes, logs, stderr, oauth] });
  const events = openId.following(sink);
  const accounts =
    options.identity === undefined
      ? createAccounts({ stores, clock, events, release, oauth, limits, passwords: options.passwords })
      : null;
  const identity = options.identity ?? builtInIdentity({ stores, changes, clock, events, isHttps });

  const hosts = { publicUrl, allowed: options.allowedHosts ?? [] };
  const isOwnHost = accounts === null ? () => true : ownHosts(hosts);
  let isLeaving = false;
  let isDraining = false;
  let socketPath = "/socket.io";
  const routerOptions: HouseRouterOptions = {
    handlers: {
      ...systemHandlers({ version: VERSION, ping: () => stores.ping(), isLeaving: () => isLeaving || isDraining, report: meter }),
      ...(accounts === null ? hostedAccountHandlers : accountHandlers(accounts, clock, openId.signIn)),
      ...openIdHandlers(openId.signIn, logger),
      ...connectorHandlers(connectors, directory),
      ...oauthHandlers({ ...oauth, returnAddress: returnAddress(hosts) }),
      ...mcpHandlers({ stderr, directory, connections, calls, journal, userVars, grants: oauth.grants, config }),
      ...functionHandlers(tools),
      ...chatHandlers(chat),
      ...serverHandlers({ catalogues, requests, words: chat.words }),
    },
    ...{ identity, publicUrl, isOwnHost, clock, logger, meter, clientDir },
    cookie: sessionCookie(isHttps),
    browserCookie: browserCookie(isHttps),
    ticketCookie: ticketCookie(isHttps),
    callbackPath: openId.callbackPath,
    metricsToken: options.metricsToken ?? null,
    turns: fairTurns(),
    isDraining: () => isDraining,
    socketPath: () => socketPath,
    isHosted: accounts === null,
    iconPaths: () => [openId.signIn?.button.image ?? null, ...config.config.servers.values().map(({ iconPath }) => iconPath)],
  };

  await connectors.load();
  const rotation = keyRotation({ keys: storage.keys, values: stores.sealedValues, box: storage.secretBox, clock, logger });
  const swept = sweepLeftBehind(houseMark(options.dataFolder));
  if (swept > 0) logger.warn({ programs: swept }, "programs of a process that was killed were still running; they were ended");
  await chat.recover();
  await config.start();
  void probes.run([...config.config.servers.values()]);
  return {
    accounts,
    config,
    router: () => houseRouter(routerOptions),
    app: ({ trustProxy }) => createApp({ ...routerOptions, trustProxy }),
    attach(io, own) {
      socketPath = io.path();
      doors.listensAt({ address: () => io.httpServer?.address() ?? null });
      const namespace = attachRealtime(io, {
        identity,
        publicUrl,
        isOwnHost,
        addressOf: own?.addressOf,
        clock,
        logger,
        snapshot: (who) => connections.snapshot(who),
        offline: ({ userId }) => present.left(userId),
        online: (who) => {
          present.arrived(who.userId);
          if (!isDraining) connections.online(who);
        },
      });
      deliverTo(socketEventSink({ namespace, epoch: () => connections.epoch }));
    },
    leave: () => {
      isLeaving = true;
    },
    drain: () => {
      isDraining = true;
    },
    async close() {
      isDraining = true;
      config.close();
      probes.stop();
      oauth.close();
      requests.closeAll();
      await chat.close();
      await connections.closeAll();
      permissions.close();
      meter.close();
      await Promise.all([egresses.close(), journal.close(), checks.close(), rotation.close()]);
      await stores.close();
      clock.end();
    },
  };
}
