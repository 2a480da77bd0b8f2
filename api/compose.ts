import { readEnvironment } from "../config/environment/environment.ts";
import { LiveConfig } from "../config/live-config.ts";
import { openChat } from "./chat/open-chat.ts";
import { configLog } from "./config-log.ts";
import { openConnections } from "./connections/open-connections.ts";
import { resolveForUser, resolveOAuthForUser } from "./connections/resolve-for-user.ts";
import { houseMark } from "./connections/scratch-home.ts";
import { serverEgresses } from "./connections/server-egresses.ts";
import { ownDoors } from "./egress/own-doors.ts";
import { endingClock } from "./ending-clock.ts";
import type { ComposeOptions, House } from "./house.ts";
import { createApp, type HouseRouterOptions, houseRouter } from "./http/app.ts";
import { fairTurns } from "./http/fair-turns.ts";
import { allHandlers } from "./http/handlers/all-handlers.ts";
import { openIdentity } from "./identity/open-identity.ts";
import { watchIdentities } from "./identity/short-memory.ts";
import { DEFAULT_LIMITS, type Limits } from "./limits.ts";
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
  const meter = prometheusMeter(() => ({ ...counts(), journalLost: journal.lost }), logger);
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
    inspect: (who, server) => inspect(who, server),
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
  const requests = serverRequests({ clock, sink });
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
  const { connections, catalogues, probes, presence, stderr, inspect, counts, forgetUser } = openConnections({
    directory,
    requests,
    dataFolder: options.dataFolder,
    resolve,
    egresses,
    admit: withFreshHeaders(oauth.admit, { resolve, tokens: openId.tokens }),
    signInOnAuthError: environment.MCP_OAUTH_ON_AUTH_ERROR,
    settings,
    checks,
    clientInfo: { name: "patchbay", version: VERSION },
    idleMs: environment.MCP_USER_CONNECTION_IDLE_TIMEOUT,
    limits,
    clock,
    sessionClock: wall,
    sink,
    logger,
    meter,
  });
  const tools = await openTools({ stores, directory, connections, checks, clock, sink, logger, meter, limits });
  const { journal, permissions, calls } = tools;
  const chat = openChat({
    ...tools,
    stores,
    box: secretBox,
    directory,
    connections,
    catalogues,
    egresses,
    requests,
    env,
    clock,
    sink,
    logger,
    custom: () => config.config.customEndpoints,
    configuredLimits: () => config.config.chatLimits,
    limits: options.chatLimits,
  });
  const release = releaseUser({ calls, chat, requests, connections, memories: [{ forgetUser }, oauth] });
  const { accounts, identity, isOwnHost, returnAddress, cookies } = openIdentity({
    identity: options.identity,
    stores,
    changes,
    clock,
    events: openId.following(sink),
    release,
    oauth,
    limits,
    passwords: options.passwords,
    publicUrl,
    allowedHosts: options.allowedHosts ?? [],
  });

  let isLeaving = false;
  let isDraining = false;
  let socketPath = "/socket.io";
  const routerOptions: HouseRouterOptions = {
    handlers: allHandlers({
      ...oauth,
      ...tools,
      version: VERSION,
      ping: () => stores.ping(),
      isLeaving: () => isLeaving || isDraining,
      report: meter,
      returnAddress,
      accounts,
      openId,
      connectors,
      directory,
      connections,
      userVars,
      stderr,
      config,
      catalogues,
      requests,
      chat,
      clock,
      logger,
    }),
    identity,
    publicUrl,
    isOwnHost,
    ...cookies,
    callbackPath: openId.callbackPath,
    metricsToken: options.metricsToken ?? null,
    turns: fairTurns(),
    isDraining: () => isDraining,
    clock,
    logger,
    meter,
    clientDir,
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
        offline: ({ userId }) => presence.left(userId),
        online: (who) => {
          presence.arrived(who.userId);
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
      await egresses.close();
      permissions.close();
      await journal.close();
      meter.close();
      await checks.close();
      await rotation.close();
      await stores.close();
      clock.end();
    },
  };
}
