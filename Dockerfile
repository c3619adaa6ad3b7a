# callflow alone, without a system around it:
#   docker build -t callflow . && docker run --rm -v "$PWD:/flows:ro" callflow check .
FROM rust:1.95-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends gcc libc6-dev && rm -rf /var/lib/apt/lists/*
WORKDIR /callflow
COPY . .
RUN release/build "$(uname -m)-unknown-linux-gnu" && cp target/*/release/callflow /callflow.bin

FROM scratch
COPY --from=build /callflow.bin /callflow
WORKDIR /flows
USER 65534
ENTRYPOINT ["/callflow"]
