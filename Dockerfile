# moe as an image: a server by default, a worker with `worker --metrics 0.0.0.0:9100`. docs/how-to/deploy.md tells how.
ARG PYTHON=3.13-slim

FROM python:${PYTHON} AS build
COPY . /source
RUN /source/deploy/image/install.sh /opt/moe /source

FROM python:${PYTHON}
RUN useradd --system --uid 10001 --user-group --home-dir /data --no-create-home moe \
    && install -d -o moe -g moe -m 700 /data \
    && install -d -o moe -g moe -m 755 /keys
COPY --from=build /opt/moe /opt/moe
COPY deploy/image/first-key.sh deploy/image/healthy.py /opt/moe/bin/
# All that is written is below /data, which is a volume: the rest of the image can be read-only.
# Volumes belong to whom the cluster says: what lies there counts, as nobody but this user writes to it.
ENV PATH=/opt/moe/bin:$PATH HOME=/data MOE_PROJECT=/data MOE_TRUST=/data MOE_LOG=info PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 7000 9100
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s CMD ["python", "/opt/moe/bin/healthy.py", "7000"]
ENTRYPOINT ["moe"]
CMD ["serve", "--host", "0.0.0.0"]
