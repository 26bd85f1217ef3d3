# One binary in an image that holds nothing else of the build. docs/operations.md says how to run it.
FROM rust:1-bookworm AS build
WORKDIR /pulse
COPY . .
RUN --mount=type=cache,target=/usr/local/cargo/registry --mount=type=cache,target=/pulse/target \
    cargo build --release --locked --package pulse-server && cp target/release/pulse-server /usr/local/bin/

FROM debian:bookworm-slim
RUN apt-get update \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && install -d -m 700 -o 10001 -g 10001 /var/lib/pulse
COPY --from=build /usr/local/bin/pulse-server /usr/local/bin/
USER 10001:10001
VOLUME /var/lib/pulse
# Open within the container only: `docker run -p` says who reaches it, and without a token Pulse does not start.
ENV PULSE_LISTEN=0.0.0.0:5001 PULSE_DASHBOARD_LISTEN=0.0.0.0:3000 PULSE_STORE=sqlite:/var/lib/pulse/pulse.db
EXPOSE 5001 3000
STOPSIGNAL SIGTERM
ENTRYPOINT ["pulse-server"]
