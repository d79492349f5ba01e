# The KRM function as an image: one file on a distroless Node, no shell, no network, any user. docs/container.md
ARG BUILD=docker.io/library/node:24-bookworm-slim
ARG RUN=gcr.io/distroless/nodejs24-debian12:nonroot

# The bundle is the same for every architecture: it is built once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM ${RUN}
LABEL org.opencontainers.image.title="inject-sidecars" \
      org.opencontainers.image.description="Injects sidecars into Kubernetes manifests at render time, exactly as Istio's admission webhook would" \
      org.opencontainers.image.source="https://github.com/inject-sidecars/inject-sidecars" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --chmod=0444 LICENSE /licenses/
COPY --from=build --chmod=0444 /src/dist/THIRD_PARTY_LICENSES /src/dist/sbom.cdx.json /licenses/
COPY --from=build --chmod=0444 /src/dist/inject-sidecars.cjs /
# nobody, by number, so that Kubernetes can tell that it is not root.
USER 65534:65534
ENTRYPOINT ["/nodejs/bin/node", "/inject-sidecars.cjs"]
