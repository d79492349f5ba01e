# The KRM function as an image: one file on a distroless Node, no shell, no network, any user.
ARG BUILD=docker.io/library/node:24-bookworm-slim
ARG RUN=gcr.io/distroless/nodejs24-debian12:nonroot

FROM ${BUILD} AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM ${RUN}
LABEL org.opencontainers.image.title="inject-sidecars" \
      org.opencontainers.image.description="Injects sidecars into Kubernetes manifests at render time, exactly as Istio's admission webhook would" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build --chmod=0444 /src/dist/inject-sidecars.cjs /inject-sidecars.cjs
USER nobody
ENTRYPOINT ["/nodejs/bin/node", "/inject-sidecars.cjs"]
