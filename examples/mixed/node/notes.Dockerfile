FROM debian:trixie-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --create-home --groups games runner \
 && install -d -o runner -g runner /data \
 && install -o runner -g runner -m 644 /dev/null /data/first-note
WORKDIR /app
COPY package.json whoami.js notes.js ./
VOLUME /data
USER runner:runner
STOPSIGNAL SIGINT
EXPOSE 3020
HEALTHCHECK --interval=2s --timeout=5s --retries=15 CMD ["node", "notes.js", "--check"]
ENTRYPOINT ["node"]
CMD ["notes.js"]
