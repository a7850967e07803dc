# Built in three stages; what runs holds no compiler, no Node, no package manager's cache, and fetches nothing.

# 1. The browser code.
FROM node:22-slim AS widget
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY widget ./widget
COPY server/curbside/static ./server/curbside/static
RUN npm run build

# 2. The Python packages, each checked against its hash, and our own wheel.
FROM python:3.11-slim AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /build
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/curbside \
 && /opt/curbside/bin/pip install --require-hashes -r requirements.lock \
 && python -m pip install --require-hashes -r requirements-build.lock
COPY pyproject.toml README.md ./
COPY server ./server
COPY signaling ./signaling
COPY --from=widget /build/server/curbside/static/built ./server/curbside/static/built
RUN python -m pip wheel --no-deps --no-build-isolation --wheel-dir /build/dist . \
 && /opt/curbside/bin/pip install --no-deps --no-index /build/dist/curbside-*.whl

# 3. What runs, as nobody in particular.
FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin curbside \
 && install -d -o curbside -g curbside -m 0700 /data
COPY --from=packages /opt/curbside /opt/curbside
ENV PATH=/opt/curbside/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    CURBSIDE_HOST=0.0.0.0 \
    CURBSIDE_PORT=8400 \
    CURBSIDE_DATA=/data
USER curbside
WORKDIR /data
VOLUME /data
EXPOSE 8400
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["python", "-m", "curbside.health"]
CMD ["curbside", "serve"]
