"""The receiver's counters: declared here, each with its unit and what to do about it."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Counter(
    "leadline_receiver_requests",
    "Webhook requests by source and answer. 401 rising: a sender's secret differs from ours. 503: the spool is full.",
    ["source", "status"],
)
SECONDS = Histogram(
    "leadline_receiver_seconds",
    "Seconds from the first byte to the answer. Rising: Kafka's disk is slow.",
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
KAFKA_UP = Gauge("leadline_receiver_kafka_up", "1 while Kafka acknowledges. 0: start or reach Kafka; nothing is lost.")
SPOOLED = Gauge(
    "leadline_receiver_spooled_deliveries", "Deliveries waiting on disk for Kafka. Not falling: see kafka_up."
)
SPOOLED_BYTES = Gauge("leadline_receiver_spooled_bytes", "Bytes waiting on disk. At LEADLINE_SPOOL_MAX_BYTES: 503.")
REFUSED = Gauge(
    "leadline_receiver_refused_deliveries",
    "Deliveries in the spool that Kafka refuses for their size. Above 0: raise max.message.bytes, start again.",
)
