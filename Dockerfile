# Patchbay as a container image: docker build -t patchbay .
# How to run it, keep its data and watch it: docs/deploy/README.md. What these steps do is tested: npm run check:image.

# One exact version, the one that `npm ci` brings along elsewhere. To hold on to the very bytes as well, give the digest:
# --build-arg NODE_IMAGE=node:24.21.0-bookworm-slim@sha256:...
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

# The page. Nothing but what it becomes leaves this stage.
FROM ${NODE_IMAGE} AS page
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY schemas schemas
COPY client client
RUN npm run build

FROM ${NODE_IMAGE}
LABEL org.opencontainers.image.title="Patchbay" org.opencontainers.image.licenses="MIT"
# tini is the first process: it hands signals on and reaps what MCP servers leave behind.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends tini \
  && rm -rf /var/lib/apt/lists/*
# The one place that is written to. Everything else may be mounted read-only.
RUN install --directory --owner=node --group=node --mode=0700 /data
WORKDIR /app
COPY package.json package-lock.json ./
# Without what tests and builds need, the database of the tests (an optional package) included.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force
COPY LICENSE librechat.example.yaml ./
COPY schemas schemas
COPY config config
COPY api api
COPY --from=page /build/client/dist client/dist

ENV NODE_ENV=production HOST=0.0.0.0 PORT=3080 DATA_DIR=/data DRAIN_NOTICE_MS=3000
# By number, so that Kubernetes can see that it is not root.
USER 1000:1000
VOLUME /data
EXPOSE 3080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Calls get 30 s to finish, the whole end 45 s at most: docker stop --timeout 60.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["node", "api/start.mjs"]
