# The bot and Litestream in one image. It runs as nobody in particular and writes to /data alone, so its root file
# system may be read-only. What is installed and how is said in .ci/image, which the tests run too.

FROM python:3.11-slim-bookworm AS assembled
WORKDIR /source
COPY pyproject.toml constraints.txt ./
COPY .ci/image .ci/image
RUN .ci/image needs /opt/troupe
COPY . .
RUN .ci/image code /opt/troupe

FROM python:3.11-slim-bookworm
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin troupe \
    && install --directory --owner=troupe --group=troupe /data
COPY --from=assembled /opt/troupe /opt/troupe
ENV PATH=/opt/troupe/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    DATABASE_URL=sqlite:////data/troupe.db \
    TROUPE_HEALTH_PORT=8017
WORKDIR /opt/troupe/app
USER 10001:10001
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["python", "-m", "bot", "health"]
CMD ["python", "-m", "bot"]
