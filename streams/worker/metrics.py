"""The worker's operational counters: all of them, each with what to do about it. Exposed at the API's `/metrics`."""

from prometheus_client import Counter, Gauge, Histogram

BATCHES = Counter(
    "leadline_ingest_batches_total",
    "Batches written. Stands still while lag grows: the worker is stuck, the watchdog will end it.",
)
DELIVERIES = Counter(
    "leadline_ingest_deliveries_total",
    "Deliveries by outcome: stored, or duplicate. Many duplicates: a sender times out and sends again.",
    ["outcome"],
)
WRITE_SECONDS = Histogram(
    "leadline_ingest_write_seconds",
    "Seconds to parse and write one batch. Growing with the store: look at `leadline doctor`.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
COMPUTE_SECONDS = Histogram(
    "leadline_compute_seconds",
    "Seconds to recompute what was touched. This is what freshness waits for.",
    buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
)
COMPUTED_SERVICES = Counter(
    "leadline_compute_services_total", "Services recomputed. Far more than are active: bindings are too wide."
)
LAG = Gauge(
    "leadline_ingest_lag_deliveries",
    "Deliveries in Kafka that the store doesn't hold yet. Growing for minutes: senders outrun this worker.",
    ["partition"],
)
KAFKA_UP = Gauge("leadline_kafka_up", "1 while the watchdog reaches Kafka, else 0: look at the broker.")
