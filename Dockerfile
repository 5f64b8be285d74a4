# One image for receiver, worker and dashboard: `docker run IMAGE receiver`. State is in /var/lib/leadline.
FROM python:3.13-slim AS requirements
RUN python -m venv /venv
COPY requirements.lock /
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes --requirement /requirements.lock

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /var/lib/leadline --create-home leadline
COPY --from=requirements /venv /venv
COPY models /app/models
COPY warehouse /app/warehouse
COPY streams /app/streams
COPY dashboards /app/dashboards
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    LEADLINE_HOME=/var/lib/leadline LEADLINE_LOG_FORMAT=json
WORKDIR /var/lib/leadline
USER leadline
VOLUME /var/lib/leadline
ENTRYPOINT ["python", "-m", "streams"]
CMD ["--help"]
