# syntax=docker/dockerfile:1
# The versions are pinned; add the digests that your registry gives for them.
FROM python:3.12-slim-bookworm AS made
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/patentmart
ENV PATH=/opt/patentmart/bin:$PATH
WORKDIR /made
COPY requirements.txt ./
RUN pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY backend backend
COPY search search
RUN pip install --no-deps --no-build-isolation . && python -m compileall -q /opt/patentmart

FROM python:3.12-slim-bookworm
RUN groupadd --gid 10001 patentmart && useradd --uid 10001 --gid 10001 --no-create-home patentmart \
    && install -d -o 10001 -g 10001 /data /keys/search /keys/write
COPY --from=made /opt/patentmart /opt/patentmart
ENV PATH=/opt/patentmart/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PATENTMART_DATA_DIR=/data
USER 10001:10001
WORKDIR /data
EXPOSE 8000 8001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT ["patentmart"]
CMD ["serve", "--host", "0.0.0.0"]
