# The KRM function as an image: one file on a distroless Node, no shell, no network, any user. docs/container.md
ARG BUILD=docker.io/library/node:24-bookworm-slim
ARG RUN=gcr.io/distroless/nodejs24-debian12:nonroot

# The bundle is the same for every architecture: it is built once, on the builder's own.
FROM --platform=$BUILDPLATFORM ${BUILD} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && node scripts/build-snapshot.ts snapshot.cjs

# A start-up snapshot (docs/decisions/0009-start-up-snapshot.md) is good for one Node on one architecture: the image's own Node makes it.
FROM ${RUN} AS snapshot
USER 0:0
COPY --from=build /src/snapshot.cjs /
RUN ["/nodejs/bin/node", "--snapshot-blob", "/inject-sidecars.blob", "--build-snapshot", "/snapshot.cjs"]

FROM ${RUN}
LABEL org.opencontainers.image.title="inject-sidecars" \
      org.opencontainers.image.description="Injects sidecars into Kubernetes manifests at render time, exactly as Istio's admission webhook would" \
      org.opencontainers.image.source="https://github.com/inject-sidecars/inject-sidecars" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --chmod=0444 LICENSE /licenses/
COPY --from=build --chmod=0444 /src/dist/THIRD_PARTY_LICENSES /src/dist/sbom.cdx.json /licenses/
COPY --from=build --chmod=0444 /src/dist/inject-sidecars.cjs /
COPY --from=snapshot --chmod=0444 /inject-sidecars.blob /
# nobody, by number, so that Kubernetes can tell that it is not root.
USER 65534:65534
# The program runs from the snapshot; the path of its script is what Node hands it as its own name.
# The flags are those of scripts/v8-flags.ts.
ENTRYPOINT ["/nodejs/bin/node", "--invocation-count-for-maglev=3000", "--invocation-count-for-turbofan=30000", \
            "--max-semi-space-size=16", \
            "--snapshot-blob", "/inject-sidecars.blob", "/inject-sidecars.cjs"]
