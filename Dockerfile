# Klamm's image. It can be put where an image of Apache Kafka or of Confluent is, with the same variables, paths and
# volumes. Build it with
#   docker build -t klamm .          or: podman build --format docker -t klamm .
# A context that has prebuilt/klamm, a binary for Debian 12, is not compiled.

ARG DEBIAN=docker.io/library/debian:12-slim

FROM ${DEBIAN} AS build
COPY . /klamm
WORKDIR /klamm
RUN if [ ! -e prebuilt/klamm ]; then \
      ./dev build release klamm && mkdir -p prebuilt && strip -o prebuilt/klamm build/release/klamm; \
    fi

FROM ${DEBIAN}

# What the binary is linked with; then what people run in a container: bash, df and du, openssl s_client. sh is bash, as
# in Confluent's image: Debian's drops variables with a dash in their names.
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      libabsl20220623 libboost-json1.81.0 libfmt9 libisal2 liblz4-1 libre2-9 libsasl2-2 libsasl2-modules libsnappy1v5 \
      libspdlog1.10 libssl3 libstdc++6 libyaml-cpp0.7 libzstd1 zlib1g \
      bash coreutils openssl tini \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/* /var/log/apt /var/log/dpkg.log \
 && ln -sf bash /bin/sh

COPY --from=build /klamm/prebuilt/klamm /usr/bin/klamm
COPY image/kafka/ image/server.properties /etc/kafka/docker/
COPY image/confluent/ /etc/confluent/docker/
COPY image/bin/ /opt/kafka/bin/

# Whoever runs it, group 0 is what makes it work: any uid with that group may write where the node writes, and read-only
# root file systems have volumes there. The tools are names of the binary, with .sh and without it in both folders: that
# of Kafka's image, and that of Confluent's, which is in everybody's PATH.
RUN useradd --uid 1000 --gid 0 --create-home --shell /bin/bash appuser \
 && mkdir -p /etc/kafka/secrets /mnt/shared/config /opt/kafka/config /opt/kafka/logs /usr/logs \
      /var/lib/kafka/data /var/log/kafka \
 && klamm links /opt/kafka/bin && klamm links /usr/bin \
 && for script in kafka-server-start kafka-server-stop; do \
      for place in "/opt/kafka/bin/$script" "/usr/bin/$script" "/usr/bin/$script.sh"; do \
        ln -s "/opt/kafka/bin/$script.sh" "$place"; \
      done; \
    done \
 && chown -R 1000:0 /etc/confluent /etc/kafka /home/appuser /mnt/shared/config /opt/kafka /usr/logs /var/lib/kafka \
      /var/log/kafka \
 && chmod -R g=u /etc/confluent /etc/kafka /home/appuser /mnt/shared/config /opt/kafka /usr/logs /var/lib/kafka \
      /var/log/kafka \
 && klamm storage random-uuid

ARG VERSION=0.1.0
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="klamm" \
      org.opencontainers.image.description="A native Kafka broker with KRaft consensus" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}" \
      org.label-schema.name="klamm" \
      org.label-schema.build-date="${CREATED}"

ENV LANG=C.UTF-8
USER 1000
WORKDIR /home/appuser
EXPOSE 9092
VOLUME ["/etc/kafka/secrets", "/var/lib/kafka/data", "/mnt/shared/config"]
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["/etc/kafka/docker/healthy"]
ENTRYPOINT ["/usr/bin/tini", "--"]
CMD ["/etc/kafka/docker/run"]
