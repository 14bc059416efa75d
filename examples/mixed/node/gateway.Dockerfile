FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends nodejs \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 1000 --create-home app
ENV PATH=/app/bin:$PATH
WORKDIR /app
COPY --chmod=755 serve bin/
COPY package.json whoami.js gateway.js ./
USER app
EXPOSE 3018
HEALTHCHECK --interval=2s --timeout=5s --retries=15 CMD serve healthcheck
CMD serve gateway.js --title "$TITLE"
