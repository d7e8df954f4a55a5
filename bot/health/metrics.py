"""Figures for Prometheus: counted from the steps every message takes, and measured when they are fetched.

Labels are names of ours or of the operator: rules, faults, states, models. No person, place or word is among them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from bot.breakers import Breaker
from bot.health.vitals import Number, Part, Vitals
from storage.records import Tally

_REMEMBERED = 4096  # messages on their way at once whose times are kept; an older one is not timed
_OWN = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)
_MODEL = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120)
_OTHER = "other"


class Metrics:
    """A Stages that counts; its registry is its own, so that two bots in one process stay apart."""

    def __init__(
        self,
        models: Collection[str],
        breakers: Mapping[str, Breaker] = MappingProxyType({}),
        elapsed_s: Callable[[], float] = time.perf_counter,
    ) -> None:
        self._models = frozenset(models)
        self._breakers = breakers
        self._elapsed_s = elapsed_s
        self._registry = CollectorRegistry()
        self._heard_at = _Times()
        self._answered_at = _Times()
        made = self._registry
        self._heard = Counter(
            "troupe_messages_heard", "Messages heard, by the rule that decided.", ["rule"], registry=made
        )
        self._tries = Counter("troupe_work_tries", "Tries of work, by how they ended.", ["outcome"], registry=made)
        self._calls = Counter("troupe_model_calls", "Calls of models.", ["model", "outcome"], registry=made)
        self._tokens = Counter("troupe_model_tokens", "Tokens read and written.", ["model", "kind"], registry=made)
        self._said = Counter("troupe_deliveries", "Tries to say a part, by how they ended.", ["outcome"], registry=made)
        self._before = Histogram(
            "troupe_before_model_seconds", "From hearing to asking the model.", registry=made, buckets=_OWN
        )
        self._after = Histogram(
            "troupe_after_model_seconds",
            "From the model's last word to Discord having it.",
            registry=made,
            buckets=_OWN,
        )
        self._thinking = Histogram("troupe_model_seconds", "Length of a model's call.", registry=made, buckets=_MODEL)
        ProcessCollector(registry=made)

    def __call__(self, stage: str, key: str, **fields: object) -> None:
        """Count one step."""
        match stage:
            case "heard":
                self._heard_at.put(key, self._elapsed_s())
            case "decided":
                self._heard.labels(str(fields["rule"])).inc()
            case "accepted":
                self._owed(key, str(fields["work"]))
            case "asked":
                self._since(self._before, self._heard_at.take(key))
            case "called":
                self._called(str(fields["model"]), str(fields["outcome"]), fields)
            case "answered":
                self._answered_at.put(key, self._elapsed_s())
            case "kept":
                self._tries.labels("kept").inc()
            case "failed" | "stopped":
                self._tries.labels(str(fields["outcome"])).inc()
            case "sent":
                self._since(self._after, self._answered_at.take(key))
                self._said.labels("sent").inc()
            case "unsaid":
                self._said.labels(str(fields["fault"])).inc()

    def text(self, vitals: Vitals, parts: tuple[Part, ...]) -> bytes:
        """Everything in Prometheus's own format."""
        measured = CollectorRegistry()
        up = {name: breaker.rested_at is None for name, breaker in self._breakers.items()}
        measured.register(_Measured(vitals, parts, up))
        return generate_latest(self._registry) + generate_latest(measured)

    def _owed(self, heard: str, work_id: str) -> None:
        """From here on the work's id goes with it; where several messages are answered together, the first counts."""
        at = self._heard_at.take(heard)
        if work_id and at is not None:
            self._heard_at.put(work_id, at)

    def _called(self, model: str, outcome: str, fields: dict[str, object]) -> None:
        name = model if model in self._models else _OTHER
        self._calls.labels(name, outcome).inc()
        for kind in ("prompt", "completion"):
            self._tokens.labels(name, kind).inc(float(str(fields[f"{kind}_tokens"])))
        self._thinking.observe(float(str(fields["total_ms"])) / 1000)

    def _since(self, histogram: Histogram, at: float | None) -> None:
        if at is not None:
            histogram.observe(self._elapsed_s() - at)


class _Times:
    """When something happened to the last few thousand ids; the first time stands."""

    def __init__(self) -> None:
        self._at: OrderedDict[str, float] = OrderedDict()

    def put(self, key: str, at: float) -> None:
        self._at.setdefault(key, at)
        if len(self._at) > _REMEMBERED:
            self._at.popitem(last=False)

    def take(self, key: str) -> float | None:
        return self._at.pop(key, None)


class _Measured(Collector):
    """The vitals as figures; what could not be read is left out, so that a graph shows a gap and no lie."""

    def __init__(self, vitals: Vitals, parts: tuple[Part, ...], up: dict[str, bool]) -> None:
        self._vitals = vitals
        self._parts = parts
        self._up = up

    def collect(self) -> Iterator[Metric]:
        vitals, counted = self._vitals, self._vitals.counted
        yield _each("troupe_part_ok", "Whether each part is well.", "part", {p.name: p.ok for p in self._parts})
        yield _each("troupe_model_up", "Whether a model is asked, or rests after failures.", "model", self._up)
        yield CounterMetricFamily("troupe_commits", "Transactions committed.", vitals.commits)
        yield from _one("troupe_database_log_bytes", "Size of the write-ahead log.", vitals.log_bytes)
        if counted is not None:
            yield _each("troupe_work", "Work that is not over, by state.", "state", _by_name(counted.work))
            yield _each("troupe_outbox", "Parts on their way, by state.", "state", _by_name(counted.outbox))
            yield from _one("troupe_outbox_doubtful", "Parts that Discord may or may not have.", counted.doubtful)
            yield from _one("troupe_work_oldest_due_seconds", "Since when the oldest work is due.", self._oldest_s())
            yield from _one("troupe_database_bytes", "Size of the database.", counted.size_bytes)
        if vitals.connection is not None:
            again = vitals.connection.reconnects
            yield from _one("troupe_gateway_latency_seconds", "Heartbeat of the gateway.", vitals.connection.latency_s)
            yield CounterMetricFamily("troupe_gateway_reconnects", "Connections made after the first.", again)
        if vitals.copying is not None:
            restarts = vitals.copying.restarts
            yield from _one("troupe_backup_lag_seconds", "Age of the oldest commit not copied.", vitals.copying.lag_s)
            yield CounterMetricFamily("troupe_backup_restarts", "Times Litestream was started again.", restarts)

    def _oldest_s(self) -> float:
        since = self._vitals.counted.oldest_due if self._vitals.counted else None
        return 0.0 if since is None else max(0, self._vitals.at - since) / 1000


def _one(name: str, words: str, value: Number) -> Iterator[Metric]:
    if isinstance(value, int | float):
        yield GaugeMetricFamily(name, words, value)


def _each(name: str, words: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _by_name(tallies: tuple[Tally, ...]) -> dict[str, int]:
    return {tally.name: tally.count for tally in tallies}
